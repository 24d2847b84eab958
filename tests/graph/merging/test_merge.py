"""Two parties become one: nothing that led to the second is lost or doubled, and nothing is left of it but a key."""

import itertools
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from graph.check import check
from graph.client import Database, Transaction
from graph.errors import CustomerGraphError
from graph.merging import Moved, Outcome, merge_nodes
from graph.merging.errors import MergeUnfinishedError, SelfMergeError
from graph.writer import Move, Put, Relate
from graph.writer.errors import CycleError, UnknownFieldError, WrongTypeError
from tests.support.desk import SINCE, Desk, clear

LATER = "2025-01-01T00:00:00.000Z"


async def merge(desk: Desk, kept: str, merged: str, **options: Any) -> Outcome:
    given = {"database": desk.database, "choices": {}, "by": "test", "seconds": 60.0, **options}
    return await merge_nodes(model=desk.model, target="Party", kept=desk.key(kept), merged=desk.key(merged), **given)


async def test_roles_purchases_and_keys_lead_to_the_kept_one(desk: Desk) -> None:
    await desk.write(desk.new("Person", "an"), desk.new("Person", "an2"), desk.new("Organisation", "shop"))
    await desk.write(desk.new("Customer", "role", party="an2", seller="shop"))
    await desk.write(desk.new("Purchase", "order", buyer="an2", seller="shop"))
    gone = (await desk.node("an2"))["id"]
    outcome = await merge(desk, "an", "an2")
    kept = (await desk.node("an"))["id"]
    assert outcome.kept == kept
    assert {m.type: m.moved for m in outcome.moved} == {"Customer": 1, "Purchase": 1, "ExternalKey": 1}
    assert (await desk.node("an2"))["id"] == kept
    assert (await desk.node("order"))["buyerId"] == kept
    assert await desk.rows("MATCH (n:Person {id: $id}) RETURN n.id", id=gone) == []
    assert await desk.rows("MATCH (:ExternalKey {key: $id})-[:IDENTIFIES]->(n) RETURN n.id", id=gone) == [[kept]]
    assert await desk.rows("MATCH (:Person {id: $id})-[:CUSTOMER_OF]->(o) RETURN count(o)", id=kept) == [[1]]
    assert await check(desk.database, desk.model) == []


async def test_two_roles_towards_one_seller_become_one_with_both_histories(desk: Desk) -> None:
    await desk.write(desk.new("Person", "an"), desk.new("Person", "an2"), desk.new("Organisation", "shop"))
    await desk.write(
        desk.new("Customer", "kept", {"lifecycle": "POTENTIAL", "since": LATER}, party="an", seller="shop")
    )
    await desk.write(desk.new("Customer", "gone", {"lifecycle": "POTENTIAL"}, party="an2", seller="shop"))
    await desk.write(Move("Customer", desk.key("gone"), "CURRENT", LATER, "bought"))
    gone = (await desk.node("gone"))["id"]
    outcome = await merge(desk, "an", "an2")
    assert Moved("Customer", 0, 1) in outcome.moved
    role = await desk.node("kept")
    assert (role["since"], role["lifecycle"], "until" in role) == (SINCE, "CURRENT", False)
    assert (await desk.node("gone"))["id"] == role["id"]
    assert await desk.rows("MATCH (:ExternalKey {key: $id})-[:IDENTIFIES]->(n) RETURN n.id", id=gone) == [[role["id"]]]
    stages = await desk.rows(
        "MATCH (s:CustomerStage) RETURN s.lifecycle, s.since, s.until IS NULL ORDER BY s.since, s.id"
    )
    assert [s[0] for s in stages if s[2]] == ["CURRENT"]
    assert ["POTENTIAL", SINCE, False] in stages
    assert ["CURRENT", LATER, False] in stages
    assert await desk.rows("MATCH (a)-[r:CUSTOMER_OF]->(b) RETURN count(r)") == [[1]]
    assert await check(desk.database, desk.model) == []


