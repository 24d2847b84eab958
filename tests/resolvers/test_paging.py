"""Following cursors gives every row once, in order, also while rows come and go."""

from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from access.viewer import LOCAL
from graph.client import Database
from resolvers.executor.execute import Executor
from resolvers.executor.request import Request
from tests.oracle.demo import Demo

WHOLE = "first: 200, after: $cursor"
CONNECTIONS = {
    "by name": 'parties(filter: {{ name: {{ contains: "a" }} }}, {page})',
    "by a date, newest first": "customers(orderBy: [{{ since: DESC }}], {page})",
    "by two keys": "offers(orderBy: [{{ since: ASC }}, {{ name: DESC }}], {page})",
    "by a count": "organisations(orderBy: [{{ customers: {{ by: COUNT }} }}], {page})",
    "by a sum": 'organisations(orderBy: [{{ sales: {{ by: NET_SUM, currency: "VND", direction: ASC }} }}], {page})',
    "by a figure that may be missing": "organisations(orderBy: [{{ sales: {{ by: AT_MAX }} }}], {page})",
    "by a figure that may be missing, smallest first": (
        "organisations(orderBy: [{{ sales: {{ by: AT_MIN, direction: ASC }} }}, {{ name: ASC }}], {page})"
    ),
    "at an earlier time": 'customers(asOf: "2023-06-01T00:00:00Z", {page})',
    "what a text finds": 'search(text: "nguyen", {page})',
}


@pytest.fixture(scope="module")
def executor(demo: Demo) -> Executor:
    return Executor(demo.schema, demo.model, demo.database)


async def page(executor: Executor, connection: str, arguments: str, cursor: str | None) -> Any:
    """The ids of one page and its page info."""
    variables = {"cursor": cursor}
    query = (
        f"query ($cursor: String) {{ page: {connection.format(page=arguments)} "
        "{ edges { cursor node { ... on Node { id } } } "
        "pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"
    )
    answer = orjson.loads((await executor.execute(Request(query, variables), LOCAL)).body)
    assert "errors" not in answer, answer
    return answer["data"]["page"]


def ids(found: Any) -> list[str]:
    return [edge["node"]["id"] for edge in found["edges"]]


@pytest.mark.parametrize("size", [1, 7, 50])
@pytest.mark.parametrize("connection", CONNECTIONS.values(), ids=CONNECTIONS)
async def test_pages_put_together_are_the_whole(executor: Executor, connection: str, size: int) -> None:
    whole = ids(await page(executor, connection, WHOLE, None))[: size * 5]
    forward: list[str] = []
    cursor = None
    while len(forward) < len(whole):
        found = await page(executor, connection, f"first: {size}, after: $cursor", cursor)
        assert found["pageInfo"]["hasPreviousPage"] is bool(forward)
        forward += ids(found)
        cursor = found["pageInfo"]["endCursor"]
    assert forward[: len(whole)] == whole
    backward: list[str] = []
    cursor = found["pageInfo"]["startCursor"]
    expected = forward[: len(forward) - len(found["edges"])]
    while len(backward) < len(expected):
        found = await page(executor, connection, f"last: {size}, before: $cursor", cursor)
        assert found["pageInfo"]["hasNextPage"] is True
        backward = ids(found) + backward
        cursor = found["pageInfo"]["startCursor"]
    assert backward == expected
    assert found["pageInfo"]["hasPreviousPage"] is False


BRANDS = 'brands(filter: {{ name: {{ startsWith: "zz " }} }}, orderBy: [{{ name: {way} }}], {page})'
_names = st.lists(st.sampled_from("abcd"), min_size=0, max_size=8)
_steps = st.lists(st.tuples(st.booleans(), st.sampled_from("abcd")), min_size=0, max_size=3)


async def _add(database: Database, number: int, letter: str) -> str:
    id = f"bra_{number:032x}"
    text = "CREATE (:Brand {id: $id, name: $name, nameKey: $name, createdAt: '', updatedAt: '', version: 1})"
    await database.run_implicit(text, {"id": id, "name": f"zz {letter}"})
    return id


