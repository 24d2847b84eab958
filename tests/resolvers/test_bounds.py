"""What no index answers stops at a bound and says so; what an index answers never meets one."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from access.viewer import LOCAL, Viewer
from graph.compiler.planner.context import Limits
from resolvers.executor.execute import Executor
from resolvers.executor.request import Request
from tests.oracle.demo import Demo

RARE = {
    "a text inside": 'parties(filter: {{ name: {{ contains: "bao" }} }}, {page})',
    "a negation": 'parties(filter: {{ not: {{ country: {{ eq: "VN" }} }} }}, {page})',
    "a value without an index, last in order first": (
        'persons(filter: {{ city: {{ eq: "Huế" }} }}, orderBy: [{{ name: DESC }}], {page})'
    ),
    "a relation": "organisations(filter: {{ customers: {{ some: {{ lifecycle: {{ eq: LOYAL }} }} }} }}, {page})",
    "what has ended is left out": "customers(filter: {{ lifecycle: {{ eq: LAPSED }} }}, {page})",
    "a range of the order and a test": (
        'purchases(filter: {{ at: {{ gte: "2026-01-01T00:00:00Z" }}, channel: {{ eq: PHONE }} }}, {page})'
    ),
}
INDEXED = {
    "e-mail": ("persons", "email", '{ email: { eq: "VALUE" } }'),
    "name": ("persons", "name", '{ name: { eq: "VALUE" } }'),
    "one of two": ("persons", "name", '{ or: [{ name: { eq: "VALUE" } }, { email: { eq: "x@y.z" } }] }'),
    "the seller": ("customers", "seller { id }", '{ seller: { id: { eq: "VALUE" } } }'),
}

Make = Callable[..., Executor]


@pytest.fixture(scope="module")
def bounded(demo: Demo) -> Make:
    """An executor with limits of its own."""
    return lambda **limits: Executor(demo.schema, demo.model, demo.database, Limits(**limits))


async def ask(executor: Executor, query: str, cursor: str | None = None, viewer: Viewer = LOCAL) -> dict[str, Any]:
    variables = {"cursor": cursor}
    return dict(orjson.loads((await executor.execute(Request(query, variables), viewer)).body))


def page_of(connection: str, arguments: str) -> str:
    return (
        f"query ($cursor: String) {{ page: {connection.format(page=arguments)} "
        "{ nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor stoppedEarly } } }"
    )


def ids(found: dict[str, Any]) -> list[str]:
    return [node["id"] for node in found["nodes"]]


@pytest.mark.parametrize("connection", RARE.values(), ids=RARE)
@given(size=st.integers(2, 9), looked=st.integers(4, 40), forward=st.booleans())
@settings(max_examples=4)
async def test_pages_that_stop_early_put_together_are_the_whole(
    bounded: Make, connection: str, size: int, looked: int, forward: bool
) -> None:
    whole = ids((await ask(bounded(), page_of(connection, "first: 200, after: $cursor")))["data"]["page"])
    assert whole
    executor = bounded(scan_max=looked)
    arguments = f"first: {size}, after: $cursor" if forward else f"last: {size}, before: $cursor"
    seen: list[str] = []
    cursor, more = None, True
    while more:
        answer = await ask(executor, page_of(connection, arguments), cursor)
        found, info = answer["data"]["page"], answer["data"]["page"]["pageInfo"]
        assert len(found["nodes"]) == size or info["stoppedEarly"] or not more_of(info, forward)
        assert info["stoppedEarly"] is ("extensions" in answer)
        if info["stoppedEarly"]:
            assert answer["extensions"] == {"stopped": [{"path": ["page"], "looked": looked}]}
        seen = seen + ids(found) if forward else ids(found) + seen
        more = more_of(info, forward)
        cursor = info["endCursor" if forward else "startCursor"]
    assert seen == whole


def more_of(info: dict[str, Any], forward: bool) -> bool:
    return bool(info["hasNextPage" if forward else "hasPreviousPage"])


async def test_a_page_that_stops_says_so_even_where_nobody_asks(bounded: Make) -> None:
    query = '{ few: persons(first: 5, filter: { name: { contains: "zzz" } }) { nodes { id } } }'
    assert await ask(bounded(scan_max=4), query) == {
        "data": {"few": {"nodes": []}},
        "extensions": {"stopped": [{"path": ["few"], "looked": 4}]},
    }
    assert await ask(bounded(), query) == {"data": {"few": {"nodes": []}}}


async def test_a_count_that_stops_is_not_exact(bounded: Make) -> None:
    query = '{ parties(filter: { name: { contains: "a" } }) { totalCount totalCountIsExact } }'
    whole = (await ask(bounded(), query))["data"]["parties"]
    some = (await ask(bounded(scan_max=30), query))["data"]["parties"]
    assert whole["totalCountIsExact"] is True
    assert some["totalCountIsExact"] is False
    assert 0 < some["totalCount"] <= 30 < whole["totalCount"]


@pytest.mark.parametrize(("connection", "field", "condition"), INDEXED.values(), ids=INDEXED)
async def test_what_an_index_knows_is_found_at_once(bounded: Make, connection: str, field: str, condition: str) -> None:
    first = await ask(bounded(), f"{{ {connection}(last: 1) {{ nodes {{ id found: {field} }} }} }}")
    [node] = first["data"][connection]["nodes"]
    value = node["found"]["id"] if isinstance(node["found"], dict) else node["found"]
    query = (
        f"{{ page: {connection}(filter: {condition.replace('VALUE', value)}) "
        "{ nodes { id } totalCount totalCountIsExact pageInfo { stoppedEarly } } }"
    )
    answer = await ask(bounded(scan_max=1), query)
    found = answer["data"]["page"]
    assert node["id"] in ids(found)
    assert (found["totalCountIsExact"], found["pageInfo"]["stoppedEarly"]) == (True, False)
    assert answer == await ask(bounded(), query)


TOO_WIDE = {
    "figures": "purchases { aggregate { net { sum } } }",
    "a count to the end with a test": 'persons(filter: { city: { eq: "Huế" } }) { aggregate { count } }',
    "an order by figures": "parties(orderBy: [{ purchases: { by: COUNT } }]) { nodes { id } }",
    "an order by figures of some": (
        'parties(filter: { name: { contains: "a" } }, orderBy: [{ purchases: { by: COUNT } }]) { nodes { id } }'
    ),
    "figures of a range": 'purchases(filter: { at: { gte: "2020-01-01T00:00:00Z" } }) { aggregate { net { max } } }',
}


@pytest.mark.parametrize("field", TOO_WIDE.values(), ids=TOO_WIDE)
async def test_figures_over_too_many_rows_are_refused(bounded: Make, field: str) -> None:
    answer = await ask(bounded(set_max=10), f"{{ wide: {field} }}")
    assert answer["data"] is None
    [error] = answer["errors"]
    assert error["extensions"]["code"] == "TOO_MANY_ROWS"
    assert error["message"].startswith("wide: ")
    assert "10" in error["message"]
    assert "errors" not in await ask(bounded(), f"{{ wide: {field} }}")


@pytest.mark.parametrize(
    "field",
    [
        "purchases { aggregate { count } totalCount }",
        "party(by: { id: $seller }) { sales { aggregate { net { sum } } } }",
        "purchases(filter: { seller: { id: { eq: $seller } } }) { aggregate { net { sum } } }",
        "customers(filter: {seller: { id: { eq: $seller } } }, orderBy: { purchases: { by: COUNT } }) { nodes { id } }",
    ],
)
async def test_figures_of_one_party_are_never_refused(demo: Demo, bounded: Make, field: str) -> None:
    seller = demo.ids["demo:party:bao-van-restaurants"]
    query = f"{{ asked: {field} }}".replace("$seller", f'"{seller}"')
    answer = await ask(bounded(set_max=1, scan_max=1), query)
    assert "errors" not in answer
    assert answer == await ask(bounded(), query)