async def test_relationships_are_not_doubled_and_none_leads_to_itself(desk: Desk) -> None:
    names = ("an", "an2", "boss", "club")
    people = [desk.new("Person", name) for name in names[:3]]
    await desk.write(*people, desk.new("Organisation", "club"))
    key = desk.key
    await desk.write(
        Relate("ReportsTo", key("an"), key("boss"), {"since": LATER}),
        Relate("ReportsTo", key("an2"), key("boss"), {"since": SINCE}),
        Relate("ReportsTo", key("an2"), key("an"), {"since": SINCE}),
        Relate("MemberOf", key("an"), key("club"), {"since": SINCE, "role": "chair"}),
        Relate("MemberOf", key("an2"), key("club"), {"since": SINCE, "role": "treasurer"}),
    )
    outcome = await merge(desk, "an", "an2")
    assert {m.type: (m.moved, m.joined) for m in outcome.moved} == {
        "ExternalKey": (1, 0),
        "MemberOf": (1, 0),
        "ReportsTo": (0, 2),
    }
    lines = await desk.rows("MATCH (a)-[r:REPORTS_TO]->(b) RETURN a.id, r.since, r.until")
    assert lines == [[(await desk.node("an"))["id"], SINCE, None]]
    assert sorted(await desk.rows("MATCH ()-[r:MEMBER_OF]->() RETURN r.role")) == [["chair"], ["treasurer"]]
    assert await check(desk.database, desk.model) == []


async def test_a_merge_that_would_close_a_circle_is_refused_and_changes_nothing(desk: Desk) -> None:
    await desk.write(*(desk.new("Person", name) for name in ("an", "boss", "an2")))
    key = desk.key
    await desk.write(Relate("ReportsTo", key("an"), key("boss"), {"since": SINCE}))
    await desk.write(Relate("ReportsTo", key("boss"), key("an2"), {"since": SINCE}))
    before = await snapshot(desk)
    with pytest.raises(CycleError):
        await merge(desk, "an", "an2")
    assert await snapshot(desk) == before


async def test_values_are_kept_filled_and_chosen(desk: Desk) -> None:
    kept = {"name": "Phở Thìn", "country": "VN", "website": "thin.example"}
    gone = {"name": "Pho Thin", "country": "VN", "taxId": "0100109106", "website": "old.example"}
    await desk.write(desk.new("Organisation", "a", kept), desk.new("Organisation", "b", gone))
    await merge(desk, "a", "b", choices={"website": "MERGED"})
    found = await desk.node("a")
    assert [found[n] for n in ("name", "taxId", "website", "version")] == ["Phở Thìn", "0100109106", "old.example", 2]
    ((before,),) = await desk.rows("MATCH (c:Change {kind: 'MERGED'}) RETURN c.before")
    assert json.loads(before)["name"] == "Pho Thin"
    with pytest.raises(UnknownFieldError):
        await merge(desk, "a", "b", choices={"colour": "MERGED"})


async def test_facts_that_say_the_same_become_one(desk: Desk) -> None:
    await desk.write(desk.new("Person", "an"), desk.new("Person", "an2"))
    mail = {"kind": "EMAIL", "purpose": "WORK", "value": "an@example.com", "since": SINCE}
    phone = {**mail, "kind": "PHONE", "value": "1"}
    groups = [(p, v) for p, v in (("an", mail), ("an2", mail), ("an2", phone))]
    await desk.write(*(Put("ContactPoint", None, v, {"party": desk.key(p)}) for p, v in groups))
    await merge(desk, "an", "an2")
    assert await desk.rows("MATCH (c:ContactPoint) RETURN c.value, c.partyId ORDER BY c.kind") == [
        ["an@example.com", (await desk.node("an"))["id"]],
        ["1", (await desk.node("an"))["id"]],
    ]
    assert await check(desk.database, desk.model) == []


async def test_merged_again_the_old_ids_lead_to_the_last_one(desk: Desk) -> None:
    await desk.write(*(desk.new("Person", name) for name in ("a", "b", "c")))
    old = (await desk.node("a"))["id"]
    await merge(desk, "b", "a")
    await merge(desk, "c", "b")
    await desk.write(Put("Person", old, {"title": "Bác sĩ"}))
    assert (await desk.node("c"))["title"] == "Bác sĩ"
    assert await merge(desk, "c", "b") == Outcome((await desk.node("c"))["id"])


