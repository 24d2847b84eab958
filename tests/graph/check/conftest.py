from collections.abc import AsyncIterator
from uuid import uuid4

import pytest_asyncio

from graph.client import Database
from graph.migrations import upgrade
from graph.writer import Relate
from schema.declarations import model
from tests.support.desk import SINCE, Desk, clear


@pytest_asyncio.fixture(loop_scope="session")
async def world(database: Database) -> AsyncIterator[Desk]:
    """A company with a unit, staff, a customer inside and one outside, and a purchase; all of it as it should be."""
    await upgrade(database, model())
    desk = Desk(database, model(), f"test{uuid4().hex}")
    await desk.write(
        desk.new("Organisation", "company"),
        desk.new("Organisation", "other"),
        desk.new("OrgUnit", "sales"),
        desk.new("Person", "lone", {"name": "Đỗ Lan", "city": "Huế"}),
        desk.new("Person", "an"),
        desk.new("Person", "binh"),
        desk.new("Employment", "job", person="an", employer="sales"),
        desk.new("Customer", "inside", party="an", seller="company"),
        desk.new("Customer", "outside", party="binh", seller="company"),
        desk.new("Product", "soup", {"name": "Phở", "sku": "S-1"}),
        desk.new("Purchase", "purchase", buyer="binh", seller="company"),
        desk.new("PurchaseLine", "line", purchase="purchase", product="soup"),
        Relate("PartOf", desk.key("sales"), desk.key("company"), {"since": SINCE}),
        Relate("ReportsTo", desk.key("binh"), desk.key("an"), {"since": SINCE}),
        Relate(
            "Represents", desk.key("an"), desk.key("other"), {"since": SINCE, "role": "BUYER", "title": "Trưởng phòng"}
        ),
    )
    nodes = await desk.rows(
        "MATCH (k:ExternalKey)-[:IDENTIFIES]->(n) WHERE k.key STARTS WITH $source + ':' RETURN elementId(n)"
    )
    yield desk
    await clear(database, desk.source)
    await database.run_implicit("MATCH (n) WHERE elementId(n) IN $ids DETACH DELETE n", {"ids": [n for (n,) in nodes]})
