"""Reading the outbox from a position gives everything behind it, once and in order, or says that it cannot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import pytest_asyncio

from graph.client import Database, Transaction
from graph.events import Event, EventsGoneError, UnknownPositionError, last_position, read_events, remove_events
from graph.migrations import upgrade
from schema.declarations import model
from tests.support.desk import Desk, clear

OLD = "2020-01-01T00:00:00.000Z"
WRITERS, COMMITS = 8, 8


@pytest_asyncio.fixture(loop_scope="session")
async def desk(database: Database) -> AsyncIterator[Desk]:
    """An outbox in which all that other tests wrote was removed."""
    await upgrade(database, model())
    await database.run_implicit("MATCH (e:Event) DELETE e")
    await database.run_implicit(
        "MATCH (c:Counter {id: 'events'}) MERGE (r:Counter {id: 'removedEvents'}) SET r.seq = c.seq"
    )
    source = f"test{uuid4().hex}"
    yield Desk(database, model(), source)
    await clear(database, source)
    await database.run_implicit("MATCH (r:Counter {id: 'removedEvents'}) DELETE r")


async def write_people(desk: Desk, *names: str) -> list[str]:
    """One commit and one event for each name; the ids."""
    return [(await desk.write(desk.new("Person", name))).written[0].id for name in names]


async def grow_old(desk: Desk, *seqs: int) -> None:
    await desk.database.run_implicit("MATCH (e:Event) WHERE e.seq IN $seqs SET e.at = $at", {"seqs": seqs, "at": OLD})


async def kept(desk: Desk) -> list[int]:
    return [seq for (seq,) in await desk.rows("MATCH (e:Event) RETURN e.seq ORDER BY e.seq")]


async def test_events_come_in_order_and_page_by_page(desk: Desk) -> None:
    start = await last_position(desk.database)
    ids = await write_people(desk, "a", "b", "c")
    first = await read_events(desk.database, start, limit=2)
    rest = await read_events(desk.database, first[-1].seq, limit=2)
    assert [(e.seq, e.kind, e.type, e.ids) for e in (*first, *rest)] == [
        (start + place, "CREATED", "Person", (id,)) for place, id in enumerate(ids, 1)
    ]


async def test_behind_the_last_event_there_is_nothing_yet(desk: Desk) -> None:
    assert await read_events(desk.database, await last_position(desk.database)) == ()


async def test_what_was_removed_is_told_and_never_passed_over(desk: Desk) -> None:
    start = await last_position(desk.database)
    await write_people(desk, "a", "b", "c")
    await grow_old(desk, start + 1, start + 2)
    assert await remove_events(desk.database, days=30) == 2
    for position in (start, start + 1):
        with pytest.raises(EventsGoneError) as gone:
            await read_events(desk.database, position)
        assert gone.value.values == {"first": position + 1, "removed": start + 2, "last": start + 3}
    assert [e.seq for e in await read_events(desk.database, start + 2)] == [start + 3]


async def test_a_position_is_good_when_all_events_are_removed(desk: Desk) -> None:
    start = await last_position(desk.database)
    await write_people(desk, "a")
    await grow_old(desk, start + 1)
    await remove_events(desk.database, days=30)
    assert await read_events(desk.database, start + 1) == ()
    with pytest.raises(EventsGoneError):
        await read_events(desk.database, start)


async def test_a_position_of_another_database_is_refused(desk: Desk) -> None:
    last = await last_position(desk.database)
    with pytest.raises(UnknownPositionError) as unknown:
        await read_events(desk.database, last + 7)
    assert unknown.value.values == {"after": last + 7, "last": last}


async def test_a_gap_that_nobody_tells_of_is_noticed(desk: Desk) -> None:
    start = await last_position(desk.database)
    await write_people(desk, "a", "b")
    await desk.database.run_implicit("MATCH (e:Event {seq: $seq}) DELETE e", {"seq": start + 1})
    with pytest.raises(EventsGoneError):
        await read_events(desk.database, start)


async def test_a_commit_that_is_seen_in_part_is_waited_for(desk: Desk) -> None:
    start = await last_position(desk.database)
    numbered = asyncio.Event()

    async def commit(transaction: Transaction) -> None:
        await transaction.run(
            "MATCH (c:Counter {id: 'events'}) SET c.seq = $seq + 1 "
            "CREATE (:Event {seq: $seq, at: $at, kind: 'CREATED', type: 'Person', nodeIds: []})",
            {"seq": start + 1, "at": OLD},
        )
        numbered.set()
        await asyncio.sleep(0.2)

    committing = asyncio.create_task(desk.database.write(commit))
    await numbered.wait()
    await desk.database.run_implicit(
        "CREATE (:Event {seq: $seq, at: $at, kind: 'CREATED', type: 'Person', nodeIds: []})",
        {"seq": start + 2, "at": OLD},
    )
    assert [e.seq for e in await read_events(desk.database, start)] == [start + 1, start + 2]
    await committing


async def test_old_events_go_in_batches_up_to_the_first_that_is_not_old(desk: Desk) -> None:
    start = await last_position(desk.database)
    await write_people(desk, *(str(n) for n in range(7)))
    await grow_old(desk, *range(start + 1, start + 6), start + 7)
    assert await remove_events(desk.database, days=30, batch=2) == 5
    assert await kept(desk) == [start + 6, start + 7]


async def test_events_are_removed_once_however_many_do_it(desk: Desk) -> None:
    start = await last_position(desk.database)
    await write_people(desk, *(str(n) for n in range(6)))
    await grow_old(desk, *range(start + 1, start + 6))
    counts = await asyncio.gather(*(remove_events(desk.database, days=30, batch=1) for _ in range(4)))
    assert sum(counts) == 5
    assert await kept(desk) == [start + 6]


async def test_a_polling_reader_misses_nothing_of_eight_writers_and_sees_nothing_twice(desk: Desk) -> None:
    start = await last_position(desk.database)
    written: list[str] = []
    found: list[Event] = []
    writing = WRITERS

    async def writer(number: int) -> None:
        nonlocal writing
        for n in range(COMMITS):
            outcome = await desk.write(
                desk.new("Person", f"p{number}-{n}"), desk.new("Category", f"c{number}-{n}", {"name": desk.source})
            )
            written.extend(w.id for w in outcome.written)
        writing -= 1

    async def reader() -> None:
        while True:
            done = not writing
            events = await read_events(desk.database, found[-1].seq if found else start, limit=5)
            found.extend(events)
            if done and not events:
                return

    await asyncio.gather(reader(), *(writer(n) for n in range(WRITERS)))
    assert [e.seq for e in found] == list(range(start + 1, start + 1 + 2 * WRITERS * COMMITS))
    assert sorted(id for e in found for id in e.ids) == sorted(written)
