"""Ways through the graph: one hop, and the declared reasons for which a viewer may see a node."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Direction = Literal["out", "in", "both"]

SELF = "self"
"""Among the roles that see a value: the party that it is told of, whatever its roles."""


@dataclass(frozen=True, slots=True)
class Step:
    """One hop: relationship type and direction seen from the owner.

    `relationship` is set where the relationship has an id and properties of its own. `key` names the property of the
    far node that repeats the owner's property `near`, so that a hub is paged through an index and never expanded;
    `also` adds pairs of far and near properties that must be equal too.
    """

    type: str
    direction: Direction
    relationship: str | None = None
    key: str | None = None
    near: str = "id"
    also: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """Steps from a node to one that the viewer stands for; no steps: the node itself. For staff it carries the
    `organisationId` of one of their organisations, for a viewer who sees only its own it is its party. Staff who are
    led by a way that `keeps` may change the node, too."""

    steps: tuple[Step, ...] = ()
    keeps: bool = False


@dataclass(frozen=True, slots=True)
class Behind:
    """A node may be seen by whoever may see the node behind its reference of this name, and those behind the references
    of `also` where they lead anywhere; and changed by whoever may change that node."""

    reference: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Without:
    """A node may be seen by everybody while its reference of this name leads nowhere."""

    reference: str


@dataclass(frozen=True, slots=True)
class With:
    """A node may be seen by whoever may see one of the nodes in its collection of this name."""

    collection: str


@dataclass(frozen=True, slots=True)
class Everybody:
    """A node may be seen by everybody."""


@dataclass(frozen=True, slots=True)
class About:
    """A node may be seen by the party whose id its key of this reference holds."""

    reference: str


Way = Path | Behind | Without | With | Everybody | About
Scope = tuple[Way, ...]
"""The ways, any of which lets a viewer see something."""
