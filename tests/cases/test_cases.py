"""Every query beside this file: its statement, its parameters, its answer, its plan, and what the oracle says."""

import asyncio
import dataclasses
import json
import sys
from pathlib import Path

import pytest
import yaml

from graph.client import PlanStep
from tests.cases.case import FOLDER, Case, Ran, scores, to_yaml
from tests.cases.readable import Readable, clauses, one_line, without_digests
from tests.cases.words import strange_words
from tests.oracle.demo import Demo

CASES = [Case.read(path) for path in sorted(FOLDER.rglob("*.graphql"))]
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
every_answer = pytest.mark.parametrize("case", [c for c in CASES if "error" not in c.options], ids=lambda c: c.name)

ROOT = Path(__file__).parents[2]
SCANS = ("AllNodesScan", "NodeByLabelScan", "RelationshipsScan", "RelationshipTypeScan")


@every_case
def test_case_gives_what_is_expected(case: Case, ran: Ran, readable: Readable, update_expectations: bool) -> None:
    found: dict[str, object] = {"statements": len(ran.statements)}
    for text, parameters in ran.statements:
        assert one_line(clauses(text)) == text
        found["cypher"] = clauses(text)
        found["parameters"] = readable.shown(parameters)
    found["answer"] = readable.shown(ran.answer)
    if update_expectations:
        case.expectation.write_text(to_yaml(found), encoding="utf-8")
    assert case.expectation.exists(), "no expectation yet: make update-expectations"
    expected = yaml.safe_load(case.expectation.read_text(encoding="utf-8"))
    assert set(ran.codes) == set(case.options.get("error", "").split())
    assert found.get("cypher") == expected.get("cypher")
    assert found.get("parameters") == expected.get("parameters")
    assert json.dumps(found["answer"]) == json.dumps(expected["answer"])
    assert found == expected


@pytest.mark.parametrize("case", [c for c in CASES if not {"error", "limits"} & set(c.options)], ids=lambda c: c.name)
async def test_oracle_gives_the_same_answer(case: Case, ran: Ran, demo: Demo) -> None:
    oracle = demo.oracle(ran.viewer, await scores(demo, ran.request))
    said = oracle.answer(ran.request.query, ran.request.variables, ran.request.operation_name)
    assert json.dumps(without_digests(ran.answer["data"]), indent=1) == json.dumps(said, indent=1), case.name


@every_answer
def test_answer_takes_one_statement(case: Case, ran: Ran) -> None:
    asks_data = any(not key.startswith("__") for key in ran.answer["data"])
    assert len(ran.statements) <= 1
    assert len(ran.statements) == 1 or "viewer" in case.document or not asks_data or _is_fixed(ran)


def _is_fixed(ran: Ran) -> bool:
    return all(value in (None, []) or isinstance(value, str) for value in ran.answer["data"].values())


def scans_of(plan: PlanStep) -> list[str]:
    return [name for name in plan.operators if name.endswith(SCANS)]


def products_of(plan: PlanStep) -> list[PlanStep]:
    """Subqueries of one row each may be joined; nothing else."""
    return [step for step in plan.walk() if step.operator == "CartesianProduct" and step.estimated_rows > 1]


@every_answer
async def test_plan_scans_nothing(case: Case, ran: Ran, counted: Demo) -> None:
    for text, parameters in ran.statements:
        plan = await counted.database.explain(text, parameters)
        assert products_of(plan) == []
        assert bool(scans_of(plan)) == ("scan" in case.options), f"{scans_of(plan)}\n{clauses(text)}"


@pytest.mark.parametrize(
    "text",
    [
        "MATCH (n:Party) RETURN n.name",
        "MATCH (n) WHERE n.id = $id RETURN n.name",
        "MATCH (n:Person) WHERE n.givenName = $id RETURN n.name",
        "MATCH ()-[r:REPORTS_TO]->() RETURN r.since",
        "RETURN COLLECT { MATCH (n:Purchase) WHERE n.channel = $id RETURN n.id } AS r",
    ],
)
async def test_scan_is_noticed(counted: Demo, text: str) -> None:
    assert scans_of(await counted.database.explain(text, {"id": "x"}))


async def test_cartesian_product_is_noticed(counted: Demo) -> None:
    text = "MATCH (a:Party) WHERE a.nameKey > $key MATCH (b:Product) WHERE b.nameKey > $key RETURN a.id, b.id"
    assert products_of(await counted.database.explain(text, {"key": "a"}))


@every_answer
def test_statement_holds_nothing_but_words_of_the_model(case: Case, ran: Ran, demo: Demo) -> None:
    for text, _ in ran.statements:
        assert strange_words(demo.model, text) == set(), case.name


def test_every_case_says_what_it_shows() -> None:
    assert [case.name for case in CASES if not case.sentence] == []


def test_there_are_cases_enough() -> None:
    assert len(CASES) >= 120


def test_every_expectation_belongs_to_a_case() -> None:
    known = {case.expectation for case in CASES}
    assert [path for path in FOLDER.rglob("*.expected.yaml") if path not in known] == []


async def test_cases_reach_every_branch_of_the_compiler(counted: Demo) -> None:
    settings = counted.database.settings
    given = {f.name: getattr(settings, f.name) for f in dataclasses.fields(settings)}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.cases.run_cases",
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate(json.dumps(given).encode())
    assert process.returncode == 0
    missing = json.loads(output.splitlines()[-1])
    assert missing == [], "\n".join(["no case reaches:", *missing])
