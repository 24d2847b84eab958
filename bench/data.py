"""The database that is measured on: started, filled, and what there is to ask it about."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

import server
from graph.client import Database, DatabaseSettings
from graph.contents import is_empty
from graph.embedded import Endpoint, QuietProgress, open_embedded
from graph.migrations import upgrade
from jobs.generator import generate
from schema.declarations import model

PARTIES = 20_000

Subjects = Mapping[str, Sequence[str]]
"""What requests ask about, by its name: ids of `persons`, `sellers` and `suppliers`, and `texts` to search for."""

_SUBJECTS = {
    "persons": "MATCH (p:Person) RETURN p.id ORDER BY p.id LIMIT 200",
    "sellers": "MATCH (o:Organisation) WHERE EXISTS { (o)<-[:CUSTOMER_OF]-() } RETURN o.id ORDER BY o.id LIMIT 50",
    # Who makes things and who sells them, in turn.
    "suppliers": """
MATCH (o:Organisation) WHERE EXISTS { (o)<-[:OFFERED_BY]-() }
WITH EXISTS { (o)<-[:MADE_BY]-() } AS makes, o.id AS id ORDER BY id
WITH makes, collect(id)[..50] AS ids
UNWIND range(0, size(ids) - 1) AS place
RETURN ids[place] AS id ORDER BY place, makes""",
    "texts": """
MATCH (p:Person) WITH p ORDER BY p.id LIMIT 400
RETURN DISTINCT left(head(split(p.nameKey, ' ')), 3) AS text ORDER BY text LIMIT 50""",
}


@dataclass(frozen=True, slots=True)
class Bench:
    """A running database with a generated graph; `folder` is for what a run leaves behind and may lose."""

    endpoint: Endpoint
    process: psutil.Process
    subjects: Subjects
    neo4j_version: str
    folder: Path


@contextmanager
def filled(parties: int, data: Path | None) -> Iterator[Bench]:
    """A database with that many parties, in the folder `data` where it is named, else in one that goes with the run."""
    with tempfile.TemporaryDirectory(prefix="customer-graph-bench-") as temporary:
        folder = Path(temporary)
        settings = replace(
            server.load_settings().embedded(), data=data or folder / "data", port=0, heap_mb=1024, page_cache_mb=512
        )
        with open_embedded(settings, QuietProgress()) as endpoint:
            subjects = asyncio.run(_prepare(endpoint, parties))
            yield Bench(endpoint, _database_process(), subjects, settings.version, folder)


def _database_process() -> psutil.Process:
    """The process of the embedded database: the child of this one that runs Java."""
    return max(psutil.Process(os.getpid()).children(recursive=True), key=lambda p: p.memory_info().rss)


async def _prepare(endpoint: Endpoint, parties: int) -> Subjects:
    """Fills an empty database; what there is to ask about."""
    database = await Database.connect(DatabaseSettings(endpoint.uri, endpoint.user, endpoint.password))
    try:
        await upgrade(database, model())
        if await is_empty(database, model()):
            print(f"generating {parties} parties ...", flush=True)
            await generate(database, model(), parties, 1)
            # What the native driver's users would store: peers read these twins.
            await database.run_implicit("MATCH (p:Person) SET p.createdTime = datetime(p.createdAt)")
            await database.run_implicit("MATCH (c:Customer) SET c.sinceTime = datetime(c.since)")
        return {
            name: [value for (value,) in await database.read(statement, {})] for name, statement in _SUBJECTS.items()
        }
    finally:
        await database.close()
