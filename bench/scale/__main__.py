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
from bench.scale.report import markdown
from graph.client import Database, DatabaseSettings
from graph.contents import is_empty, replan
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
    """One operation at one size. `refused` is the code of the error where the service would not run it."""

    operation: str
    parties: int
    db_hits: int
    rows: int
    milliseconds: int
    refused: str | None = None


def main(arguments: Sequence[str] | None = None) -> None:
    """Fills a database of each size where it is not there yet, and profiles every operation on it."""
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("--parties", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--data", type=Path, help="keep the databases here and use them again")
    parser.add_argument("--only", default="", help="operations whose name holds this text")
    parser.add_argument("--results", type=Path, default=Path(__file__).parent.parent / "results")
    given = parser.parse_args(arguments)
    figures: list[Figure] = []
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
                figures += asyncio.run(_figures(endpoint, parties, given.only))
    given.results.mkdir(parents=True, exist_ok=True)
    (given.results / "scale.json").write_text(json.dumps([asdict(f) for f in figures], indent=1) + "\n", "utf-8")
    (given.results / "scale.md").write_text(markdown([asdict(f) for f in figures]), "utf-8")


async def _figures(endpoint: Endpoint, parties: int, only: str) -> list[Figure]:
    database = await Database.connect(DatabaseSettings(endpoint.uri, endpoint.user, endpoint.password))
    try:
        await upgrade(database, model())
        if await is_empty(database, model()):
            made = await generate(database, model(), parties, SEED)
            print(f"generated {parties} parties: {made.written} in {made.seconds:.0f} s", flush=True)
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
        return [await _figure(executor, database, o, parties) for o in wanted]
    finally:
        await database.close()


async def _figure(executor: Executor, database: Database, operation: Operation, parties: int) -> Figure:
    try:
        prepared = executor.prepare(Request(operation.query, operation.variables), LOCAL)
        started = time.monotonic()
        parameters = prepared.compiled.bind(prepared.binding)
        profile = await database.profile(prepared.compiled.text, parameters, seconds=_SECONDS)
    except CustomerGraphError as error:
        print(f"{parties:>9} {operation.name}: {error.code}", flush=True)
        return Figure(operation.name, parties, 0, 0, 0, error.code)
    spent = round((time.monotonic() - started) * 1000)
    rows = max((step.rows for step in profile.plan.walk()), default=0)
    print(f"{parties:>9} {operation.name}: {profile.hits} hits, {spent} ms", flush=True)
    return Figure(operation.name, parties, profile.hits, rows, spent)


if __name__ == "__main__":
    main()
