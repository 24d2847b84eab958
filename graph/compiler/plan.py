"""The plan of an operation: what each key of the response is made of; no text and no parameters yet.

Each output becomes columns of a positional row (graph/compiler/layout) and one expression of the completer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from graph.compiler.matching import Match, On, OrderKey, Param, Predicate, Window
from graph.model.elements import Changed, Computed, NodeType, Property


@dataclass(frozen=True, slots=True)
class Typename:
    """The name of the object type; None where the branch around it holds several types and the id tells which."""

    name: str | None


@dataclass(frozen=True, slots=True)
class Fixed:
    """A value known without the database; null for what the viewer may not see."""

    value: Any


@dataclass(slots=True)
class Leaf:
    """A stored property; null where a rule masked it, and where the guard that a rule set does not hold."""

    property: Property
    on: On = "node"
    masked: bool = False
    guard: Predicate | None = None


@dataclass(slots=True)
class MoneyLeaf:
    """A stored amount with the currency beside it; `keys` maps response keys to `amount`, `currency`, `__typename`."""

    property: Property
    on: On
    keys: tuple[tuple[str, str], ...]
    masked: bool = False
    guard: Predicate | None = None


@dataclass(frozen=True, slots=True)
class ComputedLeaf:
    """A declared computed field over its dependencies."""

    computed: Computed


@dataclass(slots=True)
class ChangedLeaf:
    """What a change did to each field; `keys` maps response keys to `name`, `before`, `after`, `__typename`. `unseen`
    holds, by type, the fields that a rule leaves out."""

    changed: Changed
    keys: tuple[tuple[str, str], ...]
    unseen: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MatchedField:
    """The name of the first searchable property that holds one of the terms; the first of all where none does, as with
    typing errors."""

    terms: Param
    properties: tuple[Property, ...]


@dataclass(frozen=True, slots=True)
class CursorLeaf:
    """The position of the row in the order of the page around it."""


@dataclass(frozen=True, slots=True)
class ScoreLeaf:
    """How well the row fits the searched text."""


@dataclass(slots=True)
class Record:
    """An object: for each type it can be, the keys of the response and what they are made of."""

    branches: tuple[Branch, ...]


@dataclass(slots=True)
class Branch:
    """The keys of a record of these concrete types."""

    types: tuple[NodeType, ...]
    outputs: tuple[tuple[str, Output], ...]


@dataclass(slots=True)
class One:
    """At most one node: `is_joined` where the row around leads to it, else the first of several."""

    match: Match
    record: Record
    order: tuple[OrderKey, ...] = ()
    visible_to: frozenset[str] = frozenset()
    masked: bool = False

    @property
    def is_joined(self) -> bool:
        """Whether it is read together with the row around."""
        return self.match.step is not None and not self.order


@dataclass(slots=True)
class Listed:
    """The nodes of the given ids in their order, null for those unknown: one match a type of id."""

    ids: Param
    matches: tuple[tuple[Match, Record], ...]


@dataclass(slots=True)
class Nodes:
    """The nodes of a page without their edges."""

    record: Record


@dataclass(frozen=True, slots=True)
class PageInfo:
    """What a page says of its neighbours: keys of the response to hasNextPage, hasPreviousPage, startCursor, endCursor
    and `__typename`."""

    keys: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Edges:
    """The rows of a page: properties of the relationship, cursor, and the node at its end (`below`)."""

    outputs: tuple[tuple[str, Output | Record], ...]


@dataclass(slots=True)
class AggregateField:
    """Figures of one property: response keys to sum, avg, min, max, currency, count or `__typename`. Values whose guard
    does not hold count as missing."""

    property: Property
    keys: tuple[tuple[str, str], ...]
    guard: Predicate | None = None


@dataclass(slots=True)
class Aggregate:
    """Figures over the whole set of a connection: counts and one AggregateField a selected property."""

    outputs: tuple[tuple[str, Typename | Literal["count"] | AggregateField], ...]


PagePart = Typename | Literal["totalCount", "totalCountIsExact"] | Edges | Nodes | PageInfo | Aggregate


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many rows are counted, tested for a page or a count (all of them, and all but one), and covered by figures;
    one more than may be in the first and the last."""

    count: Param
    scan: Param
    scan_before: Param
    cover: Param


@dataclass(slots=True)
class Page:
    """A connection: an ordered, filtered set of nodes, a window of it, and what the response says of it.

    `bounds` are for what no index answers."""

    match: Match
    order: tuple[OrderKey, ...]
    window: Window
    parts: tuple[tuple[str, PagePart], ...]
    digest: str | Param
    key: str
    bounds: Bounds
    visible_to: frozenset[str] = frozenset()
    masked: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """An object without a node of its own (`viewer`): keys to outputs that stand on their own."""

    outputs: tuple[tuple[str, Output], ...]


Output = (
    Typename
    | Fixed
    | Leaf
    | MoneyLeaf
    | ComputedLeaf
    | ChangedLeaf
    | MatchedField
    | CursorLeaf
    | ScoreLeaf
    | One
    | Listed
    | Page
    | Group
)


@dataclass(slots=True)
class Plan:
    """A whole operation: the keys of its response."""

    outputs: tuple[tuple[str, Output], ...]
