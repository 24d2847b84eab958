"""The figures of all sizes beside one another, growing ones first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bench.scale.plans import Starts, differences

GROWS = 1.2
"""More hits than this at one size, relative to the size before, is growth."""


def markdown(figures: Sequence[dict[str, Any]], plans: Sequence[tuple[int, Starts]] = ()) -> str:
    """One row for each operation, with its hits at every size; then the cases whose plans differ from size to size."""
    sizes = sorted({int(f["parties"]) for f in figures})
    by_operation: dict[str, dict[int, dict[str, Any]]] = {}
    for figure in figures:
        by_operation.setdefault(str(figure["operation"]), {})[int(figure["parties"])] = figure
    lines = [
        "# What every read costs the database",
        "",
        "Database hits by PROFILE at growing numbers of parties; growth is the last size over the one before.",
        "",
        f"| operation | {' | '.join(f'{size:,}' for size in sizes)} | growth |",
        f"|---|{'---:|' * (len(sizes) + 1)}",
    ]
    rows = [(growth(found, sizes), name, found) for name, found in by_operation.items()]
    for factor, name, found in sorted(rows, key=lambda row: (-row[0], row[1])):
        cells = [_cell(found.get(size)) for size in sizes]
        lines.append(f"| {name} | {' | '.join(cells)} | {f'**{factor:.2f}**' if factor > GROWS else f'{factor:.2f}'} |")
    if len(plans) > 1:
        changed = differences(plans) or "None."
        lines += ["", f"## Plans of {len(plans[0][1])} cases that change with the size", "", changed]
    return "\n".join(lines) + "\n"


def growth(found: dict[int, dict[str, Any]], sizes: Sequence[int]) -> float:
    """Hits at the largest size over those at the one before; 0 where one of them is missing."""
    last = [found[size]["db_hits"] for size in sizes[-2:] if size in found]
    return last[1] / last[0] if len(last) == 2 and last[0] else 0.0


def _cell(figure: dict[str, Any] | None) -> str:
    if figure is None:
        return "-"
    hits = f"{figure['db_hits']:,}"
    return f"{hits} ({figure['refused']})" if figure["refused"] else f"{hits} (stops)" if figure["stopped"] else hits
