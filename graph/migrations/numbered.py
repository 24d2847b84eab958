"""Data migrations: modules `m0001_what_it_does.py` of this package, each run once in the life of a database.

A module has one function, `async def migrate(transaction)`. It runs in the transaction that records its number, under
the lock node of all migrations, so that two processes at once never run it twice. A published migration never changes.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import structlog

from graph.client import Database, Transaction
from graph.model.values import now_text

_log = structlog.get_logger(__name__)
_MODULE = re.compile(r"^m(?P<number>\d{4})_(?P<name>\w+)$")
_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered change of the data."""

    number: int
    name: str
    migrate: Callable[[Transaction], Awaitable[None]]


@cache
def migrations() -> tuple[Migration, ...]:
    """All migrations of this version, in the order of their numbers."""
    found = []
    for info in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if match := _MODULE.match(info.name):
            module = importlib.import_module(f"graph.migrations.{info.name}")
            found.append(Migration(int(match["number"]), match["name"], module.migrate))
    return tuple(sorted(found, key=lambda m: m.number))


async def applied(database: Database) -> frozenset[int]:
    """The numbers of the migrations that the database has seen."""
    rows = await database.read("MATCH (m:Migration) RETURN m.number", {})
    return frozenset(number for (number,) in rows)


async def run_missing(database: Database, wanted: Sequence[Migration]) -> tuple[Migration, ...]:
    """Runs those of `wanted` that the database has not seen, in order; answers which ones this process ran."""
    seen = await applied(database)
    return tuple([m for m in wanted if m.number not in seen and await _run(database, m)])


async def _run(database: Database, migration: Migration) -> bool:
    """Runs one migration and records it, unless another process did so while this one waited for the lock:

    ```cypher
    MERGE (l:Lock {id: 'migrations'}) SET l.turn = coalesce(l.turn, 0) + 1
    MATCH (m:Migration {number: $number}) RETURN 1
    CREATE (:Migration {number: $number, name: $name, at: $at})
    ```
    """

    async def work(transaction: Transaction) -> bool:
        await transaction.run("MERGE (l:Lock {id: 'migrations'}) SET l.turn = coalesce(l.turn, 0) + 1")
        if await transaction.run("MATCH (m:Migration {number: $number}) RETURN 1", {"number": migration.number}):
            return False
        await migration.migrate(transaction)
        await transaction.run(
            "CREATE (:Migration {number: $number, name: $name, at: $at})",
            {"number": migration.number, "name": migration.name, "at": now_text()},
        )
        return True

    ran = await database.write(work, seconds=_SECONDS)
    if ran:
        _log.info("migrated", number=migration.number, name=migration.name)
    return ran
