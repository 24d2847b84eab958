"""Which columns a row has, and where: the one agreement between the statement and the completer.

Results travel as positional lists. `columns` says what an output needs; `Layout` gives each column one place, so a
property that is asked for twice travels once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from graph.compiler.access import covers
from graph.compiler.matching import Match, On, Predicate
from graph.compiler.plan import (
    Aggregate,
    AggregateField,
    ChangedLeaf,
    ComputedLeaf,
    CursorLeaf,
    Edges,
    Group,
    Leaf,
    Listed,
    MatchedField,
    MoneyLeaf,
    Nodes,
    One,
    Output,
    Page,
    PageInfo,
    Record,
    ScoreLeaf,
    Typename,
)


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored property of the row's node or relationship; one property has one guard wherever it stands."""

    name: str
    on: On
    guard: Predicate | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Keys:
    """The values of the order keys of the page around, as a list."""


@dataclass(frozen=True, slots=True)
class Score:
    """How well the row fits the searched text."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The name of the property that a text was found in."""

    output: MatchedField


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """A list of rows: none or one of a reference (`one`), or the nodes of one type that ids name."""

    match: Match
    record: Record
    one: One | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """The rows of a page's window."""

    page: Page


@dataclass(frozen=True, slots=True, eq=False)
class Inner:
    """The record of the row's own node, as a list inside the row."""

    record: Record


@dataclass(frozen=True, slots=True, eq=False)
class Covered:
    """How many rows the figures of a page would cover, up to one more than they may."""

    page: Page


@dataclass(frozen=True, slots=True, eq=False)
class Count:
    """How many nodes a page's match has, up to its cap."""

    page: Page


Side = Literal["after", "before"]
"""The cursor that stands at the start of a window, and the one at its end."""


@dataclass(frozen=True, slots=True, eq=False)
class Behind:
    """Whether there are rows at and beyond one of a page's cursors: a list with one item, or an empty one."""

    page: Page
    side: Side


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """Figures over a page's match: one row for all that need no currency, or a row a currency for one amount."""

    page: Page
    fields: tuple[AggregateField, ...]
    money: AggregateField | None


Column = Stored | Keys | Score | Found | Rows | Window | Inner | Covered | Count | Behind | Figures


class Layout:
    """The columns of one row, each in one place. A row of one record alone is that record's list itself."""

    def __init__(self, outputs: Iterable[Output | Record]) -> None:
        self._places: dict[object, int] = {}
        self.columns: list[Column] = []
        for output in outputs:
            for key, column in columns(output):
                if key not in self._places:
                    self._places[key] = len(self.columns)
                    self.columns.append(column)

    @property
    def is_bare(self) -> bool:
        """Whether the row is its only column."""
        return len(self.columns) == 1 and isinstance(self.columns[0], Inner)

    def at(self, row: str, key: object, shift: int = 0) -> str:
        """The expression of a column in the row, by the key that `columns` gave it: `r1[2]`; `shift` columns stand
        before all."""
        return row if self.is_bare else f"{row}[{self._places[key] + shift}]"


def columns(output: Output | Record) -> Iterator[tuple[object, Column]]:
    """The columns an output needs, each with the key by which Layout finds it again."""
    match output:
        case Typename(name=None):
            yield _stored("id")
        case Leaf(property=item, on=on, masked=False) | MoneyLeaf(property=item, on=on, masked=False):
            yield _stored(item.name, on, output.guard)
            if isinstance(output, MoneyLeaf):
                yield _stored("currency", on)
        case ComputedLeaf(computed=item):
            yield from (_stored(name) for name in item.needs)
        case ChangedLeaf(changed=item):
            yield from (_stored(name) for name in (item.type, item.before, item.after))
        case CursorLeaf():
            yield Keys(), Keys()
        case ScoreLeaf():
            yield Score(), Score()
        case MatchedField():
            yield id(output), Found(output)
        case Record():
            yield id(output), Inner(output)
        case One(masked=False):
            yield id(output), Rows(output.match, output.record, one=output)
        case Listed(matches=matches):
            yield from ((id(match), Rows(match, record)) for match, record in matches)
        case Group(outputs=outputs):
            for _, inner in outputs:
                yield from columns(inner)
        case Page(masked=False):
            yield from page_columns(output)


def _stored(name: str, on: On = "node", guard: Predicate | None = None) -> tuple[object, Column]:
    column = Stored(name, on, guard)
    return column, column


def page_columns(page: Page) -> Iterator[tuple[object, Column]]:
    """The columns that the parts of a page need in the row around it."""
    if covers(page):
        yield ("covered", id(page)), Covered(page)
    for _, part in page.parts:
        match part:
            case Edges() | Nodes():
                yield ("rows", id(page)), Window(page)
            case PageInfo(keys=keys):
                yield ("rows", id(page)), Window(page)
                yield from ((("behind", side, id(page)), Behind(page, side)) for side in cursor_sides(page, keys))
            case "totalCount" | "totalCountIsExact":
                yield ("count", id(page)), Count(page)
            case Aggregate(outputs=outputs):
                yield from _figures(page, part, outputs)
            case _:
                pass


def cursor_sides(page: Page, keys: tuple[tuple[str, str], ...]) -> tuple[Side, ...]:
    """The cursors that the page must look beyond, to say whether there is more on that side of it."""
    names = {name for _, name in keys}
    found: list[Side] = []
    if page.window.after is not None and "hasPreviousPage" in names:
        found.append("after")
    if page.window.before is not None and "hasNextPage" in names:
        found.append("before")
    return tuple(found)


def _figures(page: Page, part: Aggregate, outputs: tuple[tuple[str, object], ...]) -> Iterator[tuple[object, Column]]:
    fields = tuple(f for _, f in outputs if isinstance(f, AggregateField))
    plain = tuple(f for f in fields if f.property.scalar.name != "Money")
    if plain or any(output == "count" for _, output in outputs):
        yield id(part), Figures(page, plain, None)
    for amount in fields:
        if amount.property.scalar.name == "Money":
            yield id(amount), Figures(page, (), amount)


def page_row(page: Page) -> list[Output | Record]:
    """The outputs that each row of a page carries."""
    found: list[Output | Record] = []
    for _, part in page.parts:
        match part:
            case Edges(outputs=outputs):
                found.extend(output for _, output in outputs)
            case Nodes(record=record):
                found.append(record)
            case PageInfo(keys=keys) if any(name in ("startCursor", "endCursor") for _, name in keys):
                found.append(CursorLeaf())
            case _:
                pass
    return found
