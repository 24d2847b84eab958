"""Whatever text a client sends, through whatever argument: the statement stays the same and no value gets into it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
from graphql import (
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_list_type,
    is_non_null_type,
)

from access.viewer import LOCAL
from graph.errors import InputError, LimitError
from resolvers.executor.execute import Executor
from resolvers.executor.prepared import InvalidRequestError
from resolvers.executor.request import Request
from tests.cases.readable import without_digests
from tests.cases.words import strange_words
from tests.oracle.demo import Demo

HOSTILE = [
    "' OR '1'='1",
    '" }) DETACH DELETE n //',
    "`) MATCH (n) DETACH DELETE n RETURN (`",
    "$p0",
    "} RETURN 1 UNION MATCH (n) RETURN n",
    "\\' \\\" \\` \\u0027",
    "null\x00byte",
    "line\nfeed\ttab\r",
    "Phở 𝔘𝔫𝔦 \u202e \ufeff e\u0301 İ ß 🍜",
    "name:* AND (a OR b) +x -y ~2 ^9 [a TO z] /re.*/ \\",
    "{json: {in: ['text']}}",
    "%00%27 &amp; <script>",
    "",
    "x" * 10_000,
]
TAME = "tame"


@dataclass(frozen=True)
class Place:
    """Somewhere a client can put a text: an argument of a field, and where in the argument's value the text stands."""

    query: str
    kind: str
    argument: str
    path: tuple[str | int, ...]

    def __str__(self) -> str:
        return f"{self.argument}: {'.'.join(map(str, self.path))}"

    def inside(self, step: str | int) -> "Place":
        """A place within the value of this one."""
        return Place(self.query, self.kind, self.argument, (*self.path, step))

    def value(self, text: str) -> Any:
        """The argument's value with the text at its place."""
        found: Any = text
        for step in reversed(self.path):
            found = [found] if step == 0 else {step: found}
        return found


def places(schema: GraphQLSchema) -> Iterator[Place]:
    """Every text within every kind of argument of every field, by the shortest way to it."""
    query = schema.query_type
    assert query is not None
    waiting: list[tuple[Any, Place]] = []
    for name, field in query.fields.items():
        for argument, found in field.args.items():
            # Whatever else the field needs stands in the query itself.
            rest = [f"{a}: {_needed(f)}" for a, f in field.args.items() if is_non_null_type(f.type) and a != argument]
            text = f"{name}({', '.join([f'{argument}: $v', *rest])}) {{ __typename }}"
            waiting.append((found.type, Place(text, str(found.type), argument, ())))
        target = get_named_type(field.type)
        if "by" not in field.args or not isinstance(target, (GraphQLObjectType, GraphQLInterfaceType)):
            continue
        for inner, below in target.fields.items():
            for argument, found in below.args.items():
                text = f'{name}(by: {{ id: "x" }}) {{ {inner}({argument}: $v) {{ __typename }} }}'
                waiting.append((found.type, Place(text, str(found.type), argument, ())))
    seen: set[tuple[str, str]] = set()
    for kind, place in waiting:
        yield from _texts(kind, place, waiting, seen)


def _texts(kind: Any, place: Place, waiting: list[tuple[Any, Place]], seen: set[tuple[str, str]]) -> Iterator[Place]:
    """The place itself where it takes a text; what is inside of it waits for its turn."""
    if is_non_null_type(kind):
        kind = kind.of_type
    if isinstance(kind, GraphQLList):
        waiting.append((kind.of_type, place.inside(0)))
    elif isinstance(kind, GraphQLInputObjectType):
        for inner, field in kind.fields.items():
            # The tests of a value are looked into for each property, other inputs once.
            if "isNull" in kind.fields or (kind.name, inner) not in seen:
                seen.add((kind.name, inner))
                waiting.append((field.type, place.inside(inner)))
    elif kind.name in ("String", "ID"):
        yield place


def _needed(argument: Any) -> str:
    return (
        '["x"]' if is_list_type(argument.type.of_type) else '{ id: "x" }' if "NodeBy" in str(argument.type) else '"x"'
    )


