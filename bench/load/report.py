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

from bench.load.contests import SCRIPT

TARGET = 1.3
"""The most of the script's time that the service may take."""
_FIGURES = ("seconds", "client_cpu_s", "database_cpu_s")


@dataclass(frozen=True, slots=True)
class Sample:
    """One way in one round; CPU in seconds. The client is the process that makes or has the rows and sends them."""

    turn: int
    way: str
    seconds: float
    client_cpu_s: float
    database_cpu_s: float

    def text(self) -> str:
        """For whoever waits."""
        return (
            f"{self.way} {self.seconds:.1f} s, client {self.client_cpu_s:.1f} s, database {self.database_cpu_s:.1f} s"
        )


def figures(parties: int, items: int, neo4j_version: str, samples: Sequence[Sample]) -> dict[str, Any]:
    """Of one contest: where it was held, medians of all ways and, for each but the script, its ratios to the script
    within a round."""
    rounds = [{s.way: asdict(s) for s in samples if s.turn == turn} for turn in sorted({s.turn for s in samples})]
    ways = list(dict.fromkeys(s.way for s in samples))
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": f"{os.cpu_count()} cores, {platform.machine()}; Python {platform.python_version()}",
        "neo4j": neo4j_version,
        "driver": version("neo4j"),
        "parties": parties,
        "items": items,
        "ways": {w: {f: round(statistics.median(r[w][f] for r in rounds), 2) for f in _FIGURES} for w in ways},
        "ratios": {
            w: {f: round(statistics.median(r[w][f] / r[SCRIPT][f] for r in rounds), 2) for f in _FIGURES}
            for w in ways
            if w != SCRIPT
        },
        "ratios_of_rounds": {
            w: [round(r[w]["seconds"] / r[SCRIPT]["seconds"], 2) for r in rounds] for w in ways if w != SCRIPT
        },
    }


def markdown(contests: dict[str, Any]) -> str:
    """The report for people."""
    lines = [
        "# What loading a graph costs",
        "",
        "Seconds, medians of the rounds, each on a fresh database. The time of the service may be",
        f"{TARGET} of the script's at most.",
    ]
    for name, contest in sorted(contests.items()):
        lines += [
            "",
            f"## {name}",
            "",
            f"{contest['parties']:,} parties, {contest['items']:,} nodes and relationships. {contest['date']};",
            f"{contest['machine']}; Neo4j {contest['neo4j']}; driver {contest['driver']}.",
            "",
            "| way | time | items/s | client CPU | database CPU | time over the script's | its rounds |",
            "|---|---:|---:|---:|---:|---:|---|",
        ]
        for way, medians in contest["ways"].items():
            seconds, client, database = (medians[f] for f in _FIGURES)
            ratio, spread = "", ""
            if way != SCRIPT:
                ratio = f"{contest['ratios'][way]['seconds']:.2f}"
                spread = ", ".join(f"{r:.2f}" for r in sorted(contest["ratios_of_rounds"][way]))
            shown = f"{seconds:.1f} | {contest['items'] / seconds:,.0f} | {client:.1f} | {database:.1f}"
            lines.append(f"| {way} | {shown} | {ratio} | {spread} |")
    return "\n".join(lines) + "\n"


def write(folder: Path, held: dict[str, Any]) -> str:
    """Writes load.json and load.md, with what they said of contests that were not held; the latter's text."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "load.json"
    contests = {**(json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}), **held}
    file.write_text(json.dumps(contests, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    text = markdown(contests)
    (folder / "load.md").write_text(text, encoding="utf-8")
    return text
