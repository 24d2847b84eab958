"""A kept plan serves exactly the requests that it was made for: an executor that has seen others prepares the same."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from graphql import GraphQLInputType, OperationDefinitionNode, is_non_null_type, parse, type_from_ast
from hypothesis import given, settings
from hypothesis import strategies as st

from access.viewer import LOCAL, Viewer
from graph.errors import CustomerGraphError
from resolvers.executor.execute import Executor
from resolvers.executor.prepared import InvalidRequestError
from resolvers.executor.request import Request
from tests.oracle.demo import Demo
from tests.oracle.inputs import Pools, values

DOCUMENTS = [
    """query ($filter: CustomerFilter, $order: [CustomerOrder!], $first: Int, $at: DateTime, $more: Boolean!) {
        customers(filter: $filter, orderBy: $order, first: $first, asOf: $at) {
            totalCount nodes { id party @include(if: $more) { name } }
        }
    }""",
    """query (
        $by: NodeBy!, $test: StringFilter, $some: RepresentsPersonFilter, $period: Period, $first: Boolean = true
    ) {
        party(by: $by, during: $period) {
            name @skip(if: $first)
            ...people
        }
    }
    fragment people on Party {
        representatives(filter: { or: [$some, { node: { region: $test } }] }) { edges { role } }
    }""",
    """query ($id: ID!, $ids: [ID!]!, $way: OrderDirection, $figure: PurchaseFigureOrder!) {
        node(id: $id) { id ... on Product { name } ... on Party { city } }
        nodes(ids: $ids) { __typename }
        products(orderBy: [{ name: $way }]) { nodes { name } }
        parties(orderBy: [{ purchases: $figure }], first: 3) { nodes { name } }
    }""",
    """query ($kinds: [SearchKind!], $text: String!, $type: PartyTypeFilter, $last: Int, $null: Boolean) {
        search(text: $text, kinds: $kinds) { nodes { __typename } }
        parties(filter: { type: $type, city: { isNull: $null } }, last: $last) { nodes { name } }
    }""",
]


@pytest.fixture(scope="module")
def pools(demo: Demo) -> Pools:
    return Pools.of(demo.world)


Prepare = Callable[[Request, Viewer], Any]


@pytest.fixture(scope="module")
def used(demo: Demo) -> Prepare:
    """Prepares with an executor that keeps what earlier examples made."""
    executor = Executor(demo.schema, demo.model)
    return lambda request, viewer: prepared(executor, request, viewer)


def prepared(executor: Executor, request: Request, viewer: Viewer) -> Any:
    """Everything that follows from a request before the database is asked."""
    try:
        found = executor.prepare(request, viewer)
        parameters = found.compiled.bind(found.binding)
    except (CustomerGraphError, InvalidRequestError) as error:
        return type(error), str(error)
    return found.compiled.text, parameters, found.compiled.source, found.cost


@given(document=st.sampled_from(DOCUMENTS), random=st.randoms(use_true_random=True), is_limited=st.booleans())
@settings(max_examples=400)
def test_plan_that_was_kept_is_the_plan_that_would_be_made(
    demo: Demo, pools: Pools, used: Prepare, document: str, random: Random, is_limited: bool
) -> None:
    [operation] = [d for d in parse(document).definitions if isinstance(d, OperationDefinitionNode)]
    variables = {}
    for definition in operation.variable_definitions or ():
        name = definition.variable.name.value
        kind: GraphQLInputType = type_from_ast(demo.plain, definition.type)  # type: ignore[assignment]  # of a variable
        if is_non_null_type(kind) or random.random() < 0.7:
            value = values(random, demo.plain, pools, kind, name)
            variables[name] = value if is_non_null_type(kind) or random.random() < 0.8 else None
    viewer = Viewer(frozenset({"staff"}), (demo.ids["demo:party:o-to-hoang-gia"],)) if is_limited else LOCAL
    request = Request(document, variables)
    fresh = Executor(demo.schema, demo.model)
    assert used(request, viewer) == prepared(fresh, request, viewer)


def test_plans_are_found_again(demo: Demo) -> None:
    executor = Executor(demo.schema, demo.model, demo.database)
    query = "query ($n: String, $first: Int) { brands(first: $first, filter: { name: { eq: $n } }) { nodes { id } } }"
    texts = {
        executor.prepare(Request(query, {"n": name, "first": first}), LOCAL).compiled.text
        for name, first in (("a", 1), ("b", 2), ("c", 3))
    }
    assert len(texts) == 1
    assert (executor.plans.misses, executor.plans.hits) == (1, 2)
    executor.prepare(Request(query, {"n": None, "first": 1}), LOCAL)
    executor.prepare(Request(query, {"n": "a", "first": 1}), Viewer(frozenset({"partner"})))
    assert (executor.plans.misses, executor.plans.hits) == (3, 2)
