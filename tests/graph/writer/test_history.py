import json

from graph.model.values import new_id
from graph.writer import End, Relate
from graph.writer.load import NewNode, load, prepare
from tests.support.desk import SINCE, Desk

UNTIL = "2025-01-01T00:00:00.000Z"


async def test_a_change_says_what_the_fields_held_before_and_after(desk: Desk) -> None:
    await desk.write(desk.new("Person", "person:a", {"name": "An", "city": "Huế"}))
    await desk.write(desk.change("Person", "person:a", {"name": "Ân", "city": None}))
    made, changed = await desk.history()
    assert made == ["CREATED", "Person", None, None]
    assert changed[:2] == ["UPDATED", "Person"]
    assert json.loads(changed[2]) == {"name": "An", "city": "Huế"}
    assert json.loads(changed[3]) == {"name": "Ân", "city": None}


async def test_each_node_has_the_change_that_made_it(desk: Desk) -> None:
    await desk.write(desk.new("Person", "person:a"), desk.new("Person", "person:b"))
    node = await desk.node("person:b")
    found = await desk.rows(
        "MATCH (c:Change {nodeId: $id})-[:CHANGE_OF]->(n {id: $id}) RETURN c.kind, c.at, c.by, c.affected",
        id=node["id"],
    )
    assert found == [["CREATED", node["createdAt"], desk.source, 1]]


async def test_a_change_of_a_relationship_leads_to_both_ends(desk: Desk) -> None:
    await desk.write(desk.new("Person", "person:a"), desk.new("Person", "person:b"))
    relate = Relate("ReportsTo", desk.key("person:a"), desk.key("person:b"), {"since": SINCE})
    (made,) = (await desk.write(relate)).written
    await desk.write(End("ReportsTo", made.id, UNTIL))
    found = await desk.rows(
        "MATCH (a)<-[:CHANGE_OF]-(c:Change {relationshipId: $id})-[:CHANGE_TOWARDS]->(b) "
        "RETURN c.kind, c.type, c.after, c.nodeId = a.id, c.targetId = b.id, a.id < b.id ORDER BY c.at, c.id",
        id=made.id,
    )
    assert found == [
        ["CREATED", "ReportsTo", None, True, True, True],
        ["ENDED", "ReportsTo", json.dumps({"until": UNTIL}), True, True, True],
    ]


async def test_a_load_tells_of_all_nodes_of_a_type_at_once(desk: Desk) -> None:
    names = [NewNode("Category", new_id("cat"), {"name": f"{desk.source} {n}"}) for n in range(3)]
    await load(desk.database, prepare(desk.model, names, at=SINCE), by=desk.source)
    found = await desk.rows(
        "MATCH (c:Change {by: $source}) RETURN c.kind, c.type, c.affected, c.nodeId, COUNT { (c)--() }"
    )
    await desk.database.run_implicit(
        "MATCH (n:Category) WHERE n.name STARTS WITH $source DELETE n", {"source": desk.source}
    )
    assert found == [["CREATED", "Category", 3, None, 0]]


async def test_a_moved_reference_is_in_the_history(desk: Desk) -> None:
    await desk.write(desk.new("Category", "cat:a"), desk.new("Product", "product:a"))
    await desk.write(desk.change("Product", "product:a", category="cat:a"))
    category = (await desk.node("cat:a"))["id"]
    _, before, after = (await desk.history())[-1][1:]
    assert (json.loads(before), json.loads(after)) == ({"category": None}, {"category": category})


async def test_an_end_is_told_apart_from_a_change(desk: Desk) -> None:
    await desk.write(desk.new("Person", "person:a"), desk.new("Organisation", "org:a"))
    await desk.write(desk.new("Employment", "emp:a", person="person:a", employer="org:a"))
    await desk.write(End("Employment", desk.key("emp:a"), SINCE))
    assert (await desk.history())[-1][:2] == ["ENDED", "Employment"]
    assert (await desk.events())[-1] == ["ENDED", "Employment", 1]


async def test_events_are_numbered_without_gaps_in_the_order_of_commits(desk: Desk) -> None:
    for n in range(3):
        await desk.write(desk.new("Person", f"person:{n}"))
    rows = await desk.rows(
        "MATCH (k:ExternalKey)-[:IDENTIFIES]->(n) WHERE k.key STARTS WITH $source + ':' "
        "MATCH (e:Event) WHERE n.id IN e.nodeIds RETURN e.seq ORDER BY n.createdAt, n.id"
    )
    numbers = [seq for (seq,) in rows]
    assert numbers == list(range(numbers[0], numbers[0] + 3))


async def test_nodes_of_one_type_made_together_share_one_event(desk: Desk) -> None:
    await desk.write(desk.new("Person", "person:a"), desk.new("Person", "person:b"), desk.new("Organisation", "org:a"))
    assert await desk.events() == [["CREATED", "Person", 2], ["CREATED", "Organisation", 1]]


async def test_a_rejected_change_leaves_no_trace(desk: Desk) -> None:
    await desk.groups([(desk.change("Person", "person:a", {"name": ""}),)])
    assert (await desk.history(), await desk.events()) == ([], [])
