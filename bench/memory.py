"""`python -m bench.memory`: whether the served process stays as large as it is, whatever it is asked."""

from __future__ import annotations

import argparse
import asyncio
import random
import re
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import orjson

from bench.asks import GRAPHQL
from bench.client import Connection, connected
from bench.data import PARTIES, filled
from bench.first import renamed
from bench.processes import Service, started
from bench.workloads import WORKLOADS

_CONNECTIONS = 8
_STEPS = 20


@dataclass(frozen=True, slots=True)
class Step:
    """The process after so many requests: resident mebibytes, and what its caches say of themselves."""

    requests: int
    resident: float
    documents: str
    plans: str


def main(arguments: Sequence[str] | None = None) -> None:
    """Sends many requests with many different operations, and reports the resident size twenty times meanwhile."""
    parser = argparse.ArgumentParser(prog="python -m bench.memory", description=__doc__)
    parser.add_argument("--requests", type=int, default=200_000)
    parser.add_argument("--operations", type=int, default=2_000)
    parser.add_argument("--parties", type=int, default=PARTIES)
    parser.add_argument("--data", type=Path, help="keep the database here and use it again")
    given = parser.parse_args(arguments)
    settings = {"CUSTOMER_GRAPH_DEMO": "never", "CUSTOMER_GRAPH_LOG_LEVEL": "warning"}
    with (
        filled(given.parties, given.data) as bench,
        started("customer-graph", bench.endpoint, bench.folder, settings) as service,
    ):
        if service is None:
            raise TypeError("the service needs nothing that could be missing")
        bodies = operations(given.operations, bench.subjects["persons"][0])
        print("| requests | resident, MiB | documents | plans |\n|---:|---:|---|---|", flush=True)
        steps = asyncio.run(watched(service, bodies, given.requests))
    half = steps[len(steps) // 2 - 1]
    print(f"\nFrom {half.requests} to {steps[-1].requests} requests: {steps[-1].resident - half.resident:+.1f} MiB.")


def operations(count: int, person: str) -> list[bytes]:
    """So many different operations: the first and the smaller screens of the benchmark, each with names of its own."""
    asks = [w.asks["customer-graph"] for w in WORKLOADS if w.name in ("lookup", "customer360")]
    turns = zip(range(count), cycle(asks), strict=False)
    return [
        orjson.dumps({"query": renamed(one.query, turn), "variables": one.variables(person)}) for turn, one in turns
    ]


async def watched(service: Service, bodies: Sequence[bytes], requests: int) -> list[Step]:
    """Sends the requests, operations in an order of chance, and looks at the process after each twentieth."""
    order = random.Random(1)  # noqa: S311  # the order of operations; nothing secret
    found = []
    async with AsyncExitStack() as stack:
        connections = [await stack.enter_async_context(connected(service.url)) for _ in range(_CONNECTIONS)]
        for turn in range(_STEPS):
            waiting = iter(order.choices(bodies, k=requests // _STEPS))
            await asyncio.gather(*(_send(connection, waiting) for connection in connections))
            figures = (await connections[0].ask("/metrics")).decode()
            resident = service.process.memory_info().rss / 2**20
            step = Step(requests // _STEPS * (turn + 1), resident, cache(figures, "documents"), cache(figures, "plans"))
            print(f"| {step.requests} | {step.resident:.1f} | {step.documents} | {step.plans} |", flush=True)
            found.append(step)
    return found


async def _send(connection: Connection, waiting: Iterator[bytes]) -> None:
    for body in waiting:
        answer = await connection.ask(GRAPHQL, body)
        if b'"errors"' in answer:
            raise ValueError(answer)


def cache(figures: str, name: str) -> str:
    """What /metrics says of a cache: `1000 kept, 49.8 % found`."""

    def figure(what: str) -> float:
        found = re.search(rf'^customer_graph_cache_{what}{{cache="{name}"}} (\S+)$', figures, re.MULTILINE)
        if found is None:
            raise ValueError(f"/metrics says nothing of {what} of {name}")
        return float(found[1])

    hits, misses = figure("hits_total"), figure("misses_total")
    return f"{figure('entries'):.0f} kept, {100 * hits / (hits + misses):.1f} % found"


if __name__ == "__main__":
    main()
