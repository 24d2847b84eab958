"""`python -m bench.first`: what the first execution of an operation costs the service, before Neo4j plans it."""

from __future__ import annotations

import argparse
import re
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from graphql import parse, validate

import server
from access.viewer import LOCAL
from bench.asks import Ask
from bench.workloads import WORKLOADS
from graph.compiler.planner.context import Limits
from resolvers.executor.execute import Executor
from resolvers.executor.request import Request

_SUBJECT = "first"


@dataclass(frozen=True, slots=True)
class First:
    """CPU in milliseconds, medians. `rest` is what follows: variables, selection, plan, Cypher and completer."""

    operation: str
    whole: float
    parse: float
    validate: float

    @property
    def rest(self) -> float:
        """What is neither parsing nor validation."""
        return self.whole - self.parse - self.validate


def main(arguments: Sequence[str] | None = None) -> None:
    """Prepares each operation of the benchmark many times, each time with names that were never seen."""
    parser = argparse.ArgumentParser(prog="python -m bench.first", description=__doc__)
    parser.add_argument("--times", type=int, default=300)
    given = parser.parse_args(arguments)
    executor = server.build_executor(replace(Limits(), page_max=2_000))
    server.settle_memory()
    print("| first execution, ms of CPU | whole | parse | validate | the rest |\n|---|---:|---:|---:|---:|")
    for workload in WORKLOADS:
        found = first(executor, workload.name, workload.asks["customer-graph"], given.times)
        print(
            f"| {found.operation} | {found.whole:.2f} | {found.parse:.2f} | {found.validate:.2f} | {found.rest:.2f} |"
        )


def first(executor: Executor, name: str, ask: Ask, times: int) -> First:
    """The medians of one operation."""
    variables = ask.variables(_SUBJECT)
    whole, parsed, validated = [], [], []
    for turn in range(times):
        text = renamed(ask.query, turn)
        start = time.process_time()
        executor.prepare(Request(text, variables), LOCAL)
        prepared = time.process_time()
        document = parse(text)
        read = time.process_time()
        validate(executor.schema, document)
        end = time.process_time()
        whole.append(prepared - start)
        parsed.append(read - prepared)
        validated.append(end - read)
    return First(name, *(1000 * statistics.median(spent) for spent in (whole, parsed, validated)))


def renamed(query: str, turn: int) -> str:
    """The operation with its fields `name` called otherwise in the answer: another text, document and completer."""
    return re.sub(r"\bname\b(?!:)", f"name{turn}: name", query)


if __name__ == "__main__":
    main()
