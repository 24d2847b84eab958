import pytest

from graph.check import Finding, check
from tests.support.desk import Desk

Broken = set[tuple[str, str]]


def at(name: str, variable: str = "n") -> str:
    """The clause that finds a node of the world by name."""
    return f"MATCH (:ExternalKey {{key: $source + ':{name}'}})-[:IDENTIFIES]->({variable})"


async def ids(world: Desk) -> set[str]:
    """All ids of the world's nodes, keys and relationships."""
    text = (
        "MATCH (k:ExternalKey) WHERE k.key STARTS WITH $source + ':' OPTIONAL MATCH (k)-[:IDENTIFIES]->(n) "
        "OPTIONAL MATCH (n)-[r]->() UNWIND [k.id, n.id, r.id] AS id RETURN DISTINCT id"
    )
    return {id for (id,) in await world.rows(text)}


async def findings(world: Desk, examples: int = 10_000, batch: int = 1000) -> list[Finding]:
    return await check(world.database, world.model, examples=examples, batch=batch)


async def broken(world: Desk, statement: str) -> Broken:
    """Rules and subjects that the statement breaks for nodes and relationships of the world."""
    before = await ids(world)
    await world.database.run_implicit(statement, {"source": world.source})
    own = before | await ids(world)
    return {(f.rule, f.subject) for f in await findings(world) if any(e.id in own for e in f.examples)}


async def test_what_the_writer_wrote_is_consistent(world: Desk) -> None:
    own = await ids(world)

    assert [f for f in await findings(world) if any(e.id in own for e in f.examples)] == []


LOST_LINE: Broken = {
    ("reference", "PurchaseLine.purchase"),
    ("derived", "PurchaseLine.currency"),
    ("derived", "PurchaseLine.at"),
    ("derived", "Purchase.gross"),
}
SECOND_PART_OF = (
    f"{at('sales')}-[r:PART_OF]->() {at('other', 'm')} "
    "CREATE (n)-[s:PART_OF]->(m) SET s = r {.*, id: 'pof_' + randomUUID()}"
)
REPORTS_BACK = (
    f"{at('binh')}-[r:REPORTS_TO]->(m) CREATE (m)-[s:REPORTS_TO]->(n) SET s = r {{.*, id: 'rep_' + randomUUID()}}"
)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (at("lone") + " REMOVE n:Party", {("labels", "Person")}),
        (at("lone") + " REMOVE n:Person", {("labels", "Party")}),
        (at("lone") + " SET n.id = 'org_' + substring(n.id, 4)", {("id", "Person")}),
        (at("lone") + " REMOVE n.version", {("value", "Person.version")}),
        (at("lone") + " SET n.organisationId = 'org_x'", {("value", "Person.organisationId")}),
        (at("lone") + " SET n.name = 'Đỗ Liên'", {("key", "Person.nameKey")}),
        (at("lone") + " SET n.cityKey = 'hue city'", {("key", "Person.cityKey")}),
        (at("soup") + " SET n.searchText = 'pho'", {("search", "Product.searchText")}),
        (at("other") + " SET n.organisationId = 'org_x'", {("derived", "Organisation.organisationId")}),
        (at("outside") + " SET n.partyName = 'nobody'", {("derived", "Customer.partyName")}),
        (at("outside") + " SET n.sellerId = 'org_x'", {("derived", "Customer.sellerId")}),
        (at("inside") + " SET n.scope = 'EXTERNAL'", {("derived", "Customer.scope")}),
        (at("outside") + " SET n.organisationId = null", {("derived", "Customer.organisationId")}),
        (at("purchase") + " SET n.net = 1", {("derived", "Purchase.net")}),
        (at("line") + " SET n.amount = 1", {("derived", "PurchaseLine.amount"), ("derived", "Purchase.gross")}),
        (
            at("purchase") + "-[r:BOUGHT_BY]->() DELETE r",
            {("reference", "Purchase.buyer"), ("derived", "Purchase.buyerId")},
        ),
        (at("line") + "-[r:LINE_OF]->() DELETE r", LOST_LINE),
        (at("lone") + " MATCH (n)<-[r:IDENTIFIES]-() DELETE r", {("reference", "ExternalKey.identifies")}),
        (
            f"{at('outside')} {at('an', 'a')} {at('lone', 'b')} CREATE (a)<-[:OWNED_BY]-(n)-[:OWNED_BY]->(b)",
            {("reference", "Customer.owner")},
        ),
        (SECOND_PART_OF, {("reference", "OrgUnit.partOf")}),
        (
            at("outside") + " SET n.until = '2000-01-01T00:00:00.000Z'",
            {("period", "Customer"), ("shortcut", "Person.CUSTOMER_OF")},
        ),
        (at("binh") + "-[r:CUSTOMER_OF]->() DELETE r", {("shortcut", "Customer")}),
        (
            f"{at('lone')} {at('company', 'm')} CREATE (n)-[:CUSTOMER_OF]->(m)",
            {("shortcut", "Person.CUSTOMER_OF")},
        ),
        (at("binh") + "-[:CUSTOMER_OF]->(m) CREATE (n)-[:CUSTOMER_OF]->(m)", {("shortcut", "Person.CUSTOMER_OF once")}),
        (at("an") + "-[r:WORKS_FOR]->() DELETE r", {("shortcut", "Employment")}),
        (at("an") + "-[r:REPRESENTS]->() REMOVE r.since", {("value", "Represents.since")}),
        (at("an") + "-[r:REPRESENTS]->() SET r.titleKey = 'boss'", {("key", "Represents.titleKey")}),
        (
            at("an") + "-[r:REPRESENTS]->() SET r.until = '2000-01-01T00:00:00.000Z'",
            {("period", "Represents")},
        ),
        (REPORTS_BACK, {("circle", "ReportsTo")}),
        (REPORTS_BACK + ", s.since = '2030-01-01T00:00:00.000Z', r.until = s.since", set()),
    ],
)
async def test_what_is_broken_is_found_and_nothing_else(world: Desk, statement: str, expected: Broken) -> None:
    assert await broken(world, statement) == expected


