"""The plans of the cases' statements: what the database would do at one size, and what changes from size to size."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import yaml

from graph.client import Database, PlanStep
from graph.errors import CustomerGraphError

CASES = Path(__file__).parents[2] / "tests" / "cases"
_INDEX = re.compile(r"INDEX \w+:([\w|]+)\(([\w, ]+)\)")
_VARIABLE = re.compile(r"\w+:(\w+)$")


Starts = Mapping[str, tuple[str, ...]]
"""Name of each case to how its plan reaches nodes."""


def statements(folder: Path = CASES) -> Iterator[tuple[str, str]]:
    """Name and statement of every case that has one."""
    for path in sorted(folder.rglob("*.expected.yaml")):
        text = yaml.safe_load(path.read_text("utf-8")).get("cypher")
        if text:
            yield str(path.relative_to(folder)).removesuffix(".expected.yaml"), text


async def plan_starts(database: Database, only: str = "") -> Starts:
    """Each case whose name holds `only` to how its plan reaches nodes: `NodeIndexSeek Customer(sellerId, since, id)`,
    in the plan's order."""
    found: dict[str, tuple[str, ...]] = {}
    for name, text in statements():
        if only not in name:
            continue
        try:
            plan = await database.explain(text)
        except CustomerGraphError as error:
            found[name] = (error.code,)
            continue
        found[name] = tuple(start for step in plan.walk() if (start := _start(step)))
    return found


def _start(step: PlanStep) -> str:
    """What a leaf of the plan starts from; nothing for other operators."""
    if step.operator in ("CartesianProduct", "NodeHashJoin", "ValueHashJoin"):
        return step.operator
    if not step.operator.removesuffix("(Locking)").endswith(("Scan", "Seek", "FromCountStore")):
        return ""
    index, label = _INDEX.search(step.details), _VARIABLE.search(step.details)
    if index:
        return f"{step.operator} {index[1]}({index[2]})"
    return f"{step.operator} {label[1]}" if label else step.operator


def differences(sizes: Sequence[tuple[int, Starts]]) -> str:
    """Markdown: the cases whose plan starts elsewhere at some size, with what differs."""
    lines = []
    for name in sizes[0][1]:
        ways = {plans[name]: size for size, plans in reversed(sizes)}
        if len(ways) > 1:
            lines.append(f"- `{name}`")
            first = sizes[0][1][name]
            for size, plans in sizes[1:]:
                gone = [start for start in first if start not in plans[name]]
                new = [start for start in plans[name] if start not in first]
                if gone or new:
                    lines.append(
                        f"  - {size:,}: {', '.join(new) or 'nothing'} in place of {', '.join(gone) or 'nothing'}"
                    )
                elif plans[name] != first:
                    lines.append(f"  - {size:,}: the same starts in another order or number")
    return "\n".join(lines)
