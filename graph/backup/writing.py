"""What a restored database is told beside nodes and relationships: events, counters, and what it has been through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graph.client import Database, Transaction

Stored = Mapping[str, Any]


async def write_events(database: Database, events: Sequence[Stored]) -> None:
    """Events as they were stored:

    ```cypher
    UNWIND $rows AS row CREATE (e:Event) SET e = row
    ```
    """
    await _write(database, ("UNWIND $rows AS row CREATE (e:Event) SET e = row", {"rows": [dict(e) for e in events]}))


async def write_past(database: Database, *, position: int, removed: int, migrations: Sequence[Stored]) -> None:
    """Readers of events go on where they are, and migrations that came later are still to run, others not again:

    ```cypher
    MERGE (c:Counter {id: 'events'}) SET c.seq = $position
    MERGE (c:Counter {id: 'removedEvents'}) SET c.seq = $removed
    MATCH (m:Migration) DELETE m
    UNWIND $rows AS row CREATE (m:Migration) SET m = row
    ```

    Where no event was ever removed, nothing says so.
    """
    await _write(
        database,
        ("MERGE (c:Counter {id: 'events'}) SET c.seq = $position", {"position": position}),
        *([("MERGE (c:Counter {id: 'removedEvents'}) SET c.seq = $removed", {"removed": removed})] if removed else []),
        ("MATCH (m:Migration) DELETE m", {}),
        ("UNWIND $rows AS row CREATE (m:Migration) SET m = row", {"rows": [dict(m) for m in migrations]}),
    )


async def _write(database: Database, *statements: tuple[str, dict[str, Any]]) -> None:
    async def work(transaction: Transaction) -> None:
        for text, parameters in statements:
            await transaction.run(text, parameters)

    await database.write(work)