async def test_a_finding_names_the_node_what_it_should_hold_and_what_it_holds(world: Desk) -> None:
    await world.database.run_implicit(at("outside") + " SET n.partyName = 'nobody'", {"source": world.source})
    id = (await world.node("outside"))["id"]

    (example,) = [e for f in await findings(world) for e in f.examples if e.id == id]

    assert (example.expected, example.found) == ("somebody", "nobody")


async def test_examples_are_few_and_the_count_is_whole(world: Desk) -> None:
    text = "MATCH (k:ExternalKey)-[:IDENTIFIES]->(n:Person) WHERE k.key STARTS WITH $source + ':' SET n.nameKey = '?'"
    await world.database.run_implicit(text, {"source": world.source})

    (found,) = [f for f in await findings(world, examples=2) if f.subject == "Person.nameKey"]

    assert found.count >= 3
    assert len(found.examples) == 2


async def test_the_size_of_a_batch_changes_nothing(world: Desk) -> None:
    await world.database.run_implicit(at("an") + " SET n.nameKey = '?'", {"source": world.source})

    assert await findings(world, batch=2) == await findings(world)


async def test_a_node_without_id_is_found(world: Desk) -> None:
    await world.database.run_implicit(at("lone") + " REMOVE n.id", {"source": world.source})

    assert ("id", "Person") in {(f.rule, f.subject) for f in await findings(world)}


async def test_a_missing_index_and_a_missing_migration_are_found(world: Desk) -> None:
    await world.database.run_implicit("DROP INDEX cg_range_Brand_nameKey_id")
    await world.database.run_implicit("MATCH (m:Migration {number: 1}) DELETE m")

    found = {(f.rule, f.subject) for f in await findings(world)}

    assert {("schema", "cg_range_Brand_nameKey_id"), ("migration", "0001_counters")} <= found
