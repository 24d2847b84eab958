"""Which nodes a plan means: matches, conditions on them, their order, and the part of it that is wanted.

Rules add conditions to every Match and change nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from graph.compiler.inputs import Variables
from graph.model.elements import NodeType, RelationshipType
from graph.model.ways import Step


@dataclass(slots=True)
class Binding:
    """What parameters are read from at each execution; `written` holds the ids that a mutation wrote just before, or
    lists of those that a procedure answered with. `led` tells of ids that are no node's any more where they lead."""

    variables: Variables
    scope: tuple[str, ...]
    party: str | None
    written: Mapping[str, Any] = field(default_factory=dict)
    led: Mapping[str, str] = field(default_factory=dict)
    memo: dict[int, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Param:
    """A parameter of the statement; equal only to itself. `read` may raise an InputError."""

    read: Callable[[Binding], Any]


On = Literal["node", "edge"]


@dataclass(frozen=True, slots=True)
class Ref:
    """A stored property of the node or of the relationship of the Match around it."""

    name: str
    on: On = "node"
    visible_to: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Compare:
    """`ref op param`; false where the property is missing."""

    ref: Ref
    op: Literal["=", "<", "<=", ">", ">=", "IN", "CONTAINS", "STARTS WITH"]
    param: Param


@dataclass(frozen=True, slots=True)
class IsNull:
    """The property is missing, or is not."""

    ref: Ref
    missing: bool


@dataclass(frozen=True, slots=True)
class Both:
    """All of the predicates hold; true where there are none."""

    items: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of the predicates holds; false where there are none."""

    items: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """The predicate does not hold: a missing value makes it true."""

    item: Predicate


@dataclass(frozen=True, slots=True)
class HasLabel:
    """The node is of one of these types."""

    types: tuple[NodeType, ...]


@dataclass(slots=True)
class Related:
    """How many nodes of `match` satisfy `condition`: some, none, all, or exactly a single one."""

    match: Match
    quantifier: Literal["some", "none", "all", "single"]
    condition: Predicate


Predicate = Compare | IsNull | Both | Either | Negation | HasLabel | Related


@dataclass(frozen=True, slots=True)
class Period:
    """The time a dated fact must have been open at: a moment (`start is end`) or any part of a period; None is now."""

    start: Param
    end: Param


@dataclass(frozen=True, slots=True)
class FullText:
    """Candidates come from the full-text index: `query` in Lucene's syntax, at most `window` of them; `terms` are the
    folded words of the text."""

    query: Param
    terms: Param
    window: Param


@dataclass(slots=True)
class Match:
    """A set of nodes: all of a type, those one step from the node around, or those an external key or a text finds.

    `where` is the client's condition; `rules` holds what the rules add (openness, visibility) and is kept apart so that
    plans show which is which. `visible_to` names the roles that may follow the step; all may where it is empty. `index`
    names the properties of the index that a keyed step goes through, where another one would do as well.
    """

    target: NodeType
    step: Step | None = None
    relationship: RelationshipType | None = None
    external_key: Param | None = None
    full_text: FullText | None = None
    time: Period | None = None
    where: list[Predicate] = field(default_factory=list)
    rules: list[Predicate] = field(default_factory=list)
    visible_to: frozenset[str] = frozenset()
    index: tuple[str, ...] = ()


Measure = Literal["count", "sum", "min", "max"]


@dataclass(slots=True)
class Aggregated:
    """A figure over the nodes of a match: their count, or sum, min or max of one property."""

    match: Match
    measure: Measure
    ref: Ref | None


@dataclass(frozen=True, slots=True)
class OrderKey:
    """One key of an order. `nullable` keys place missing values last in both directions."""

    by: Ref | Aggregated | Literal["score"]
    descending: bool
    nullable: bool
    kind: type


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of an ordered set: up to `size` rows, after and before positions given as one parameter a key;
    `backward` takes them from the end. `limit` rows are read: one more where `peeks` wants to know whether there are
    more."""

    size: Param
    limit: Param
    peeks: bool
    backward: bool
    after: tuple[Param, ...] | None
    before: tuple[Param, ...] | None