@pytest.mark.parametrize(("kept", "merged", "error"), [("a", "a", SelfMergeError), ("a", "shop", WrongTypeError)])
async def test_what_cannot_be_one_is_refused(
    desk: Desk, kept: str, merged: str, error: type[CustomerGraphError]
) -> None:
    await desk.write(desk.new("Person", "a"), desk.new("Organisation", "shop"))
    with pytest.raises(error):
        await merge(desk, kept, merged)


async def test_a_dry_run_counts_and_changes_nothing(desk: Desk) -> None:
    await hub(desk)
    before = await snapshot(desk)
    outcome = await merge(desk, "kept", "gone", dry_run=True)
    assert {m.type: m.moved for m in outcome.moved} == {"Customer": 12, "ExternalKey": 1}
    assert await snapshot(desk) == before


async def hub(desk: Desk) -> None:
    """Two sellers: one has the customers 0 to 7, the other one 4 to 15."""
    await desk.write(desk.new("Organisation", "kept"), desk.new("Organisation", "gone"))
    await desk.write(*(desk.new("Person", f"p{n}") for n in range(16)))
    await desk.write(*(desk.new("Customer", f"k{n}", party=f"p{n}", seller="kept") for n in range(8)))
    await desk.write(*(desk.new("Customer", f"g{n}", party=f"p{n}", seller="gone") for n in range(4, 16)))


async def snapshot(desk: Desk) -> list[str]:
    """The whole graph with keys instead of ids, without history, times and versions."""
    keys = "MATCH (k:ExternalKey)-[:IDENTIFIES]->(n) WHERE k.key STARTS WITH 'test:' RETURN n.id, min(k.key)"
    names = dict(await desk.rows(keys))
    own = "NOT n:Change|Event|Counter|Lock|Migration|ExternalKey"
    plain = "{.*, createdAt: 0, updatedAt: 0, version: 0}"
    nodes = await desk.rows(f"MATCH (n) WHERE {own} RETURN labels(n), n {plain}")
    edges = await desk.rows(f"MATCH (n)-[r]->(m) WHERE {own} RETURN n.id, type(r), r {plain}, m.id")
    text = json.dumps([sorted(map(repr, nodes)), sorted(map(repr, edges))])
    for id, name in names.items():
        text = text.replace(id, name)
    return sorted(json.loads(text)[0]) + sorted(json.loads(text)[1])


class BrokenError(Exception):
    pass


class Breaking:
    """The database; the n-th transaction is broken off when all of it is written and nothing is committed."""

    def __init__(self, database: Database, at: int) -> None:
        self._database = database
        self.left = at

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    async def write(self, work: Callable[[Transaction], Awaitable[Any]]) -> Any:
        async def broken(transaction: Transaction) -> Any:
            result = await work(transaction)
            self.left -= 1
            if self.left == 0:
                raise BrokenError
            return result

        return await self._database.write(broken)


async def test_a_merge_that_is_broken_off_anywhere_goes_on_to_the_same_end(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.merging.merge.BATCH", 3)
    await hub(desk)
    await merge(desk, "kept", "gone")
    undisturbed = await snapshot(desk)
    assert await desk.rows("MATCH (:Organisation)<-[:SELLER]-(c:Customer) RETURN count(c)") == [[16]]
    assert await check(desk.database, desk.model) == []
    await clear(desk.database, desk.source)
    await desk.database.run_implicit("MATCH (k:ExternalKey) WHERE NOT (k)-[:IDENTIFIES]->() DETACH DELETE k")

    await hub(desk)
    breaks = 0
    for step in itertools.chain(range(1, 9), itertools.repeat(7)):
        try:
            await merge(desk, "kept", "gone", database=Breaking(desk.database, step))
            break
        except BrokenError:
            breaks += 1
    assert breaks >= 8
    assert await snapshot(desk) == undisturbed
    assert await check(desk.database, desk.model) == []


async def test_a_merge_whose_time_is_over_says_so_and_goes_on_when_asked_again(desk: Desk) -> None:
    await hub(desk)
    assert not (await merge(desk, "kept", "gone", seconds=0.0)).is_complete
    assert [finding.subject for finding in await check(desk.database, desk.model)] == [(await desk.node("gone"))["id"]]
    with pytest.raises(MergeUnfinishedError):
        await merge(desk, "gone", "kept")
    assert (await merge(desk, "kept", "gone")).is_complete
    assert await check(desk.database, desk.model) == []
