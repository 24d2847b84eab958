"""The request that docs/architecture.md looks at is compiled and answered as the page shows."""

import ast
import json

import pytest

from access.viewer import LOCAL
from graph.compiler.show import show_plan
from resolvers.executor.execute import Executor
from resolvers.executor.prepared import Prepared
from resolvers.executor.request import Request
from resolvers.types.query import build_schema, core_schema
from schema.declarations import model
from tests.cases.readable import clauses
from tests.docs.page import sections

PAGE = "docs/architecture.md"


@pytest.fixture(scope="module")
def shown() -> dict[str, str]:
    """The blocks of the section by language and label."""
    [section] = (s for s in sections(PAGE) if s.title == "One request, looked at")
    return {f"{block.language} {block.label}".strip(): block.text for block in section.blocks}


@pytest.fixture(scope="module")
def prepared(shown: dict[str, str]) -> Prepared:
    executor = Executor(core_schema(build_schema(model())), model())
    return executor.prepare(Request(shown["graphql"], json.loads(shown["json variables"])), LOCAL)


def test_plan_is_the_one_shown(shown: dict[str, str], prepared: Prepared) -> None:
    assert show_plan(prepared.compiled.plan) == shown["text"]


def test_statement_is_the_one_shown(shown: dict[str, str], prepared: Prepared) -> None:
    assert clauses(prepared.compiled.text).strip() == shown["cypher"]


def test_parameters_are_those_shown(shown: dict[str, str], prepared: Prepared) -> None:
    assert prepared.compiled.bind(prepared.binding) == json.loads(shown["json parameters"])


def test_completer_is_the_one_shown(shown: dict[str, str], prepared: Prepared) -> None:
    assert ast.dump(ast.parse(shown["python"], mode="eval")) == ast.dump(
        ast.parse(prepared.compiled.source, mode="eval")
    )


def test_completer_turns_the_row_into_the_answer(shown: dict[str, str], prepared: Prepared) -> None:
    parameters = prepared.compiled.bind(prepared.binding)
    data = prepared.compiled.complete(json.loads(shown["json row"]), parameters, [])
    assert {"data": data} == json.loads(shown["json"])


def test_plan_looked_at_no_value(prepared: Prepared) -> None:
    answers = [answer for _, answer in prepared.kept.guards]
    assert answers == [True] * 4
