"""Operations made from the schema alone, over all of it: each is answered, and each answer is what the schema says.

They are made by hypothesis-graphql, the generator of schemathesis; that program itself builds a strategy for each root
field anew, which takes seconds for each of more than a hundred.
"""

from collections.abc import AsyncIterator, Iterable, Mapping
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    build_schema,
    is_abstract_type,
    is_leaf_type,
    parse,
)
from hypothesis import given, seed, settings
from hypothesis import strategies as st
from hypothesis_graphql import mutations, nodes, queries

from access.viewer import LOCAL, Viewer
from endpoint.app import build_app
from endpoint.settings import EndpointSettings
from resolvers.executor.execute import Executor
from tests.endpoint.conftest import client_of
from tests.endpoint.toy import ready
from tests.oracle.demo import Demo
from tests.resolvers.test_fuzzing import OUR_FAULT

SDL = (Path(__file__).parents[2] / "schema.graphql").read_text(encoding="utf-8")
SCHEMA = build_schema(SDL)
BUILTIN: Mapping[str, type | tuple[type, ...]] = {
    "Int": int,
    "Float": (int, float),
    "String": str,
    "ID": str,
    "Boolean": bool,
}
WORDS = ["2024-01-01", "2024-03-01T09:30:00Z", "12.5", "-0.0001", "VND", "VN", "vi", "", "x"]
SCALARS = {
    name: st.sampled_from(WORDS).map(nodes.String)
    for name, kind in SCHEMA.type_map.items()
    if isinstance(kind, GraphQLScalarType) and name not in BUILTIN
}


@pytest.fixture(scope="module")
async def client(demo: Demo) -> AsyncIterator[httpx.AsyncClient]:
    """The whole service on the demo company; who names a role has it, and is an administrator otherwise."""

    async def authenticate(headers: Mapping[str, str]) -> Viewer:
        role = headers.get("authorization")
        return Viewer(frozenset({role})) if role else LOCAL

    executor = Executor(demo.schema, demo.model, demo.database)
    async with client_of(build_app(executor, authenticate, ready, EndpointSettings())) as client:
        yield client


async def judged(client: httpx.AsyncClient, query: str, headers: Mapping[str, str]) -> None:
    """The answer is no fault of ours, and its data is what the schema says."""
    body = orjson.dumps({"query": query})
    answer = await client.post("/graphql", content=body, headers={"content-type": "application/json", **headers})
    content = answer.json()
    assert answer.status_code < 500, (query, content)
    codes = {error["extensions"]["code"] for error in content.get("errors", ())}
    assert not codes & OUR_FAULT, (query, content)
    if content.get("data") is not None:
        (operation,) = (d for d in parse(query).definitions if isinstance(d, OperationDefinitionNode))
        root = SCHEMA.get_root_type(operation.operation)
        assert fits(SCHEMA, root, content["data"], [operation.selection_set], failed=bool(codes)), (query, content)


def fits(schema: GraphQLSchema, kind: Any, value: Any, sets: list[SelectionSetNode], *, failed: bool) -> bool:
    """Whether the value is one of the type with these fields selected; a root field that failed may be null."""
    if isinstance(kind, GraphQLNonNull):
        return (value is not None or failed) and fits(schema, kind.of_type, value, sets, failed=failed)
    if value is None:
        return True
    if isinstance(kind, GraphQLList):
        return isinstance(value, list) and all(fits(schema, kind.of_type, v, sets, failed=failed) for v in value)
    if isinstance(kind, GraphQLEnumType):
        return value in kind.values
    if is_leaf_type(kind):
        expected = BUILTIN.get(kind.name)
        return expected is None or (isinstance(value, expected) and (expected is bool or not isinstance(value, bool)))
    possible = schema.get_possible_types(kind) if is_abstract_type(kind) else [kind]
    return isinstance(value, dict) and any(_fits_object(schema, one, value, sets, failed=failed) for one in possible)


def _fits_object(
    schema: GraphQLSchema,
    kind: GraphQLObjectType,
    value: Mapping[str, Any],
    sets: list[SelectionSetNode],
    *,
    failed: bool,
) -> bool:
    found: dict[str, list[FieldNode]] = {}
    for node in selected(schema, kind, sets):
        found.setdefault((node.alias or node.name).value, []).append(node)
    if value.keys() != found.keys():
        return False
    for key, same in found.items():
        name = same[0].name.value
        if name == "__typename":
            if value[key] != kind.name:
                return False
            continue
        below = [node.selection_set for node in same if node.selection_set]
        if not fits(schema, kind.fields[name].type, value[key], below, failed=failed):
            return False
    return True


def selected(schema: GraphQLSchema, kind: GraphQLObjectType, sets: Iterable[SelectionSetNode]) -> Iterable[FieldNode]:
    """The fields that the sets ask of an object type; the generator makes inline fragments and no others."""
    for selection_set in sets:
        for node in selection_set.selections:
            assert not isinstance(node, FragmentSpreadNode)
            if isinstance(node, FieldNode):
                yield node
                continue
            condition: Any = getattr(node, "type_condition", None)
            target: Any = schema.type_map[condition.name.value] if condition else kind
            if target is kind or (is_abstract_type(target) and schema.is_sub_type(target, kind)):
                yield from selected(schema, kind, [node.selection_set])  # type: ignore[attr-defined]  # an inline fragment


def test_the_judge_tells_right_from_wrong() -> None:
    query = '{ party(by: { id: "x" }) { name ... on Person { birthDate } __typename } }'
    (operation,) = parse(query).definitions
    sets = [operation.selection_set]  # type: ignore[attr-defined]  # it is an operation
    person = {"name": "An", "birthDate": None, "__typename": "Person"}
    unit = {"name": "An", "__typename": "OrgUnit"}
    right: list[Any] = [None, person, unit]
    wrong: list[Any] = [{}, "An", {**unit, "name": 1}, {**unit, "name": None}, {**unit, "__typename": "Person"}]
    judgements = [fits(SCHEMA, SCHEMA.query_type, {"party": value}, sets, failed=False) for value in (*right, *wrong)]
    assert judgements == [True] * len(right) + [False] * len(wrong)


@seed(6)
@settings(max_examples=30)
@given(query=queries(SDL, custom_scalars=SCALARS))
async def test_queries(client: httpx.AsyncClient, query: str) -> None:
    await judged(client, query, {})


@seed(6)
@settings(max_examples=30)
@given(mutation=mutations(SDL, custom_scalars=SCALARS), role=st.sampled_from(["analyst", "partner"]))
async def test_mutations(client: httpx.AsyncClient, mutation: str, role: str) -> None:
    """By those who may not change anything: the demo company is left as it was."""
    await judged(client, mutation, {"authorization": role})
