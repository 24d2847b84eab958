"""Every command, query and answer on the pages for people is true. tests/docs/page.py says what each block means."""

from __future__ import annotations

import json
import re
import shlex
from contextlib import chdir, nullcontext
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer

import server
from commands.app import cli
from graph.mutations.refusals import refusal_codes
from tests.docs.conftest import Newcomer
from tests.docs.page import ROOT, Block, Command, Section, commands, find, fits, prints, sections
from tests.oracle.demo import Demo, left_as_found

PAGES = (
    "README.md",
    "docs/tutorial.md",
    "docs/writing.md",
    "docs/duplicates.md",
    "docs/backup.md",
    "docs/identity.md",
    "CONTRIBUTING.md",
)
READ_ELSEWHERE = ("json", "python", "mermaid", "text")
"""`json` is read with its query; the others are those of test_house.py and test_contributing.py."""
SECTIONS = [
    section
    for page in PAGES
    for section in sections(page)
    if any(block.language not in READ_ELSEWHERE for block in section.blocks)
]
QUERIES = sorted((ROOT / "examples" / "queries").glob("*.graphql"))
JSON_LABELS = ("", "vi", "variables")


@pytest.mark.parametrize("section", SECTIONS, ids=str)
async def test_what_a_section_shows_is_what_happens(section: Section, demo: Demo, newcomer: Newcomer) -> None:
    async with left_as_found(demo.database) if writes(section) else nullcontext():
        answered: Any = None
        for number, block in enumerate(section.blocks):
            where = f"{section.page}:{block.line}"
            match block.language:
                case "graphql" if not block.label:
                    answered = follow(block, section.blocks[number + 1 :], newcomer, answered, where)
                case "console":
                    for command in commands(block):
                        run(command, newcomer, where)
                case "ini":
                    assert names(block) <= known_settings(), where
                case language if language not in READ_ELSEWHERE:
                    assert block.label, f"{where}: no test reads blocks of {language!r} without a file to make of them"
                    file = newcomer.folder / block.label
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_text(f"{block.text}\n", encoding="utf-8")


def writes(section: Section) -> bool:
    """Whether the section loads something, so that the demo company would not be alone after it."""
    written = ("customer-graph import", "customer-graph keys create")
    return any(
        block.text.startswith("mutation") or any(command in block.text for command in written)
        for block in section.blocks
    )


def follow(query: Block, later: list[Block], newcomer: Newcomer, before: Any, where: str) -> Any:
    """Asks the query with the variables below it, compares the answers below it, and returns the answer."""
    below = []
    for block in later:
        if block.language != "json":
            break
        assert block.label in JSON_LABELS, where
        below.append(block)
    variables: Any = {}
    if below and below[0].label == "variables":
        filled = re.sub(r"<(\w+)>", lambda name: str(find(name[1], before)), below.pop(0).text)
        variables = json.loads(filled)
    shown = {block.label: json.loads(block.text) for block in below}
    real = ask(newcomer, query.text, variables)
    assert "" in shown or "errors" not in real, (where, real)
    for label, answer in shown.items():
        found = ask(newcomer, query.text, variables, label) if label else real
        assert fits(answer, found), f"{where} is answered with {json.dumps(found, ensure_ascii=False, indent=2)}"
    return real


def ask(newcomer: Newcomer, query: str, variables: Any, language: str = "en") -> Any:
    """The service's answer to a reader of the language."""
    request = {"query": query, "variables": variables}
    return httpx.post(f"{newcomer.url}/graphql", json=request, headers={"accept-language": language}, timeout=60).json()


def run(command: Command, newcomer: Newcomer, where: str) -> None:
    """Types the command. `make` is only asked what it would do. What Northwind's files are needed for, which are not
    part of the project, and what needs an empty database is only parsed; the service that `make serve` starts runs
    already."""
    if command.line == "make serve":
        printed = newcomer.greeting
        newcomer.types("make --dry-run serve")
    elif command.line.startswith("make"):
        assert "No rule" not in newcomer.types(f"make --dry-run {command.line.removeprefix('make')}"), where
        return
    elif "northwind" in command.line or "customer-graph restore" in command.line:
        with chdir(newcomer.folder if "customer-graph restore" in command.line else ROOT):
            parse(command.line)
        return
    else:
        printed = newcomer.types(command.line)
    assert prints(command.output, printed), f"{where}: {command.line!r} prints\n{printed}"


def parse(line: str) -> None:
    """Raises where the command line would not take these words."""
    settings, (program, name, *words) = split(line)
    assert program == "customer-graph"
    assert settings <= known_settings()
    group: Any = typer.main.get_command(cli)
    group.commands[name].make_context(name, words)


def split(line: str) -> tuple[set[str], list[str]]:
    """The settings in front of a command, and its words."""
    words = shlex.split(line)
    start = next(n for n, word in enumerate(words) if "=" not in word)
    return {word.partition("=")[0] for word in words[:start]}, words[start:]


def names(block: Block) -> set[str]:
    """The variables that a `.env` file sets."""
    return set(re.findall(r"^(\w+)=", block.text, re.MULTILINE))


def known_settings() -> set[str]:
    """The variables that are settings."""
    return {server.Settings.variable(field) for field in server.Settings.model_fields}


@pytest.mark.parametrize("file", QUERIES, ids=lambda file: file.stem)
def test_an_example_is_answered_and_finds_something_where_its_data_is(file: Path, newcomer: Newcomer) -> None:
    answer = ask(newcomer, file.read_text(encoding="utf-8"), {})
    assert "errors" not in answer, answer
    assert [found is None for found in answer["data"].values()] == [file.stem.startswith("northwind")]


def test_every_reason_for_a_refusal_is_documented() -> None:
    page = (ROOT / "docs" / "writing.md").read_text(encoding="utf-8")
    assert dict(re.findall(r"^\| `([A-Z_]+)` \| (.*) \|$", page, re.MULTILINE)) == refusal_codes()


def test_the_page_of_the_examples_tells_each_with_its_title() -> None:
    page = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
    told = {name: title for title, name in re.findall(r"\[([^\]]+)\]\(queries/([^)]+)\)", page)}
    assert told == {
        file.name: file.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ") for file in QUERIES
    }
