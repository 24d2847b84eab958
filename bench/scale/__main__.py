"""`python -m bench.scale`: database hits of every operation at growing sizes, by PROFILE."""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import orjson

import server
from access.viewer import LOCAL
from bench.scale.operations import Operation, operations
from bench.scale.plans import Starts, plan_starts
from bench.scale.report import markdown
from graph.client import Database, DatabaseSettings
from graph.contents import is_empty, replan, unfinished_loads
from graph.embedded import Endpoint, QuietProgress, open_embedded
from graph.errors import CustomerGraphError
from graph.migrations import upgrade
from jobs.generator import generate
from jobs.generator.world import World
from resolvers.executor.execute import Executor
from resolvers.executor.request import Request
from schema.declarations import model

SEED = 1
_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Figure:
    """One operation at one size.

    `refused` is the code of the error where the service would not answer it, and `stopped` says that it looked at as
    many rows as it may and said so.
    """

    operation: str
    parties: int
    db_hits: int
    rows: int
    milliseconds: int
    refused: str | None = None
    stopped: bool = False


def main(arguments: Sequence[str] | None = None) -> None:
    """Fills a database of each size where it is not there yet, and profiles every operation on it."""
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("--parties", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--data", type=Path, help="keep the databases here and use them again")
    parser.add_argument("--only", default="", help="operations and cases whose name holds this text")
    parser.add_argument("--results", type=Path, default=Path(__file__).parent.parent / "results")
    given = parser.parse_args(arguments)
    figures: list[Figure] = []
    plans: list[tuple[int, Starts]] = []
    with tempfile.TemporaryDirectory(prefix="customer-graph-scale-") as temporary:
        for parties in given.parties:
            folder = (given.data or Path(temporary)) / f"{parties}"
            large = parties > 200_000
            settings = replace(
                server.load_settings().embedded(),
                data=folder,
                port=0,
                heap_mb=3072 if large else 1024,
                page_cache_mb=4096 if large else 512,
                start_timeout_s=300,
                stop_timeout_s=300,
            )
            with open_embedded(settings, QuietProgress()) as endpoint:
                found, starts = asyncio.run(_measure(endpoint, parties, given.only))
                figures += found
                plans.append((parties, starts))
    given.results.mkdir(parents=True, exist_ok=True)
    (given.results / "scale.json").write_text(json.dumps([asdict(f) for f in figures], indent=1) + "\n", "utf-8")
    (given.results / "scale.md").write_text(markdown([asdict(f) for f in figures], plans), "utf-8")


async def _measure(endpoint: Endpoint, parties: int, only: str) -> tuple[list[Figure], Starts]:
    database = await Database.connect(DatabaseSettings(endpoint.uri, endpoint.user, endpoint.password))
    try:
        if await is_empty(database, model()) or await unfinished_loads(database):
            made = await generate(database, model(), parties, SEED)
            print(f"generated {parties} parties: {made.written} in {made.seconds:.0f} s", flush=True)
        else:
            await upgrade(database, model())
        await replan(database)
        executor = server.build_executor(server.load_settings().limits())
        executor.database = database

        async def ask(query: str, variables: dict[str, Any]) -> dict[str, Any]:
            answer = orjson.loads((await executor.execute(Request(query, variables), LOCAL)).body)
            if answer.get("data") is None:
                raise RuntimeError(f"{query}: {answer['errors']}")
            return dict(answer["data"])

        hub = World(model(), parties, SEED).id("Organisation", 0)
        wanted = [o for o in await operations(executor.schema, ask, hub) if only in o.name]
        return [await _figure(executor, database, o, parties) for o in wanted], await plan_starts(database, only)
    finally:
        await database.close()


async def _figure(executor: Executor, database: Database, operation: Operation, parties: int) -> Figure:
    figure = Figure(operation.name, parties, 0, 0, 0)
    notes: list[str] = []
    try:
        prepared = executor.prepare(Request(operation.query, operation.variables), LOCAL)
        parameters = prepared.compiled.bind(prepared.binding)
        started = time.monotonic()
        profile = await database.profile(prepared.compiled.text, parameters, seconds=_SECONDS)
        spent = round((time.monotonic() - started) * 1000)
        rows = max((step.rows for step in profile.plan.walk()), default=0)
        figure = Figure(operation.name, parties, profile.hits, rows, spent)
        prepared.compiled.complete(profile.rows[0][0], parameters, notes)
    except CustomerGraphError as error:
        figure = replace(figure, refused=error.code)
    print(f"{parties:>9} {operation.name}: {figure.db_hits} hits, {figure.milliseconds} ms", flush=True)
    return replace(figure, stopped=bool(notes))


if __name__ == "__main__":
    main()
