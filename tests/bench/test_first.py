"""The first execution of an operation: each turn is one that the service has never seen."""

import pytest
from graphql import parse, validate

import server
from bench.asks import Workload
from bench.first import first, main, renamed
from bench.workloads import WORKLOADS
from graph.compiler.planner.context import Limits


@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda w: w.name)
def test_every_turn_is_parsed_planned_and_compiled_anew(workload: Workload) -> None:
    executor = server.build_executor(Limits(page_max=2_000))
    found = first(executor, workload.name, workload.asks["customer-graph"], 3)
    assert found.whole > 0
    assert [(c.hits, c.misses) for name, c in executor.caches().items() if name != "persisted"] == [(0, 3), (0, 3)]
    assert validate(executor.schema, parse(renamed(workload.asks["customer-graph"].query, 7))) == []


def test_the_table_names_every_operation(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--times", "2"])
    printed = capsys.readouterr().out
    assert all(f"| {workload.name} |" in printed for workload in WORKLOADS)
