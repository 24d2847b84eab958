"""A mutation that is sent again under its key is not run again.

The first one leaves a `Request` node in the transaction that writes; it knows the key, a digest of the mutation and its
input, and which nodes were written: no values, so nothing personal stays behind. The answer to a repeat is read from
those nodes. A mutation that was refused has written nothing and may be sent again under the same key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson

from graph.client import Database, Transaction
from graph.errors import ConflictError
from graph.model.values import earlier, now_text

KEPT = timedelta(hours=24)
_BATCH = 1_000
LONGEST_KEY = 200
_RESULT = "result"


class KeyReusedError(ConflictError):
    """An idempotency key came with another mutation or another input before."""

    code = "IDEMPOTENCY_KEY_REUSED"
    text = "The idempotency key {key!r} was used for another change within 24 hours."
    hint = "Give each change a key of its own; repeat the same change with the same input."


class BadIdempotencyKeyError(ConflictError):
    """An idempotency key is empty or too long."""

    code = "BAD_IDEMPOTENCY_KEY"
    text = "An idempotency key has from 1 to {limit} characters; this one has {actual}."
    hint = "A UUID is a good one."


@dataclass(frozen=True, slots=True)
class Repeatable:
    """One mutation under its key: `key` is told apart by who sends it."""

    key: str
    digest: str
    by: str

    @property
    def id(self) -> str:
        """What the `Request` node is found by."""
        return request_id(self.by, self.key)


def request_id(by: str, key: str) -> str:
    """The id of the `Request` of a sender's key: a digest, because a key may hold anything, names of people too."""
    return hashlib.sha256(f"{by}:{key}".encode()).hexdigest()


def repeatable(key: str, name: str, given: Mapping[str, Any], by: str) -> Repeatable:
    """The mutation of this name with this input; raises BadIdempotencyKeyError."""
    if not 1 <= len(key) <= LONGEST_KEY:
        raise BadIdempotencyKeyError(actual=len(key), limit=LONGEST_KEY)
    text = orjson.dumps([name, given], default=str, option=orjson.OPT_SORT_KEYS)
    return Repeatable(key, hashlib.sha256(text).hexdigest(), by)


async def begin(transaction: Transaction, request: Repeatable, now: str) -> dict[str, str] | None:
    """Takes the key, or gives what was written under it before; a second sender waits here until the first is done:

    ```cypher
    MERGE (r:Request {id: $id})
    SET r._lock = true REMOVE r._lock
    RETURN r.at, r.digest, r.names, r.ids
    ```

    Raises KeyReusedError.
    """
    text = "MERGE (r:Request {id: $id})\nSET r._lock = true REMOVE r._lock\nRETURN r.at, r.digest, r.names, r.ids"
    ((at, digest, names, ids),) = await transaction.run(text, {"id": request.id})
    if at is None or at < earlier(now, KEPT):
        return None
    if digest != request.digest:
        raise KeyReusedError(key=request.key)
    return dict(zip(names, ids, strict=True))


async def keep(transaction: Transaction, request: Repeatable, now: str, written: Mapping[str, str]) -> None:
    """Notes what was written under the key:

    ```cypher
    MATCH (r:Request {id: $id}) SET r.at = $at, r.digest = $digest, r.names = $names, r.ids = $ids
    ```
    """
    text = "MATCH (r:Request {id: $id}) SET r.at = $at, r.digest = $digest, r.names = $names, r.ids = $ids"
    values = {"at": now, "digest": request.digest, "names": list(written), "ids": list(written.values())}
    await transaction.run(text, {"id": request.id, **values})


async def release(transaction: Transaction, request: Repeatable) -> None:
    """Gives the key free where nothing was written under it:

    ```cypher
    MATCH (r:Request {id: $id}) WHERE r.at IS NULL DELETE r
    ```
    """
    await transaction.run("MATCH (r:Request {id: $id}) WHERE r.at IS NULL DELETE r", {"id": request.id})


async def once(
    database: Database, request: Repeatable | None, work: Callable[[], Awaitable[tuple[Mapping[str, Any], bool]]]
) -> Mapping[str, Any]:
    """The result of work that takes many transactions, or that of its first run under the same key.

    `work` gives its result, as JSON without anything personal, and whether it is complete: only then it is kept, and
    otherwise the same mutation goes on with it. Raises KeyReusedError.
    """
    if request is None:
        return (await work())[0]
    now = now_text()

    async def look(transaction: Transaction) -> dict[str, str] | None:
        before = await begin(transaction, request, now)
        if before is None:
            await release(transaction, request)
        return before

    before = await database.write(look)
    if before is not None:
        return dict(orjson.loads(before[_RESULT]))
    result, is_complete = await work()

    async def note(transaction: Transaction) -> None:
        if await begin(transaction, request, now) is None:
            await keep(transaction, request, now, {_RESULT: orjson.dumps(result).decode()})

    if is_complete:
        await database.write(note)
    return result


async def remove_requests(database: Database, *, kept: timedelta = KEPT, batch: int = _BATCH) -> int:
    """How many keys were removed, because they were used longer ago than this: `batch` in a transaction.

    May be interrupted, and may run several times at once.
    """
    before = earlier(now_text(), kept)

    async def work(transaction: Transaction) -> tuple[int, int]:
        return await _remove(transaction, before, batch)

    total, found = 0, batch
    while found == batch:
        found, removed = await database.write(work)
        total += removed
    return total


async def _remove(transaction: Transaction, before: str, batch: int) -> tuple[int, int]:
    """How many old keys were found, and how many of them nobody used anew until they were locked:

    ```cypher
    MATCH (r:Request) WHERE r.at < $before
    WITH r LIMIT $batch
    SET r._lock = true REMOVE r._lock
    RETURN collect(r.id)

    UNWIND $ids AS id
    MATCH (r:Request {id: id}) WHERE r.at < $before
    DELETE r
    RETURN count(*)
    ```
    """
    text = (
        "MATCH (r:Request) WHERE r.at < $before\nWITH r LIMIT $batch\nSET r._lock = true REMOVE r._lock\n"
        "RETURN collect(r.id)"
    )
    ((ids,),) = await transaction.run(text, {"before": before, "batch": batch})
    text = "UNWIND $ids AS id\nMATCH (r:Request {id: id}) WHERE r.at < $before\nDELETE r\nRETURN count(*)"
    ((removed,),) = await transaction.run(text, {"ids": ids, "before": before})
    return len(ids), int(removed)
