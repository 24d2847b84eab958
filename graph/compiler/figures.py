"""The completer's expressions for figures: counts, sums, averages, smallest and largest values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graph.compiler.plan import Aggregate, AggregateField, Typename
from graph.model.scalars import Scalar
from graph.model.values import SCALE, average, decimal_text, exact_sum

Bind = Callable[[Any], str]
"""Gives a function a name in the expression."""
At = Callable[[object], str]
"""The place of a column in the row."""


def decoded(bind: Bind, scalar: Scalar, text: str) -> str:
    """The expression that turns a stored value into its form for clients."""
    return f"{bind(scalar.decode)}({text})" if scalar.decode else text


def aggregate_text(bind: Bind, row_name: Callable[[], str], part: Aggregate, at: At) -> str:
    """`{"count": r[0][0], "net": [{"currency": r1[0], "sum": f7(f6(r1[1]))} for r1 in r[1]]}`"""
    texts, column = [], 1
    for key, output in part.outputs:
        match output:
            case Typename(name=name):
                text = repr(name)
            case AggregateField() if output.property.scalar.name == "Money":
                row = row_name()
                text = f"[{_figures(bind, output, row, 1)} for {row} in {at(id(output))}]"
            case AggregateField():
                text = _figures(bind, output, at(id(part)), column)
                column += 4 if output.property.scalar.summed else 2
            case _:
                text = f"{at(id(part))}[0]"
        texts.append(f"{key!r}: {text}")
    return "{" + ", ".join(texts) + "}"


def _figures(bind: Bind, field: AggregateField, row: str, column: int) -> str:
    """The figures of one property, whose columns start at `column`: sum and count first, where it has them."""
    scalar = field.property.scalar
    total, count = f"{row}[{column}]", f"{row}[{column + 1}]"
    total = total if scalar.name == "Float" else f"{bind(exact_sum)}({total})"
    low = column + (2 if scalar.summed else 0)

    def or_null(text: str) -> str:
        plain = decoded(bind, scalar, text)
        return f"(None if {text} is None else {plain})" if scalar.decode else plain

    scale = "" if scalar.decode else f" * {SCALE}"
    exact = f"{bind(decimal_text)}({bind(average)}({total}{scale}, {count}))"
    mean = f"{total} / {count}" if scalar.name == "Float" else exact
    texts = {
        "__typename": repr(f"{scalar.name}Figures"),
        "currency": f"{row}[0]",
        "count": count,
        "sum": decoded(bind, scalar, total),
        "avg": f"({mean} if {count} else None)",
        "min": or_null(f"{row}[{low}]"),
        "max": or_null(f"{row}[{low + 1}]"),
    }
    return "{" + ", ".join(f"{key!r}: {texts[name]}" for key, name in field.keys) + "}"