@given(
    names=_names, between=st.lists(_steps, max_size=5), size=st.integers(1, 4), up=st.booleans(), forward=st.booleans()
)
@settings(max_examples=25)
async def test_rows_that_stay_come_once_and_in_order_while_others_come_and_go(
    demo: Demo,
    executor: Executor,
    names: list[str],
    between: list[list[tuple[bool, str]]],
    size: int,
    up: bool,
    forward: bool,
) -> None:
    connection = BRANDS.replace("{way}", "ASC" if up else "DESC")
    arguments = f"first: {size}, after: $cursor" if forward else f"last: {size}, before: $cursor"
    present = {await _add(demo.database, 0xF000 + n, letter): letter for n, letter in enumerate(names)}
    stayed, ever = dict(present), dict(present)
    steps = iter(between)
    seen: list[str] = []
    try:
        cursor, more = None, True
        while more:
            found = await page(executor, connection, arguments, cursor)
            assert set(ids(found)) <= set(present)
            seen = seen + ids(found) if forward else ids(found) + seen
            more = found["pageInfo"]["hasNextPage" if forward else "hasPreviousPage"]
            cursor = found["pageInfo"]["endCursor" if forward else "startCursor"]
            for is_new, letter in next(steps, []):
                if is_new:
                    new = await _add(demo.database, 0xF100 + len(ever), letter)
                    present[new] = ever[new] = letter
                elif letter in present.values():
                    gone = next(id for id, held in present.items() if held == letter)
                    await demo.database.run_implicit("MATCH (b:Brand {id: $id}) DELETE b", {"id": gone})
                    del present[gone]
                    stayed.pop(gone, None)
    finally:
        await demo.database.run_implicit("MATCH (b:Brand) WHERE b.nameKey STARTS WITH 'zz ' DELETE b")
    assert len(seen) == len(set(seen))
    assert set(stayed) <= set(seen)
    assert seen == sorted(seen, key=lambda brand: (ever[brand], brand), reverse=not up)


@pytest_asyncio.fixture(loop_scope="session")
async def twice(demo: Demo) -> AsyncIterator[str]:
    """A person who acts for one organisation in two ways since one day."""
    text = """
        MATCH (p:Person {id: $person}), (o:Organisation {id: $organisation})
        UNWIND [['DECISION_MAKER', 'a'], ['BUYER', 'b']] AS way
        CREATE (p)-[:REPRESENTS {id: 'rpr_' + way[1], role: way[0], since: '2020-01-01T00:00:00.000Z', version: 1}]->(o)
    """
    ends = {"person": demo.ids["demo:party:josephine-tran"], "organisation": demo.ids["demo:party:minh-duc-holdings"]}
    await demo.database.run_implicit(text, ends)
    yield ends["organisation"]
    await demo.database.run_implicit("MATCH ()-[r:REPRESENTS]->() WHERE r.id IN ['rpr_a', 'rpr_b'] DELETE r")


async def test_two_relationships_to_one_node_are_two_places(executor: Executor, twice: str) -> None:
    query = """query ($id: ID!, $after: String) { organisation(by: { id: $id }) { representatives(
        first: 1, after: $after, filter: { node: { name: { eq: "Joséphine Trần" } } }
    ) { edges { id role cursor } pageInfo { hasNextPage } } } }"""
    variables: dict[str, Any] = {"id": twice, "after": None}
    found = []
    for _ in range(2):
        answer = orjson.loads((await executor.execute(Request(query, variables), LOCAL)).body)
        [edge] = answer["data"]["organisation"]["representatives"]["edges"]
        found.append((edge["id"], edge["role"]))
        variables["after"] = edge["cursor"]
    assert found == [("rpr_a", "DECISION_MAKER"), ("rpr_b", "BUYER")]
