"""`python -m bench.load`: the time of `customer-graph generate` beside that of a plain script, on fresh databases.

The rows of the script are made before its clock starts: they are read from a graph that `generate` wrote. So the script
only writes, while `generate` draws, checks, folds, derives and encodes every value within its time: the comparison is
the strictest for `generate`. Both begin with a database that has neither constraint nor index, and end when all
constraints and indexes are there and filled. Before a time counts, the database must hold exactly what the first one
held.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import neo4j
import psutil

import server
from bench.load import report, script
from bench.load.report import Sample
from bench.load.state import State, check, state
from bench.processes import cpu
from graph.client import Database, DatabaseSettings
from graph.embedded import EmbeddedSettings, Endpoint, QuietProgress, open_embedded
from jobs.generator import generate
from schema.declarations import model

SEED = 1


def main(arguments: Sequence[str] | None = None) -> None:
    """Generates once for the rows, then lets both take their turns, and writes the report."""
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("--parties", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--results", type=Path, default=Path(__file__).parent.parent / "results")
    parser.add_argument("--folder", type=Path, help="where the databases are made; removed afterwards")
    given = parser.parse_args(arguments)
    settings = replace(server.load_settings().embedded(), port=0, heap_mb=1024, page_cache_mb=512)
    with tempfile.TemporaryDirectory(prefix="customer-graph-load-", dir=given.folder) as folder:
        fresh = _Fresh(settings, Path(folder))
        copy, expected = _reference(fresh, given.parties)
        variants: dict[str, Callable[[Endpoint], None]] = {
            report.GENERATE: lambda endpoint: _generate(endpoint, given.parties),
            report.SCRIPT: lambda endpoint: _script(endpoint, copy),
        }
        samples = []
        for turn in range(given.rounds):
            order = sorted(variants, reverse=turn % 2 == 1)
            samples += [_sample(fresh, turn, name, variants[name], expected) for name in order]
        found = report.summary(given.parties, expected.items, settings.version, samples)
    print(report.write(given.results, found))


class _Fresh:
    """Databases with nothing in them, one after another, each in a process and a folder of its own."""

    def __init__(self, settings: EmbeddedSettings, folder: Path) -> None:
        self._settings = settings
        self._folder = folder

    @contextmanager
    def database(self) -> Iterator[tuple[Endpoint, psutil.Process]]:
        """Where it answers, and its process."""
        with (
            tempfile.TemporaryDirectory(dir=self._folder) as data,
            open_embedded(replace(self._settings, data=Path(data)), QuietProgress()) as endpoint,
        ):
            children = psutil.Process(os.getpid()).children(recursive=True)
            yield endpoint, max(children, key=lambda p: p.memory_info().rss)


@contextmanager
def _session(endpoint: Endpoint) -> Iterator[neo4j.Session]:
    auth = endpoint.user, endpoint.password
    with neo4j.GraphDatabase.driver(endpoint.uri, auth=auth) as driver, driver.session() as session:
        yield session


def _reference(fresh: _Fresh, parties: int) -> tuple[script.Copy, State]:
    with fresh.database() as (endpoint, _):
        _generate(endpoint, parties)
        with _session(endpoint) as session:
            copy, expected = script.read(session), state(session)
    # The rows would otherwise be looked through by every collection, also while `generate` runs.
    gc.collect()
    gc.freeze()
    return copy, expected


def _generate(endpoint: Endpoint, parties: int) -> None:
    async def work() -> None:
        database = await Database.connect(DatabaseSettings(endpoint.uri, endpoint.user, endpoint.password))
        try:
            await generate(database, model(), parties, SEED)
        finally:
            await database.close()

    asyncio.run(work())


def _script(endpoint: Endpoint, copy: script.Copy) -> None:
    with _session(endpoint) as session:
        script.write(session, copy)


def _sample(fresh: _Fresh, turn: int, name: str, run: Callable[[Endpoint], None], expected: State) -> Sample:
    with fresh.database() as (endpoint, process):
        before = time.perf_counter(), time.process_time(), cpu(process)
        run(endpoint)
        after = time.perf_counter(), time.process_time(), cpu(process)
        with _session(endpoint) as session:
            check(expected, state(session))
    seconds, client, database = (b - a for a, b in zip(before, after, strict=True))
    print(f"round {turn + 1}: {name} {seconds:.1f} s, client {client:.1f} s, database {database:.1f} s", flush=True)
    return Sample(turn, name, seconds, client, database)


if __name__ == "__main__":
    main()
