import json

from graph.writer import End
from tests.support.desk import SINCE, Desk


async def test_a_change_says_what_the_fields_held_before_and_after(desk: Desk) -> None:
    await desk.write(desk.new("Person", "person:a", {"name": "An", "city": "Huế"}))
    await desk.write(desk.change("Person", "person:a", {"name": "Ân", "city": None}))
    made, changed = await desk.history()
    assert made == ["CREATED", "Person", None, None]
    assert changed[:2] == ["UPDATED", "Person"]
    assert json.loads(changed[2]) == {"name": "An", "city": "Huế"}
    assert json.loads(changed[3]) == {"name": "Ân", "city": None}


async def test_the_change_that_made_a_node_is_found_by_its_time(desk: Desk) -> None:
    await desk.write(desk.new("Person", "person:a"), desk.new("Person", "person:b"))
    node = await desk.node("person:b")
    found = await desk.rows(
        "MATCH (c:Change {at: $at, kind: 'CREATED', type: 'Person'}) WHERE $id IN c.nodeIds RETURN c.by",
        at=node["createdAt"],
        id=node["id"],
    )
    assert found == [[desk.source]]


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
