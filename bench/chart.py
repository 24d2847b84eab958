"""The figures of a run as a chart: one panel a workload, one bar a variant, on a scale of powers of ten."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from bench.workloads import WORKLOADS

_BAR, _GAP, _LABEL, _WIDTH, _HEAD = 18, 6, 190, 760, 46
_OURS, _OTHERS = "#2563eb", "#94a3b8"


def chart(found: Sequence[dict[str, str | float]]) -> str:
    """The chart as SVG; readable on light and dark pages."""
    panels = []
    top = 10
    for workload in WORKLOADS:
        own = {str(f["variant"]): float(f["service_cpu_ms"]) for f in found if f["workload"] == workload.name}
        if own:
            panels += _panel(f"{workload.name}: {workload.title}", own, top)
            top += _HEAD + len(own) * (_BAR + _GAP)
    height = top + 10
    size = f'width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}"'
    font = 'font-family="system-ui, sans-serif" font-size="13"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {font} role="img">',
        "<title>CPU of the service for one request, by workload and variant</title>",
        f'<rect width="{_WIDTH}" height="{height}" rx="8" fill="#ffffff"/>',
    ]
    return "\n".join((*parts, *panels, "</svg>", ""))


def _panel(title: str, cpu: dict[str, float], top: int) -> list[str]:
    """One workload; the length of a bar is the logarithm of its CPU over half of the least. What the operating system
    could not count, because it was too short, counts as a hundredth of a millisecond."""
    cpu = {variant: max(value, 0.01) for variant, value in cpu.items()}
    parts = [f'<text x="16" y="{top + 24}" font-weight="600" fill="#0f172a">{escape(title)} (ms of CPU)</text>']
    least, most = min(cpu.values()) / 2, max(cpu.values())
    room = _WIDTH - _LABEL - 90
    for row, (variant, value) in enumerate(cpu.items()):
        y = top + _HEAD - 8 + row * (_BAR + _GAP)
        length = max(1.0, room * math.log(value / least) / math.log(most / least))
        colour = _OURS if variant == "customer-graph" else _OTHERS
        parts += [
            f'<text x="{_LABEL - 8}" y="{y + 13}" text-anchor="end" fill="#0f172a">{escape(variant)}</text>',
            f'<rect x="{_LABEL}" y="{y}" width="{length:.1f}" height="{_BAR}" rx="3" fill="{colour}"/>',
            f'<text x="{_LABEL + length + 6:.1f}" y="{y + 13}" fill="#334155">{value:.2f}</text>',
        ]
    return parts