def outcome(executor: Executor, request: Request) -> str | None:
    """The statement, or None for an error that explains itself; anything else is raised."""
    try:
        found = executor.prepare(request, LOCAL)
        found.compiled.bind(found.binding)
    except (InputError, LimitError):
        return None
    except InvalidRequestError as refused:
        codes = {entry["extensions"]["code"] for entry in orjson.loads(refused.answer.body)["errors"]}
        assert codes <= {"BAD_VALUE", "BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"}, codes
        return None
    return found.compiled.text


def test_statement_is_the_same_for_every_text_in_every_argument(demo: Demo) -> None:
    found = list(places(demo.plain))
    assert len(found) > 200
    for place in found:
        query = f"query ($v: {place.kind}) {{ {place.query} }}"
        executor = Executor(demo.schema, demo.model, demo.database)
        usual = outcome(executor, Request(query, {"v": place.value(TAME)}))
        for text in HOSTILE:
            statement = outcome(executor, Request(query, {"v": place.value(text)}))
            assert statement in (usual, None) or usual is None, (str(place), text)
            assert strange_words(demo.model, statement or "") == set(), (str(place), text)


def test_statement_is_the_same_for_texts_spelled_out_in_the_document(demo: Demo) -> None:
    executor = Executor(demo.schema, demo.model, demo.database)
    for number, place in enumerate(places(demo.plain)):
        text = HOSTILE[number % len(HOSTILE)]
        usual, hostile = (
            outcome(executor, Request(f"{{ {place.query.replace('$v', _literal(place.value(t)))} }}"))
            for t in (TAME, text)
        )
        assert hostile in (usual, None) or usual is None, (str(place), text)


def _literal(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_literal(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_literal(inner) for inner in value) + "]"
    return json.dumps(value)


QUERY = """query ($text: String!, $id: ID!) {
    byKey: party(by: { externalKey: $text }) { name }
    byId: organisation(by: { id: $id }) { name }
    node(id: $id) { id }
    nodes(ids: [$id]) { id }
    equal: parties(filter: { name: { eq: $text } }) { totalCount }
    listed: organisations(filter: { taxId: { in: [$text] }, email: { lt: $text } }) { totalCount }
    within: parties(filter: { city: { contains: $text } }, first: 2) { nodes { name } }
    begun: products(filter: { sku: { startsWith: $text } }, first: 2) { nodes { name } }
    related: products(filter: { madeBy: { name: { contains: $text } } }) { totalCount }
    some: persons(filter: { represents: { some: { title: { contains: $text } } } }) { totalCount }
    ordered: organisations(
        first: 1, orderBy: [{ offers: { by: COUNT, filter: { product: { name: { eq: $text } } } } }]
    ) { nodes { relationshipWith(seller: $id) { id } } }
}"""


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
async def test_hostile_texts_find_what_the_oracle_finds(demo: Demo, text: str) -> None:
    executor = Executor(demo.schema, demo.model, demo.database)
    variables = {"text": text, "id": text}
    answer = orjson.loads((await executor.execute(Request(QUERY, variables), LOCAL)).body)
    assert json.dumps(without_digests(answer["data"])) == json.dumps(demo.oracle().answer(QUERY, variables))


@pytest.mark.parametrize("text", [*HOSTILE, "AND", "a:b", "(", '"', "*", "phở*", "~", "+ - ! ^"])
async def test_search_takes_any_text(demo: Demo, text: str) -> None:
    executor = Executor(demo.schema, demo.model, demo.database)
    query = "query ($text: String!) { search(text: $text) { totalCount nodes { __typename } } }"
    answer = orjson.loads((await executor.execute(Request(query, {"text": text}), LOCAL)).body)
    codes = [error["extensions"]["code"] for error in answer.get("errors", ())]
    assert codes == (["SEARCH_TEXT_TOO_LONG"] if len(text) > 200 else [])


@pytest.mark.parametrize("cursor", [*HOSTILE, "W10", "WyJhIl0", "bnVsbA", "WzFd"])
async def test_cursor_that_is_none_of_ours_is_refused(demo: Demo, cursor: str) -> None:
    executor = Executor(demo.schema, demo.model, demo.database)
    query = "query ($after: String) { parties(after: $after) { nodes { id } } }"
    answer = orjson.loads((await executor.execute(Request(query, {"after": cursor}), LOCAL)).body)
    assert [e["extensions"]["code"] for e in answer["errors"]] in (["BAD_CURSOR"], ["CURSOR_ORDER"])
