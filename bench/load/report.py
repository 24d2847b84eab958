"""The figures of a run as a table for people and as JSON for machines."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

GENERATE = "generate"
SCRIPT = "script"
TARGET = 1.3
"""The most of the script's time that `generate` may take."""
_FIGURES = ("seconds", "client_cpu_s", "database_cpu_s")


@dataclass(frozen=True, slots=True)
class Sample:
    """One variant in one round; CPU in seconds. The client is the process that makes or has the rows and sends them."""

    turn: int
    variant: str
    seconds: float
    client_cpu_s: float
    database_cpu_s: float


def summary(parties: int, items: int, neo4j_version: str, samples: Sequence[Sample]) -> dict[str, Any]:
    """Medians of both variants, and the median, over the rounds, of the ratio within a round."""
    rounds = [{s.variant: asdict(s) for s in samples if s.turn == turn} for turn in {s.turn for s in samples}]
    return {
        "parties": parties,
        "items": items,
        "neo4j": neo4j_version,
        "driver": version("neo4j"),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}; Python {platform.python_version()}",
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "variants": {
            name: {f: round(statistics.median(r[name][f] for r in rounds), 2) for f in _FIGURES}
            for name in (GENERATE, SCRIPT)
        },
        "ratios": {f: round(statistics.median(r[GENERATE][f] / r[SCRIPT][f] for r in rounds), 2) for f in _FIGURES},
        "ratios_of_rounds": [round(r[GENERATE]["seconds"] / r[SCRIPT]["seconds"], 2) for r in rounds],
    }


def markdown(found: dict[str, Any]) -> str:
    """The report for people."""
    size = f"{found['parties']:,} parties, {found['items']:,} nodes and relationships"
    lines = [
        "# What loading a graph costs",
        "",
        f"{found['date']}; {found['machine']}; Neo4j {found['neo4j']}; driver {found['driver']}.",
        f"{size}; seconds, medians of the rounds, each on a fresh database.",
        "",
        "| variant | time | items/s | client CPU | database CPU |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, figures in found["variants"].items():
        seconds, client, database = (figures[f] for f in _FIGURES)
        lines.append(f"| {name} | {seconds:.1f} | {found['items'] / seconds:,.0f} | {client:.1f} | {database:.1f} |")
    seconds, client, database = (found["ratios"][f] for f in _FIGURES)
    spread = ", ".join(f"{ratio:.2f}" for ratio in sorted(found["ratios_of_rounds"]))
    lines += [
        f"| ratio | {seconds:.2f} | | {client:.2f} | {database:.2f} |",
        "",
        f"The ratio may be {TARGET} at most. Its rounds: {spread}.",
    ]
    return "\n".join(lines) + "\n"


def write(folder: Path, found: dict[str, Any]) -> str:
    """Writes load.json and load.md; the latter's text."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "load.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    text = markdown(found)
    (folder / "load.md").write_text(text, encoding="utf-8")
    return text
