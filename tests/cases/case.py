"""One case: a query, what its header says, and what came out of running it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import orjson
import yaml
from graphql import parse, visit
from graphql.language import ArgumentNode, StringValueNode, VariableNode, Visitor

from access.viewer import Viewer
from graph.client import Database
from graph.compiler.planner.context import Limits
from graph.writer.reading import IDENTIFIED
from resolvers.executor.execute import Executor
from resolvers.executor.request import Request
from tests.cases.readable import Readable
from tests.oracle.demo import Demo

FOLDER = Path(__file__).parent
_OPTION = re.compile(r"^#\s*(variables|operation|viewer|error|scan|limits):\s*(.*)$")


@dataclass(frozen=True)
class Case:
    """A `.graphql` file with its header."""

    path: Path
    sentence: str
    options: Mapping[str, str]
    document: str

    @classmethod
    def read(cls, path: Path) -> Case:
        """The case in a file; its first comment lines are the header."""
        text = path.read_text(encoding="utf-8")
        lines = text.splitlines()
        header = lines[: next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))]
        options = {found[1]: found[2] for line in header if (found := _OPTION.match(line))}
        sentence = [line.lstrip("# ") for line in header if not _OPTION.match(line)]
        return cls(path, " ".join(sentence).strip(), options, text)

    @property
    def name(self) -> str:
        """`lookups/by-id`"""
        return str(self.path.relative_to(FOLDER).with_suffix(""))

    @property
    def expectation(self) -> Path:
        """The file beside it."""
        return self.path.with_suffix(".expected.yaml")

    def request(self, readable: Readable) -> Request:
        """The request with ids and cursors as they are."""
        variables = json.loads(readable.written(self.options["variables"])) if "variables" in self.options else None
        return Request(readable.written(self.document), variables, self.options.get("operation"))

    def limits(self) -> Limits:
        """The usual limits, with those that the case names."""
        return Limits(**json.loads(self.options.get("limits", "{}")))

    def viewer(self, demo: Demo) -> Viewer:
        """Who asks."""
        given = json.loads(self.options.get("viewer", "{}"))
        organisations = given.get("organisations")
        return Viewer(
            frozenset(given.get("roles", ["admin"])),
            None if organisations is None else tuple(demo.ids[key] for key in organisations),
            demo.ids[given["party"]] if "party" in given else None,
        )


class _Counting:
    """A database that counts the statements sent to it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.statements: list[tuple[str, Mapping[str, Any]]] = []

    async def read(self, text: str, parameters: Mapping[str, Any], **options: Any) -> Any:
        # Where an id that was not found leads is asked after the statement, and is no part of it.
        if text != IDENTIFIED:
            self.statements.append((text, parameters))
        return await self._database.read(text, parameters, **options)


@dataclass
class Ran:
    """What a case did: the statements it sent with their parameters, and the response."""

    request: Request
    viewer: Viewer
    answer: dict[str, Any]
    statements: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    @property
    def codes(self) -> list[str]:
        """The codes of the errors in the response."""
        return [error["extensions"]["code"] for error in self.answer.get("errors", ())]


async def run(demo: Demo, request: Request, viewer: Viewer, limits: Limits | None = None) -> Ran:
    """Sends a request through an executor of its own."""
    counting = _Counting(demo.database)
    answer = await Executor(demo.schema, demo.model, cast("Database", counting), limits or Limits()).execute(
        request, viewer
    )
    return Ran(request, viewer, orjson.loads(answer.body), counting.statements)


async def scores(demo: Demo, request: Request) -> dict[str, dict[str, float]]:
    """How well what the index finds fits each text that the request searches for."""
    found = {}
    for text in _searched(request):
        answer: dict[str, float] = {}
        after = None
        while True:
            query = """query ($text: String!, $after: String) { search(text: $text, first: 200, after: $after) {
                edges { score node { ... on Node { id } } } pageInfo { hasNextPage endCursor } } }"""
            ran = await run(demo, Request(query, {"text": text, "after": after}), Viewer(frozenset({"admin"})))
            page = ran.answer["data"]["search"]
            answer |= {edge["node"]["id"]: edge["score"] for edge in page["edges"]}
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                break
        found[text] = answer
    return found


def _searched(request: Request) -> set[str]:
    if "search" not in request.query:
        return set()
    texts: set[str] = set()

    class Texts(Visitor):
        def enter_argument(self, node: ArgumentNode, *_: Any) -> None:
            if node.name.value == "text" and isinstance(node.value, StringValueNode):
                texts.add(node.value.value)
            if node.name.value == "text" and isinstance(node.value, VariableNode):
                texts.add((request.variables or {})[node.value.name.value])

    visit(parse(request.query), Texts())
    return texts


class _Dumper(yaml.SafeDumper):
    pass


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _text)


def to_yaml(value: Mapping[str, Any]) -> str:
    """Readable YAML in the order of the keys."""
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
