"""What is compared: ways to come to one graph, each from an empty database to one with all constraints and indexes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import neo4j

from bench.load import script
from bench.load.files import write_files
from bench.load.state import State, state
from graph.client import Database, DatabaseSettings
from graph.embedded import Endpoint
from graph.migrations import upgrade
from jobs.backup import export, restore
from jobs.generator import generate
from jobs.importer import import_folder
from schema.declarations import model

SEED = 1
SCRIPT = "script"

Run = Callable[[Endpoint], None]
Fill = Callable[[Endpoint, Path, int], tuple["Contest", State]]


@dataclass(frozen=True, slots=True)
class Contest:
    """The ways by name. Whose ids and times are made on the way cannot have one checksum: then counts are `same`."""

    ways: Mapping[str, Run]
    same: Callable[[State], object] = lambda found: found


def generated(endpoint: Endpoint, folder: Path, parties: int) -> tuple[Contest, State]:
    """The generated graph: by `generate`, by `restore` of its export, by the script.

    The database is loaded before anybody uses it, so all three make the indexes at the end.
    """
    backup = folder / "backup.jsonl"

    async def exported(database: Database) -> None:
        await generate(database, model(), parties, SEED)
        with backup.open("wb") as out:
            await export(database, model(), out)

    async def made(database: Database) -> None:
        await generate(database, model(), parties, SEED)

    async def restored(database: Database) -> None:
        await restore(database, model(), backup)

    _with(endpoint, exported)
    with session(endpoint) as opened:
        copy, expected = script.read(opened), state(opened)
    ways = {"generate": _through(made), "restore": _through(restored), SCRIPT: _by_script(copy, indexed=False)}
    return Contest(ways), expected


def imported(endpoint: Endpoint, folder: Path, parties: int) -> tuple[Contest, State]:
    """The same parties with a key and history for each row: by `import` of files, by the script.

    The database answers while rows come in, so both make the indexes before.
    """
    mapping = write_files(model(), folder, parties, SEED)

    async def taken(database: Database) -> None:
        await upgrade(database, model())
        await import_folder(database, model(), mapping, folder)

    _with(endpoint, taken)
    with session(endpoint) as opened:
        copy, expected = script.read(opened), state(opened)
    ways = {"import": _through(taken), SCRIPT: _by_script(copy, indexed=True)}
    return Contest(ways, lambda found: found.counts), expected


CONTESTS: Mapping[str, Fill] = {"generated": generated, "imported": imported}


@contextmanager
def session(endpoint: Endpoint) -> Iterator[neo4j.Session]:
    """A session of the driver, as scripts use it."""
    auth = endpoint.user, endpoint.password
    # A graph has not every kind of row that is asked for.
    with (
        neo4j.GraphDatabase.driver(endpoint.uri, auth=auth, notifications_min_severity="OFF") as driver,
        driver.session() as opened,
    ):
        yield opened


def _with(endpoint: Endpoint, work: Callable[[Database], Awaitable[None]]) -> None:
    async def run() -> None:
        database = await Database.connect(DatabaseSettings(endpoint.uri, endpoint.user, endpoint.password))
        try:
            await work(database)
        finally:
            await database.close()

    asyncio.run(run())


def _through(work: Callable[[Database], Awaitable[None]]) -> Run:
    return lambda endpoint: _with(endpoint, work)


def _by_script(copy: script.Copy, *, indexed: bool) -> Run:
    def run(endpoint: Endpoint) -> None:
        with session(endpoint) as opened:
            script.write(opened, copy, indexed=indexed)

    return run
