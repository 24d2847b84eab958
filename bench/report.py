"""The figures of a run as a table for people and as JSON for machines."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.chart import chart
from bench.measure import Sample
from bench.workloads import VARIANTS, WORKLOADS

TARGETS = {
    "floor": {"lookup": 1.2, "nested50": 1.2, "rows2000": 1.2, "update": 1.5},
    "rest": {"lookup": 0.7, "nested50": 0.25, "rows2000": 0.04},
    "neo4j-graphql": {"lookup": 0.25, "nested50": 0.3, "rows2000": 0.15},
    "strawberry-dataloaders": {"lookup": 0.15, "nested50": 0.02, "rows2000": 0.012},
}
"""The most that the service may use of each peer's CPU; screens have none."""
DATABASE_TARGET = 1.0
"""The most CPU that the database may use for the service, as a part of what it uses for the floor."""


def summary(samples: Sequence[Sample]) -> list[dict[str, str | float]]:
    """Medians by workload and variant, with half the distance between the quartiles of the CPU as its spread."""
    found: list[dict[str, str | float]] = []
    for workload in WORKLOADS:
        for variant in VARIANTS:
            own = [s for s in samples if (s.workload, s.variant) == (workload.name, variant)]
            if own:
                cpu = [s.service_cpu_ms for s in own]
                found.append(
                    {
                        "workload": workload.name,
                        "variant": variant,
                        "service_cpu_ms": round(statistics.median(cpu), 3),
                        "service_cpu_spread_ms": round(_spread(cpu), 3),
                        "database_cpu_ms": round(statistics.median(s.database_cpu_ms for s in own), 3),
                        "requests_per_second": round(statistics.median(s.requests_per_second for s in own), 1),
                    }
                )
    return found


def _spread(values: Sequence[float]) -> float:
    if len(values) < 2:
        return 0.0
    quartiles = statistics.quantiles(values, n=4)
    return (quartiles[2] - quartiles[0]) / 2


def ratios(found: Sequence[dict[str, str | float]], figure: str = "service_cpu_ms") -> dict[tuple[str, str], float]:
    """The figure of the service as a part of each peer's, by peer and workload; where both have one."""
    cpu = {(str(f["variant"]), str(f["workload"])): float(f[figure]) for f in found}
    return {
        (variant, workload): cpu["customer-graph", workload] / value
        for (variant, workload), value in cpu.items()
        if variant != "customer-graph" and value and ("customer-graph", workload) in cpu
    }


def markdown(found: Sequence[dict[str, str | float]], neo4j_version: str) -> str:
    """The report for people."""
    lines = ["# What an answer costs", "", *_machine(neo4j_version), "", *_table(found), "", *_ratio_table(found), ""]
    return "\n".join(lines)


def _machine(neo4j_version: str) -> list[str]:
    names = ("neo4j", "strawberry-graphql", "starlette", "uvicorn")
    libraries = ", ".join(f"{name} {version(name)}" for name in names)
    machine = f"{os.cpu_count()} cores, {platform.machine()}; Python {platform.python_version()}"
    return [
        f"{datetime.now(UTC):%Y-%m-%d}; {machine}; Neo4j {neo4j_version}; {libraries}.",
        "CPU in milliseconds per request: median and spread (half the distance between the quartiles) over the rounds.",
    ]


def _table(found: Sequence[dict[str, str | float]]) -> list[str]:
    lines = [
        "| workload | variant | service CPU | spread | database CPU | requests/s |",
        "|---|---|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {f['workload']} | {f['variant']} | {f['service_cpu_ms']:.2f} | {f['service_cpu_spread_ms']:.2f} |"
        f" {f['database_cpu_ms']:.2f} | {f['requests_per_second']:.0f} |"
        for f in found
    ]
    return lines


def _ratio_table(found: Sequence[dict[str, str | float]]) -> list[str]:
    """One column a peer, one row a workload; a last column for the database's CPU."""
    service, database = ratios(found), ratios(found, "database_cpu_ms")
    lines = [
        f"| CPU of the service / CPU of | {' | '.join(VARIANTS[1:])} | database CPU / database CPU of the floor |",
        f"|---|{'---:|' * len(VARIANTS)}",
    ]
    for workload in WORKLOADS:
        cells = [
            _ratio(service.get((variant, workload.name)), TARGETS[variant].get(workload.name))
            for variant in VARIANTS[1:]
        ]
        cells.append(_ratio(database.get(("floor", workload.name)), DATABASE_TARGET))
        lines.append(f"| {workload.name} | {' | '.join(cells)} |")
    return lines


def _ratio(value: float | None, target: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if target is None else f"{value:.3f} (≤ {target})"


def write(folder: Path, found: Sequence[dict[str, str | float]], neo4j_version: str) -> str:
    """Writes `latest.json`, `latest.md` and `latest.svg` into the folder; the text of the second."""
    folder.mkdir(parents=True, exist_ok=True)
    text = markdown(found, neo4j_version)
    (folder / "latest.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    (folder / "latest.md").write_text(text, encoding="utf-8")
    (folder / "latest.svg").write_text(chart(found), encoding="utf-8")
    return text
