"""A plan as people read it: one line an output, what rules added in brackets."""

from __future__ import annotations

from collections.abc import Iterator

from graph.compiler.access import access
from graph.compiler.matching import (
    Aggregated,
    Both,
    Compare,
    Either,
    HasLabel,
    IsNull,
    Match,
    Negation,
    OrderKey,
    Predicate,
    Ref,
)
from graph.compiler.plan import (
    Aggregate,
    Edges,
    Group,
    Listed,
    Nodes,
    One,
    Output,
    Page,
    Plan,
    Record,
)


def show_plan(plan: Plan) -> str:
    """The plan as indented text.

    ```
    organisation: one Organisation where key of another system
      name: Leaf
      customers: page of Customer by step SELLER (index sellerId) [until IS NULL] order since, id
    ```
    """
    return "\n".join(line for key, output in plan.outputs for line in _output(key, output, 0))


def _output(key: str, output: Output | Record, depth: int) -> Iterator[str]:
    start = f"{'  ' * depth}{key}: "
    match output:
        case One():
            yield f"{start}one {_match(output.match)}{_order(output.order)}{' (masked)' if output.masked else ''}"
            yield from _record(output.record, depth + 1)
        case Listed(matches=matches):
            yield f"{start}by ids"
            for match, record in matches:
                yield f"{'  ' * (depth + 1)}{_match(match)}"
                yield from _record(record, depth + 2)
        case Page():
            way = " backward" if output.window.backward else ""
            bound = ", tests row by row up to a bound" if access(output.match, output.order).tested else ""
            yield f"{start}page of {_match(output.match)}{_order(output.order)}{way}{bound}"
            for part_key, part in output.parts:
                yield from _part(part_key, part, depth + 1)
        case Group(outputs=outputs):
            yield f"{start}group"
            for inner_key, inner in outputs:
                yield from _output(inner_key, inner, depth + 1)
        case Record():
            yield f"{start}node"
            yield from _record(output, depth + 1)
        case _:
            masked = " (masked)" if getattr(output, "masked", False) else ""
            yield f"{start}{type(output).__name__}{masked}"


def _record(record: Record, depth: int) -> Iterator[str]:
    for branch in record.branches:
        inner = depth
        if len(record.branches) > 1:
            yield f"{'  ' * depth}on {', '.join(t.name for t in branch.types)}"
            inner = depth + 1
        for key, output in branch.outputs:
            yield from _output(key, output, inner)


def _part(key: str, part: object, depth: int) -> Iterator[str]:
    start = f"{'  ' * depth}{key}: "
    match part:
        case Nodes(record=record):
            yield f"{start}nodes"
            yield from _record(record, depth + 1)
        case Edges(outputs=outputs):
            yield f"{start}edges"
            for inner_key, output in outputs:
                yield from _output(inner_key, output, depth + 1)
        case Aggregate(outputs=figures):
            yield f"{start}figures of {', '.join(name for name, _ in figures)}"
        case str(name):
            yield f"{start}{name}"
        case _:
            yield f"{start}{type(part).__name__}"


def _match(match: Match) -> str:
    parts = [match.target.name]
    if match.full_text:
        parts.append("from the full-text index")
    elif match.external_key:
        parts.append("by the key of another system")
    elif match.step:
        arrow = {"out": "-{}->", "in": "<-{}-", "both": "-{}-"}[match.step.direction].format(match.step.type)
        parts.append(f"by index {match.step.key}" if match.step.key else f"by {arrow}")
    if match.where:
        parts.append("where " + " and ".join(map(condition, match.where)))
    if match.rules:
        parts.append("[" + " and ".join(map(condition, match.rules)) + "]")
    return " ".join(parts)


def condition(item: Predicate) -> str:
    """A condition as people read it; values are parameters and stand as `$`."""
    match item:
        case Compare(ref=ref, op=op):
            return f"{_ref(ref)} {op} $"
        case IsNull(ref=ref, missing=missing):
            return f"{_ref(ref)} {'is missing' if missing else 'is there'}"
        case Both(items=items):
            return "(" + " and ".join(map(condition, items)) + ")"
        case Either(items=items):
            return "(" + " or ".join(map(condition, items)) + ")"
        case Negation(item=inner):
            return f"not {condition(inner)}"
        case HasLabel(types=types):
            return "is " + " or ".join(t.name for t in types)
        case _:
            return f"{item.quantifier} of {_match(item.match)} {condition(item.condition)}"


def _order(order: tuple[OrderKey, ...]) -> str:
    names = []
    for key in order:
        by = key.by
        name = _ref(by) if isinstance(by, Ref) else f"{by.measure} of related" if isinstance(by, Aggregated) else by
        names.append(f"{name}{' descending' if key.descending else ''}")
    return f" order {', '.join(names)}" if names else ""


def _ref(ref: Ref) -> str:
    return f"edge.{ref.name}" if ref.on == "edge" else ref.name
