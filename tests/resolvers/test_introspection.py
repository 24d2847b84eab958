"""The schema is told to those who may ask for it; others are neither told nor helped to guess."""

from typing import Any

import orjson
import pytest

from access.viewer import LOCAL, Viewer
from resolvers.executor.execute import Executor
from resolvers.executor.prepared import InvalidRequestError
from resolvers.executor.request import Request
from resolvers.types.query import build_schema, core_schema
from schema.declarations import model

STRANGER = Viewer(frozenset({"customer"}))
ASKED = [
    "{ __schema { types { name } } }",
    '{ __type(name: "Party") { name } }',
    "{ kind: __typename hidden: __schema { queryType { name } } }",
    "{ ...f } fragment f on Query { ... { __schema { queryType { name } } } }",
]
MISSPELT: dict[str, tuple[str, dict[str, Any]]] = {
    "a field": ("{ partys { totalCount } }", {}),
    "an argument": ("{ parties(filtr: {}) { totalCount } }", {}),
    "a type": ("{ ... on Qury { __typename } }", {}),
    "a field of an input": ("{ parties(filter: { nme: {} }) { totalCount } }", {}),
    "a field of a variable": ("query ($f: PartyFilter) { parties(filter: $f) { totalCount } }", {"f": {"nme": {}}}),
    "a member of an enum": ("{ parties(orderBy: [{ name: ASCC }]) { totalCount } }", {}),
}


@pytest.fixture(scope="module")
def executor() -> Executor:
    return Executor(core_schema(build_schema(model())), model())


def refusal(executor: Executor, request: Request, viewer: Viewer) -> dict[str, Any]:
    with pytest.raises(InvalidRequestError) as refused:
        executor.prepare(request, viewer)
    return dict(orjson.loads(refused.value.answer.body)["errors"][0])


@pytest.mark.parametrize("query", ASKED)
def test_the_schema_is_told_to_an_administrator_only(executor: Executor, query: str) -> None:
    executor.prepare(Request(query), LOCAL)
    assert refusal(executor, Request(query), STRANGER)["extensions"]["code"] == "INTROSPECTION_OFF"


def test_a_plan_of_an_administrator_tells_nobody_else(executor: Executor) -> None:
    both = Request(ASKED[0])
    for _ in range(2):
        executor.prepare(both, LOCAL)
        assert refusal(executor, both, STRANGER)["extensions"]["code"] == "INTROSPECTION_OFF"


def test_which_roles_are_told_is_a_setting() -> None:
    asked = Executor(core_schema(build_schema(model())), model(), introspectors=frozenset({"customer"}))
    asked.prepare(Request(ASKED[0]), STRANGER)
    assert refusal(asked, Request(ASKED[0]), LOCAL)["extensions"]["code"] == "INTROSPECTION_OFF"


def test_the_name_of_a_type_is_told_to_everybody(executor: Executor) -> None:
    executor.prepare(Request("{ __typename parties { nodes { __typename } } }"), STRANGER)


@pytest.mark.parametrize(("query", "variables"), MISSPELT.values(), ids=MISSPELT)
def test_what_a_misspelt_name_may_have_meant_is_told_to_an_administrator_only(
    executor: Executor, query: str, variables: dict[str, Any]
) -> None:
    assert "Did you mean" in refusal(executor, Request(query, variables), LOCAL)["message"]
    assert "Did you mean" not in refusal(executor, Request(query, variables), STRANGER)["message"]
