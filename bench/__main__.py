"""`python -m bench`: the service beside its peers, on one Neo4j with one generated graph."""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import psutil

import server
from bench import report
from bench.measure import check, measure
from bench.processes import Service, started
from bench.workloads import VARIANTS, WORKLOADS
from graph.client import Database, DatabaseSettings
from graph.contents import is_empty
from graph.embedded import Endpoint, QuietProgress, open_embedded
from graph.migrations import upgrade
from jobs.generator import generate
from schema.declarations import model

PARTIES = 20_000
SETTINGS = {
    # Pages of 2,000 are beyond what the service allows by default.
    "CUSTOMER_GRAPH_PAGE_SIZE_MAX": "2000",
    "CUSTOMER_GRAPH_DEMO": "never",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Starts the database, fills it, starts the variants, checks that they agree, measures, and writes the report."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="measured rounds after one that warms up")
    parser.add_argument("--share", type=float, default=1.0, help="part of the requests of each sample")
    parser.add_argument("--parties", type=int, default=PARTIES)
    parser.add_argument("--variants", nargs="+", choices=VARIANTS, default=VARIANTS)
    parser.add_argument("--results", type=Path, default=Path(__file__).parent / "results")
    parser.add_argument("--data", type=Path, help="keep the database here and use it again")
    given = parser.parse_args(arguments)
    with ExitStack() as stack:
        temporary = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="customer-graph-bench-")))
        settings = replace(
            server.load_settings().embedded(),
            data=given.data or temporary / "data",
            port=0,
            heap_mb=1024,
            page_cache_mb=512,
        )
        endpoint = stack.enter_context(open_embedded(settings, QuietProgress()))
        database = _database_process()
        persons = asyncio.run(_prepare(endpoint, given.parties))
        services: list[Service] = []
        for variant in given.variants:
            service = stack.enter_context(started(variant, endpoint, temporary, SETTINGS))
            if service is None:
                print(f"{variant} is left out: it needs node and npm (https://nodejs.org)")
            else:
                services.append(service)
        asyncio.run(check(services, WORKLOADS, persons))
        samples = asyncio.run(measure(services, database, WORKLOADS, persons, rounds=given.rounds, share=given.share))
        print(report.write(given.results, report.summary(samples), settings.version))


def _database_process() -> psutil.Process:
    """The process of the embedded database: the child of this one that runs Java."""
    return max(psutil.Process(os.getpid()).children(recursive=True), key=lambda p: p.memory_info().rss)


async def _prepare(endpoint: Endpoint, parties: int) -> list[str]:
    """Fills an empty database; the ids of the persons to look up."""
    database = await Database.connect(DatabaseSettings(endpoint.uri, endpoint.user, endpoint.password))
    try:
        await upgrade(database, model())
        if await is_empty(database, model()):
            print(f"generating {parties} parties ...", flush=True)
            await generate(database, model(), parties, 1)
            # What the native driver's users would store: peers read these twins.
            await database.run_implicit("MATCH (p:Person) SET p.createdTime = datetime(p.createdAt)")
            await database.run_implicit("MATCH (c:Customer) SET c.sinceTime = datetime(c.since)")
        rows = await database.read("MATCH (p:Person) RETURN p.id ORDER BY p.id LIMIT 200", {})
        return [id for (id,) in rows]
    finally:
        await database.close()


if __name__ == "__main__":
    main()
