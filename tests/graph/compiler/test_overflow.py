"""A sum of integers that leaves 64 bits is an error with the way out, never a rounded figure."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import orjson
import pytest
import pytest_asyncio

from access.viewer import LOCAL
from graph.client import Database
from graph.migrations import upgrade
from resolvers.executor.execute import Executor
from resolvers.executor.request import Request
from resolvers.types.query import build_schema, core_schema
from schema.declarations import model
from tests.support.desk import Desk, clear


@pytest_asyncio.fixture(loop_scope="session")
async def desk(database: Database) -> AsyncIterator[Desk]:
    """A purchase whose two lines are worth almost as much as 64 bits hold, each."""
    await upgrade(database, model())
    desk = Desk(database, model(), f"test{uuid4().hex}")
    line = {"unitPrice": "900000000000000"}
    await desk.write(
        desk.new("Organisation", "seller"),
        desk.new("Person", "buyer"),
        desk.new("Product", "palace"),
        desk.new("Purchase", "one", buyer="buyer", seller="seller"),
        desk.new("PurchaseLine", "first", line, purchase="one", product="palace"),
    )
    # The writer itself refuses a second line: the sum of the purchase would overflow.
    await database.run_implicit(
        "MATCH (:ExternalKey {key: $key})-[:IDENTIFIES]->(line)-[:LINE_FOR]->(product) "
        "CREATE (other:PurchaseLine)-[:LINE_FOR]->(product) SET other = line {.*, id: $id}",
        {"key": desk.key("first"), "id": f"pul_{uuid4().hex}"},
    )
    yield desk
    await database.run_implicit(
        "MATCH (:ExternalKey {key: $key})-[:IDENTIFIES]->()<-[:LINE_FOR]-(line) DETACH DELETE line",
        {"key": desk.key("palace")},
    )
    await clear(database, desk.source)


async def figures(desk: Desk, names: str) -> Any:
    text = (
        f'{{ product(by: {{ externalKey: "{desk.key("palace")}" }}) '
        f"{{ purchaseLines {{ aggregate {{ amount {{ {names} }} }} }} }} }}"
    )
    executor = Executor(core_schema(build_schema(model())), model(), desk.database)
    return orjson.loads((await executor.execute(Request(text), LOCAL)).body)


@pytest.mark.parametrize("names", ["sum", "avg"])
async def test_a_sum_beyond_64_bits_is_an_error(desk: Desk, names: str) -> None:
    answer = await figures(desk, names)

    assert answer["data"] is None
    assert [e["extensions"]["code"] for e in answer["errors"]] == ["AMOUNT_OVERFLOW"]


async def test_its_smallest_and_largest_are_figures_as_ever(desk: Desk) -> None:
    answer = await figures(desk, "count min max")

    assert "errors" not in answer
