"""Brings a database to what this version of the service needs, and says what is still missing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog

from graph.client import Database, Transaction
from graph.client.errors import DatabaseBusyError, DeadlockError
from graph.migrations.catalogue import Existing, existing_schema
from graph.migrations.definitions import IndexDefinition, required_schema
from graph.migrations.numbered import Migration, applied, migrations, run_missing
from graph.model.model import Model

_log = structlog.get_logger(__name__)
_SECONDS = 3600.0
"""How long the indexes of a large graph may take to be filled."""
_PAUSE = 0.2


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What was done, by name: schema that was made and dropped, migrations that ran."""

    created: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    migrated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """What is missing: names of indexes and constraints that are absent or not filled yet, and of migrations."""

    schema: tuple[str, ...]
    migrations: tuple[str, ...]

    @property
    def ready(self) -> bool:
        """Whether nothing is missing."""
        return not (self.schema or self.migrations)


async def upgrade(database: Database, model: Model, *, bare: bool = False) -> Upgrade:
    """The database is what this version needs; quick where it is already. Two processes may do this at once.

    `bare` leaves out the indexes, as `reconcile` does.
    """
    schema = await reconcile(database, model, bare=bare)
    ran = await run_missing(database, migrations())
    return Upgrade(schema.created, schema.dropped, tuple(_title(m) for m in ran))


async def reconcile(database: Database, model: Model, *, bare: bool = False) -> Upgrade:
    """Constraints and indexes are those of the model, and filled.

    They are compared by what they are, not by name. Of others, only those with a name of ours are dropped, and those
    that stand where a constraint must. `bare` keeps the constraints alone: an empty database then takes a large load
    faster, and the indexes are filled at once by a second call. DuplicatesError: the data breaks a uniqueness
    constraint already.
    """
    end = time.monotonic() + database.settings.retry_time
    while True:
        try:
            return await _reconcile(database, model, bare=bare)
        except (DatabaseBusyError, DeadlockError):
            # Another process does the same: an index that it makes for a constraint looks like one to drop at first,
            # and two DROPs of what both dropped and made meanwhile may wait for one another.
            if time.monotonic() > end:
                raise
        await asyncio.sleep(_PAUSE)


async def _reconcile(database: Database, model: Model, *, bare: bool) -> Upgrade:
    """Once; what it goes by may be no longer so when it comes to it."""
    wanted = tuple(d for d in required_schema(model) if d.kind == "unique" or not bare)
    found = await existing_schema(database)
    drops = _unwanted(wanted, found)
    kept = {e.definition: e.state for e in found if e not in drops}
    missing = [d for d in wanted if d not in kept]
    if drops or missing:
        for existing in drops:
            await database.run_implicit(existing.drop, seconds=_SECONDS)
        await database.write(_commands([d.create for d in missing]), seconds=_SECONDS)
        created, dropped = tuple(d.name for d in missing), tuple(e.name for e in drops)
        _log.info("schema_reconciled", created=len(created), dropped=len(dropped))
    else:
        created = dropped = ()
    if missing or any(kept[d] != "ONLINE" for d in wanted):
        await database.run_implicit("CALL db.awaitIndexes($seconds)", {"seconds": int(_SECONDS)}, seconds=_SECONDS)
    return Upgrade(created, dropped)


async def status(database: Database, model: Model) -> Status:
    """What the database still lacks; takes two short reads at the same time."""
    found, seen = await asyncio.gather(existing_schema(database), applied(database))
    online = {e.definition for e in found if e.state == "ONLINE"}
    return Status(
        tuple(d.name for d in required_schema(model) if d not in online),
        tuple(_title(m) for m in migrations() if m.number not in seen),
    )


def _unwanted(wanted: Sequence[IndexDefinition], found: Sequence[Existing]) -> list[Existing]:
    """Ours that nothing wants any more or that failed, and what takes the name or the place of a wanted one."""
    definitions = set(wanted)
    names = {d.name for d in wanted}
    places = {(d.entity, d.labels, d.properties) for d in wanted if d.kind == "unique"}
    return [
        e
        for e in found
        if ((e.is_ours or e.name in names) and (e.definition not in definitions or e.state == "FAILED"))
        or (e.definition and e.definition.kind == "range" and _place(e.definition) in places)
    ]


def _place(definition: IndexDefinition) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    return definition.entity, definition.labels, definition.properties


def _commands(texts: Sequence[str]) -> Callable[[Transaction], Awaitable[None]]:
    async def work(transaction: Transaction) -> None:
        for text in texts:
            await transaction.run(text)

    return work


def _title(migration: Migration) -> str:
    return f"{migration.number:04d}_{migration.name}"
