"""`python -m bench`: the service beside its peers, on one Neo4j with one generated graph."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from bench import report
from bench.data import PARTIES, filled
from bench.measure import check, measure
from bench.processes import Service, started
from bench.workloads import VARIANTS, WORKLOADS

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
        bench = stack.enter_context(filled(given.parties, given.data))
        services: list[Service] = []
        for variant in given.variants:
            service = stack.enter_context(started(variant, bench.endpoint, bench.folder, SETTINGS))
            if service is None:
                print(f"{variant} is left out: it needs node and npm (https://nodejs.org)")
            else:
                services.append(service)
        asyncio.run(check(services, WORKLOADS, bench.subjects))
        samples = asyncio.run(
            measure(services, bench.process, WORKLOADS, bench.subjects, rounds=given.rounds, share=given.share)
        )
        print(report.write(given.results, report.summary(samples), bench.neo4j_version))


if __name__ == "__main__":
    main()
