"""What an operation may cost, before it runs: rows that can be touched, from declarations and page sizes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from graph.compiler.matching import Binding
from graph.compiler.plan import (
    Aggregate,
    ComputedLeaf,
    Edges,
    Group,
    Leaf,
    Listed,
    MoneyLeaf,
    Nodes,
    One,
    Output,
    Page,
    Plan,
    Record,
)
from graph.errors import LimitError

_SCAN = 50


class CostError(LimitError):
    """The operation may touch more than one request is allowed to."""

    code = "COST"
    text = "The operation may cost {actual}; at most {limit} is allowed. The most of it is {field}: {share}."
    hint = "Ask for smaller pages or fewer nested lists, in several requests."


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of each root key, as functions of the page sizes of a request."""

    roots: tuple[tuple[str, Callable[[Binding], int]], ...]

    def of(self, binding: Binding) -> int:
        """The whole cost of a request."""
        return sum(part(binding) for _, part in self.roots)

    def check(self, binding: Binding, limit: int) -> int:
        """The whole cost; CostError above the limit, naming the root that costs most."""
        found = self.of(binding)
        if found > limit:
            share, field = max((part(binding), key) for key, part in self.roots)
            raise CostError(actual=found, limit=limit, field=field, share=share)
        return found


def plan_cost(plan: Plan) -> Cost:
    """A node costs one, a field what it declares, a page its size times what a row costs, a figure a scan's worth."""
    return Cost(tuple((key, _cost(output)) for key, output in plan.outputs))


def _cost(output: Output | Record) -> Callable[[Binding], int]:
    match output:
        case Leaf(property=item) | MoneyLeaf(property=item):
            return _constant(item.cost)
        case ComputedLeaf(computed=computed):
            return _constant(computed.cost)
        case Record(branches=branches):
            rows = [_sum([_cost(o) for _, o in branch.outputs]) for branch in branches]
            return lambda binding: max(row(binding) for row in rows)
        case One(record=record):
            inner = _cost(record)
            return lambda binding: 1 + inner(binding)
        case Listed(ids=ids, matches=matches):
            each = [_cost(record) for _, record in matches]
            return lambda binding: len(ids.read(binding)) * (1 + max((c(binding) for c in each), default=0))
        case Group(outputs=outputs):
            return _sum([_cost(o) for _, o in outputs])
        case Page():
            return _page(output)
        case _:
            return _constant(0)


def _page(page: Page) -> Callable[[Binding], int]:
    rows: list[Callable[[Binding], int]] = []
    fixed = 0
    for _, part in page.parts:
        match part:
            case Edges(outputs=outputs):
                rows.append(_sum([_cost(o) for _, o in outputs]))
            case Nodes(record=record):
                rows.append(_cost(record))
            case Aggregate() | "totalCount" | "totalCountIsExact":
                fixed += _SCAN
            case _:
                pass
    row = _sum(rows)
    limit = page.window.limit
    return lambda binding: fixed + ((limit.read(binding) - 1) * (1 + row(binding)) if rows else 0)


def _constant(value: int) -> Callable[[Binding], int]:
    return lambda _: value


def _sum(parts: list[Callable[[Binding], int]]) -> Callable[[Binding], int]:
    return lambda binding: sum(part(binding) for part in parts)
