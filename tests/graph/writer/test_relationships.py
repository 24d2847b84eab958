import pytest

from graph.writer import Amend, End, Relate
from graph.writer.errors import CycleError, NotFoundError, SelfRelationError, UnknownFieldError, VersionConflictError
from tests.support.desk import SINCE, Desk

LATER = "2025-01-01T00:00:00.000Z"
LAST = "2026-01-01T00:00:00.000Z"


async def people(desk: Desk, *names: str) -> None:
    await desk.write(*(desk.new("Person", name) for name in names))


def reports(desk: Desk, source: str, target: str, since: str = SINCE, until: str | None = None) -> Relate:
    return Relate("ReportsTo", desk.key(source), desk.key(target), {"since": since, "until": until})


async def edges(desk: Desk, type: str) -> list[dict[str, object]]:
    text = (
        "MATCH (k:ExternalKey)-[:IDENTIFIES]->(n)-[r]->() WHERE k.key STARTS WITH $source + ':' AND type(r) = $type "
        "RETURN properties(r) ORDER BY r.since, r.id"
    )
    return [dict(row[0]) for row in await desk.rows(text, type=type)]


async def test_a_relationship_has_an_id_times_and_a_version(desk: Desk) -> None:
    await people(desk, "a", "b")
    outcome = await desk.write(reports(desk, "a", "b"))
    (edge,) = await edges(desk, "REPORTS_TO")
    assert edge == {
        "id": outcome.written[0].id,
        "since": SINCE,
        "version": 1,
        "createdAt": edge["createdAt"],
        "updatedAt": edge["createdAt"],
    }


async def test_the_same_relationship_again_changes_nothing(desk: Desk) -> None:
    await people(desk, "a", "b")
    await desk.write(reports(desk, "a", "b"))
    before = await edges(desk, "REPORTS_TO")
    assert (await desk.write(reports(desk, "a", "b"))).status == "unchanged"
    assert await edges(desk, "REPORTS_TO") == before


async def test_one_that_begins_at_another_time_is_another_one(desk: Desk) -> None:
    await people(desk, "a", "b")
    await desk.write(reports(desk, "a", "b", SINCE, LATER), reports(desk, "a", "b", LAST))
    assert [e["since"] for e in await edges(desk, "REPORTS_TO")] == [SINCE, LAST]


async def test_match_tells_which_values_name_a_relationship(desk: Desk) -> None:
    await desk.write(desk.new("Person", "a"), desk.new("Organisation", "o"))
    roles = [
        Relate("Represents", desk.key("a"), desk.key("o"), {"since": SINCE, "role": role}, match=("since", "role"))
        for role in ("BUYER", "BILLING")
    ]
    await desk.write(*roles)
    assert (await desk.write(*roles)).status == "unchanged"
    assert {e["role"] for e in await edges(desk, "REPRESENTS")} == {"BUYER", "BILLING"}


async def test_a_symmetric_relationship_is_the_same_from_both_sides(desk: Desk) -> None:
    await desk.write(desk.new("Organisation", "a"), desk.new("Organisation", "b"))
    await desk.write(Relate("CompetesWith", desk.key("b"), desk.key("a"), {"since": SINCE}))
    again = await desk.write(Relate("CompetesWith", desk.key("a"), desk.key("b"), {"since": SINCE}))
    assert again.status == "unchanged"
    ((source, target),) = await desk.rows(
        "MATCH (k:ExternalKey {key: $key})-[:IDENTIFIES]->(n)-[:COMPETES_WITH]-() "
        "MATCH (a)-[:COMPETES_WITH]->(b) WHERE n IN [a, b] RETURN DISTINCT a.id, b.id",
        key=desk.key("a"),
    )
    assert source < target


async def test_a_relationship_is_changed_and_ended_by_its_id(desk: Desk) -> None:
    await desk.write(desk.new("Organisation", "a"), desk.new("Organisation", "b"))
    made = await desk.write(Relate("SubsidiaryOf", desk.key("a"), desk.key("b"), {"since": SINCE, "share": "0.5"}))
    id = made.written[0].id
    await desk.write(Amend("SubsidiaryOf", id, {"share": "0.75"}, expected_version=1))
    await desk.write(End("SubsidiaryOf", id, LATER, expected_version=2))
    (edge,) = await edges(desk, "SUBSIDIARY_OF")
    assert (edge["share"], edge["until"], edge["version"]) == (7500, LATER, 3)
    with pytest.raises(VersionConflictError):
        await desk.write(Amend("SubsidiaryOf", id, {"share": "1"}, expected_version=1))


async def test_an_unknown_relationship_is_refused(desk: Desk) -> None:
    with pytest.raises(NotFoundError, match="There is no ReportsTo 'rep_0'"):
        await desk.write(Amend("ReportsTo", "rep_0", {}))


async def test_a_match_on_an_unknown_value_is_refused(desk: Desk) -> None:
    await people(desk, "a", "b")
    with pytest.raises(UnknownFieldError, match="ReportsTo has no field 'rank'"):
        await desk.write(Relate("ReportsTo", desk.key("a"), desk.key("b"), {"since": SINCE}, match=("rank",)))


async def test_nobody_reports_to_himself(desk: Desk) -> None:
    await people(desk, "a")
    with pytest.raises(SelfRelationError):
        await desk.write(reports(desk, "a", "a"))


async def test_a_circle_of_any_length_is_refused(desk: Desk) -> None:
    await people(desk, *"abcdef")
    await desk.write(*(reports(desk, s, t) for s, t in zip("abcde", "bcdef", strict=True)))
    with pytest.raises(CycleError, match="would close a circle"):
        await desk.write(reports(desk, "f", "a"))


async def test_of_a_circle_in_one_batch_only_the_closing_one_is_refused(desk: Desk) -> None:
    await people(desk, *"abc")
    outcomes = await desk.groups([(reports(desk, s, t),) for s, t in ("ab", "bc", "ca")])
    assert [o.status for o in outcomes] == ["created", "created", "rejected"]


async def test_a_circle_through_new_nodes_and_the_graph_is_refused(desk: Desk) -> None:
    await people(desk, "a", "b")
    await desk.write(reports(desk, "a", "b"))
    groups = [(desk.new("Person", "new"), reports(desk, "new", "a")), (reports(desk, "b", "new"),)]
    assert [o.status for o in await desk.groups(groups)] == ["created", "rejected"]


async def test_a_circle_whose_parts_are_never_open_together_is_none(desk: Desk) -> None:
    await people(desk, "a", "b", "c")
    await desk.write(reports(desk, "a", "b", SINCE, LATER), reports(desk, "b", "c", LATER, LAST))
    assert (await desk.write(reports(desk, "c", "a"))).status == "created"
    assert (await desk.write(reports(desk, "b", "a", LATER))).status == "created"


async def test_opening_an_ended_relationship_again_may_not_close_a_circle(desk: Desk) -> None:
    await people(desk, "a", "b")
    made = await desk.write(reports(desk, "a", "b", SINCE, LATER))
    await desk.write(reports(desk, "b", "a", LATER))
    with pytest.raises(CycleError):
        await desk.write(Amend("ReportsTo", made.written[0].id, {"until": None}))


async def test_a_rejected_group_does_not_count_for_circles(desk: Desk) -> None:
    await people(desk, "a", "b")
    bad = (reports(desk, "a", "b"), desk.change("Person", "a", {"name": ""}))
    outcomes = await desk.groups([bad, (reports(desk, "b", "a"),)])
    assert [o.status for o in outcomes] == ["rejected", "created"]
