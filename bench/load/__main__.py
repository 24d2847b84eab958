"""`python -m bench.load`: the time of `customer-graph generate`, `restore` and `import` beside that of a plain script
that writes the same graph, on fresh databases.

The rows of the script are made before its clock starts: they are read from a graph that the service wrote. So it only
writes, while the service draws or reads, checks, folds, derives and encodes every value within its time: the comparison
is the strictest for the service. All begin with a database that has neither constraint nor index, and end
when all constraints and indexes are there and filled. Before a time counts, the database must hold what the first one
held.
"""

from __future__ import annotations

import argparse
import gc
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil

import server
from bench.load import report
from bench.load.contests import CONTESTS, Contest, Fill, session
from bench.load.report import Sample
from bench.load.state import State, check, state
from bench.processes import cpu
from graph.embedded import EmbeddedSettings, Endpoint, QuietProgress, open_embedded


def main(arguments: Sequence[str] | None = None) -> None:
    """Holds one contest after another, and writes the report."""
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("--parties", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--results", type=Path, default=Path(__file__).parent.parent / "results")
    parser.add_argument("--contest", action="append", choices=CONTESTS, help="one of them; all if not given")
    parser.add_argument("--folder", type=Path, help="where the databases are made; removed afterwards")
    given = parser.parse_args(arguments)
    settings = replace(server.load_settings().embedded(), port=0, heap_mb=1024, page_cache_mb=512)
    found: dict[str, Any] = {}
    for name in given.contest or CONTESTS:
        with tempfile.TemporaryDirectory(prefix="customer-graph-load-", dir=given.folder) as folder:
            expected, samples = _held(_Fresh(settings, Path(folder)), name, CONTESTS[name], given.parties, given.rounds)
        found[name] = report.figures(given.parties, expected.items, settings.version, samples)
    print(report.write(given.results, found))


class _Fresh:
    """Databases with nothing in them, one after another, each in a process and a folder of its own."""

    def __init__(self, settings: EmbeddedSettings, folder: Path) -> None:
        self._settings = settings
        self.folder = folder

    @contextmanager
    def database(self) -> Iterator[tuple[Endpoint, psutil.Process]]:
        """Where it answers, and its process."""
        with (
            tempfile.TemporaryDirectory(dir=self.folder) as data,
            open_embedded(replace(self._settings, data=Path(data)), QuietProgress()) as endpoint,
        ):
            children = psutil.Process(os.getpid()).children(recursive=True)
            yield endpoint, max(children, key=lambda p: p.memory_info().rss)


def _held(fresh: _Fresh, name: str, fill: Fill, parties: int, rounds: int) -> tuple[State, list[Sample]]:
    """What each way came to in each round; the first one in a round takes turns."""
    with fresh.database() as (endpoint, _):
        contest, expected = fill(endpoint, fresh.folder, parties)
    # The rows would otherwise be looked through by every collection, also while the service writes.
    gc.collect()
    gc.freeze()
    samples = []
    for turn in range(rounds):
        for way in sorted(contest.ways, reverse=turn % 2 == 1):
            samples.append(_sample(fresh, turn, way, contest, expected))
            print(f"{name}, round {turn + 1}: {samples[-1].text()}", flush=True)
    gc.unfreeze()
    return expected, samples


def _sample(fresh: _Fresh, turn: int, way: str, contest: Contest, expected: State) -> Sample:
    with fresh.database() as (endpoint, process):
        before = time.perf_counter(), time.process_time(), cpu(process)
        contest.ways[way](endpoint)
        after = time.perf_counter(), time.process_time(), cpu(process)
        with session(endpoint) as opened:
            check(expected, state(opened), contest.same)
    seconds, client, database = (b - a for a, b in zip(before, after, strict=True))
    return Sample(turn, way, seconds, client, database)


if __name__ == "__main__":
    main()
