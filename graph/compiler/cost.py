"""What an operation may cost, before it runs: rows that can be touched, from declarations and page sizes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from graph.compiler.matching import Aggregated, Binding
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
from graph.compiler.planner.context import Limits
from graph.errors import LimitError

WHOLE_SET = 10
"""The cost of a figure over a whole set, such as totalCount."""


class CostError(LimitError):
    """The operation may touch more than one request is allowed to."""

    code = "COST"
    text = "The operation may cost {actual}; at most {limit} is allowed. {field} costs most: {share}."
    hint = "It fits with at most {fit} rows in every list (first: {fit}); or ask in several requests."


@dataclass(frozen=True, slots=True)
class Priced:
    """The cost of one key of the response: `own` once, and `row` with what is below for each of its `rows`.

    `below` has one entry for each type that a row can be; the dearest counts.
    """

    key: str
    own: int = 0
    row: int = 0
    rows: Callable[[Binding], int] | None = None
    below: tuple[tuple[Priced, ...], ...] = ()

    @property
    def is_fixed(self) -> bool:
        """Whether it costs the same in every request: there is no list in it."""
        return self.rows is None and all(priced.is_fixed for keys in self.below for priced in keys)

    def of(self, binding: Binding, page: int) -> int:
        """The cost in a request, with pages of no more rows than `page`."""
        below = max((sum(p.of(binding, page) for p in keys) for keys in self.below), default=0)
        return self.own + self.times(binding, page) * (self.row + below)

    def times(self, binding: Binding, page: int) -> int:
        """How many rows there can be."""
        return 1 if self.rows is None else min(self.rows(binding), page)

    def dear(self, binding: Binding) -> tuple[Priced, ...]:
        """What is below on the type of row that costs most."""
        return max(self.below, key=lambda keys: sum(p.of(binding, _ANY) for p in keys), default=())


_ANY = 2**31
_NOTHING = Binding({}, (), None)


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of each root key, as functions of the page sizes of a request."""

    roots: tuple[Priced, ...]
    page_max: int

    def of(self, binding: Binding, page: int = _ANY) -> int:
        """The whole cost of a request, with pages of no more rows than `page`."""
        return sum(root.of(binding, page) for root in self.roots)

    def check(self, binding: Binding, limit: int) -> int:
        """The whole cost; CostError above the limit, naming the list that costs most and the pages that would fit."""
        found = self.of(binding)
        if found > limit:
            name, share = self._dearest(binding)
            fit = bisect_right(range(1, self.page_max + 1), limit, key=lambda page: self.of(binding, page))
            raise CostError(actual=found, limit=limit, field=name, share=share, fit=fit)
        return found

    def _dearest(self, binding: Binding) -> tuple[str, int]:
        """The path of the innermost list that most of the cost comes from, and its share."""
        path: list[str] = []
        named, most, times = "", 0, 1
        top = _top(self.roots, binding)
        while top is not None and 2 * times * top.of(binding, _ANY) >= most:
            path.append(top.key)
            if top.rows is not None or not named:
                named, most = ".".join(path), times * top.of(binding, _ANY)
            times *= top.times(binding, _ANY)
            top = _top(top.dear(binding), binding)
        return named, most


NOTHING = Cost((), 0)
"""What costs nothing."""


def fixed(key: str, own: int) -> Cost:
    """A cost that is the same in every request."""
    return Cost((Priced(key, own),), 0)


def _top(keys: tuple[Priced, ...], binding: Binding) -> Priced | None:
    return max(keys, key=lambda priced: priced.of(binding, _ANY), default=None)


def _folded(keys: Iterable[Priced]) -> tuple[Priced, ...]:
    """The keys whose cost depends on a request, and one for all others together."""
    fixed, varied = 0, []
    for key in keys:
        if key.is_fixed:
            fixed += key.of(_NOTHING, _ANY)
        else:
            varied.append(key)
    return (*varied, Priced("", fixed)) if fixed else tuple(varied)


def plan_cost(plan: Plan, limits: Limits) -> Cost:
    """A node costs one, a field what it declares, a page its size times what a row costs, a figure over a whole set as
    much as ten rows."""
    return Cost(tuple(_cost(key, output) for key, output in plan.outputs), limits.page_max)


def _cost(key: str, output: Output | Record) -> Priced:
    match output:
        case Leaf(property=item) | MoneyLeaf(property=item):
            return Priced(key, item.cost)
        case ComputedLeaf(computed=computed):
            return Priced(key, computed.cost)
        case Record():
            return Priced(key, below=_branches(output))
        case One(record=record):
            return Priced(key, row=1, below=_branches(record))
        case Listed(ids=ids, matches=matches):
            each = tuple(branch for _, record in matches for branch in _branches(record))
            return Priced(key, row=1, rows=lambda binding: len(ids.read(binding)), below=each)
        case Group(outputs=outputs):
            return Priced(key, below=(_keys(outputs),))
        case Page():
            return _page(key, output)
        case _:
            return Priced(key)


def _branches(record: Record) -> tuple[tuple[Priced, ...], ...]:
    return tuple(keys for branch in record.branches if (keys := _keys(branch.outputs)))


def _keys(outputs: tuple[tuple[str, Output], ...] | tuple[tuple[str, Output | Record], ...]) -> tuple[Priced, ...]:
    return _folded(_cost(key, output) for key, output in outputs)


def _page(key: str, page: Page) -> Priced:
    rows: list[Priced] = []
    whole = sum(isinstance(order.by, Aggregated) for order in page.order)
    for name, part in page.parts:
        match part:
            case Edges(outputs=outputs):
                rows.append(Priced(name, below=(_keys(outputs),)))
            case Nodes(record=record):
                rows.append(Priced(name, below=_branches(record)))
            case Aggregate() | "totalCount" | "totalCountIsExact":
                whole += 1
            case _:
                pass
    size: Callable[[Binding], int] = page.window.size.read if rows else (lambda _: 0)
    return Priced(key, own=whole * WHOLE_SET, row=1, rows=size, below=(tuple(rows),))
