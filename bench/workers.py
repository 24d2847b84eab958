"""`python -m bench.workers`: requests per second of the lookup with one process and with several."""

from __future__ import annotations

import argparse
import asyncio
import statistics
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from bench.data import PARTIES, Bench, filled
from bench.measure import Sample, sample
from bench.processes import Service, started
from bench.workloads import LOOKUP


def main(arguments: Sequence[str] | None = None) -> None:
    """Starts the service once with each number of workers, and asks them in turn."""
    parser = argparse.ArgumentParser(prog="python -m bench.workers", description=__doc__)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=7, help="measured rounds after one that warms up")
    parser.add_argument("--requests", type=int, default=LOOKUP.requests)
    parser.add_argument("--parties", type=int, default=PARTIES)
    parser.add_argument("--data", type=Path, help="keep the database here and use it again")
    given = parser.parse_args(arguments)
    with ExitStack() as stack:
        bench = stack.enter_context(filled(given.parties, given.data))
        services: dict[int, Service] = {}
        for count in given.workers:
            settings = {"CUSTOMER_GRAPH_DEMO": "never", "CUSTOMER_GRAPH_WORKERS": str(count)}
            service = stack.enter_context(started("customer-graph", bench.endpoint, bench.folder, settings))
            if service is not None:
                services[count] = service
        found = asyncio.run(_measure(bench, services, given.rounds, given.requests))
    print(table(found))


async def _measure(bench: Bench, services: dict[int, Service], rounds: int, requests: int) -> dict[int, list[Sample]]:
    found: dict[int, list[Sample]] = {count: [] for count in services}
    for turn in range(rounds + 1):
        for count, service in services.items():
            taken = await sample(service, bench.process, LOOKUP, requests, bench.subjects)
            if turn:
                found[count].append(taken)
    return found


def table(found: dict[int, list[Sample]]) -> str:
    """Medians by number of workers. The sender and Neo4j share the cores with the workers: this is no upper bound."""
    lines = ["| workers | requests/s | service CPU, ms | database CPU, ms |", "|---:|---:|---:|---:|"]
    for count, samples in found.items():
        rate = statistics.median(s.requests_per_second for s in samples)
        service = statistics.median(s.service_cpu_ms for s in samples)
        database = statistics.median(s.database_cpu_ms for s in samples)
        lines.append(f"| {count} | {rate:.0f} | {service:.2f} | {database:.2f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
