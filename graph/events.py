"""The outbox as it is read: events in the order of their commits, numbered without gaps, kept for some days.

The writer numbers events in the last statement of its transaction, under a lock (graph/writer/history.py). So the next
number belongs to the next commit, and a number that was passed over would be a commit that was missed: a reader takes
events only as far as their numbers follow one another. That also holds where the database shows a part of a commit
before the rest, or a part of what is being removed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from graph.client import Bookmarks, Database, Transaction
from graph.errors import ConflictError, InputError
from graph.model.values import earlier, now_text

READ = 500
_BATCH = 500
_SECONDS = 60.0


class EventsGoneError(ConflictError):
    """Some of the events behind a position were removed, because they were old."""

    code = "EVENTS_GONE"
    text = "Event {first} is not kept any more: all up to {removed} were removed."
    hint = "Read anew what you need to know, then go on from the last event, {last}."


class UnknownPositionError(InputError):
    """A position lies behind the last event."""

    code = "UNKNOWN_POSITION"
    text = "There is no event {after} yet; the last one is {last}."
    hint = "The position is of another database, or of a later state of this one: read anew, and go on from {last}."


@dataclass(frozen=True, slots=True)
class Event:
    """What one transaction did to nodes, or relationships, of one type: `kind` is CREATED, UPDATED or ENDED.

    `seq` is its position; `ids` are those of the nodes or relationships.
    """

    seq: int
    at: str
    kind: str
    type: str
    ids: tuple[str, ...]


async def read_events(
    database: Database, after: int, *, limit: int = READ, bookmarks: Bookmarks | None = None
) -> tuple[Event, ...]:
    """The events behind the position `after`, in order, `limit` at most; none where nothing was committed since.

    Whoever goes on from the `seq` of the last one, or from where it was, sees each event once and misses none.

    Raises:
        EventsGoneError: some of them were removed.
        UnknownPositionError: the position lies behind the last event.
    """
    last, removed, found = await _read(database, after, limit, bookmarks)
    if removed <= after and (last < after or (found and found[0].seq != after + 1)):
        # A commit that is only seen in part, a replica that lags behind, or the truth: behind the lock it is told.
        seen = Bookmarks(bookmarks.values if bookmarks else frozenset())
        await database.write(_settle, bookmarks=seen)
        last, removed, found = await _read(database, after, limit, seen)
        if last < after:
            raise UnknownPositionError(after=after, last=last)
    if removed > after or (found and found[0].seq != after + 1):
        raise EventsGoneError(first=after + 1, removed=max(removed, found[0].seq - 1 if found else 0), last=last)
    return tuple(event for place, event in enumerate(found, after + 1) if event.seq == place)


async def _read(
    database: Database, after: int, limit: int, bookmarks: Bookmarks | None
) -> tuple[int, int, list[Event]]:
    """The last number that was given, the last one that was removed, and what is found behind the position:

    ```cypher
    OPTIONAL MATCH (c:Counter {id: 'events'})
    OPTIONAL MATCH (r:Counter {id: 'removedEvents'})
    RETURN coalesce(c.seq, 0), coalesce(r.seq, 0), COLLECT {
      MATCH (e:Event) WHERE e.seq > $after
      RETURN [e.seq, e.at, e.kind, e.type, e.nodeIds] ORDER BY e.seq LIMIT $limit
    }
    ```
    """
    text = (
        "OPTIONAL MATCH (c:Counter {id: 'events'})\nOPTIONAL MATCH (r:Counter {id: 'removedEvents'})\n"
        "RETURN coalesce(c.seq, 0), coalesce(r.seq, 0), COLLECT {\n  MATCH (e:Event) WHERE e.seq > $after\n"
        "  RETURN [e.seq, e.at, e.kind, e.type, e.nodeIds] ORDER BY e.seq LIMIT $limit\n}"
    )
    ((last, removed, rows),) = await database.read(text, {"after": after, "limit": limit}, bookmarks=bookmarks)
    return last, removed, [Event(seq, at, kind, type, tuple(ids)) for seq, at, kind, type, ids in rows]


async def _settle(transaction: Transaction) -> None:
    """Waits for whoever is committing events:

    ```cypher
    MATCH (c:Counter {id: 'events'}) SET c._lock = true REMOVE c._lock
    ```
    """
    await transaction.run("MATCH (c:Counter {id: 'events'}) SET c._lock = true REMOVE c._lock")


async def last_position(database: Database) -> int:
    """The position of the last event: where to begin for what is yet to come.

    ```cypher
    MATCH (c:Counter {id: 'events'}) RETURN c.seq
    ```
    """
    rows = await database.read("MATCH (c:Counter {id: 'events'}) RETURN c.seq", {})
    return int(rows[0][0]) if rows else 0


async def remove_events(database: Database, *, days: float, batch: int = _BATCH) -> int:
    """How many events were removed: those at the beginning that are older than this, `batch` in a transaction.

    May be interrupted, and may run several times at once.
    """
    before = earlier(now_text(), timedelta(days=days))
    total = 0
    while (last := await _old(database, before, batch)) is not None:
        total += await _remove(database, last)
    return total


async def _old(database: Database, before: str, batch: int) -> int | None:
    """The number up to which events are older, looking at one batch; None where the first one is not:

    ```cypher
    MATCH (e:Event) WHERE e.seq > 0 RETURN e.seq, e.at ORDER BY e.seq LIMIT $batch
    ```
    """
    text = "MATCH (e:Event) WHERE e.seq > 0 RETURN e.seq, e.at ORDER BY e.seq LIMIT $batch"
    found = None
    for seq, at in await database.read(text, {"batch": batch}, seconds=_SECONDS):
        # One without a time is just being removed by somebody else.
        if at is not None and at >= before:
            break
        found = int(seq)
    return found


async def _remove(database: Database, last: int) -> int:
    """Removes the events up to a number, and says so in the same transaction:

    ```cypher
    MERGE (r:Counter {id: 'removedEvents'})
    SET r.seq = CASE WHEN r.seq > $last THEN r.seq ELSE $last END
    WITH r MATCH (e:Event) WHERE e.seq <= $last DELETE e RETURN count(*)
    ```
    """
    text = (
        "MERGE (r:Counter {id: 'removedEvents'})\nSET r.seq = CASE WHEN r.seq > $last THEN r.seq ELSE $last END\n"
        "WITH r MATCH (e:Event) WHERE e.seq <= $last DELETE e RETURN count(*)"
    )

    async def work(transaction: Transaction) -> int:
        return int((await transaction.run(text, {"last": last}))[0][0])

    return await database.write(work, seconds=_SECONDS)
