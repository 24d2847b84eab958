"""What can be written, as plain values, and what became of it.

A node is named by its id, by an external key (`northwind:customer:ALFKI`: source, kind, key) or by a name that holds
within one call (`_:contact`). Values are given under the names clients know, in the form clients send.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from graph.errors import CustomerGraphError

Status = Literal["created", "updated", "unchanged", "deleted"]
Expect = Literal["any", "absent", "present"]


@dataclass(frozen=True, slots=True)
class Put:
    """A node of this type has these values and references; others stay as they are.

    `node` None or `_:name` makes a new one, an external key makes it where it is absent, an id must exist; `expect` is
    for those who mean only one of these. None takes a value or a reference away.
    """

    type: str
    node: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    references: Mapping[str, str | None] = field(default_factory=dict)
    expected_version: int | None = None
    expect: Expect = "any"


@dataclass(frozen=True, slots=True)
class Relate:
    """A declared relationship with these values leads from source to target.

    One between the same two whose values under `match` are equal is changed; where there is none, one is made. With
    `expect` "absent" there must be none.
    """

    relationship: str
    source: str
    target: str
    values: Mapping[str, Any] = field(default_factory=dict)
    match: tuple[str, ...] = ("since",)
    expect: Expect = "any"


@dataclass(frozen=True, slots=True)
class Amend:
    """The relationship with this id has these values; others stay as they are."""

    relationship: str
    id: str
    values: Mapping[str, Any] = field(default_factory=dict)
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class End:
    """A dated node or relationship ends at this instant. A relationship is named by its id. `successor` names the node
    that takes over what ends with it."""

    type: str
    node: str
    until: str
    expected_version: int | None = None
    successor: str | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A node moves to another stage, at an instant (now where none is given) and for a reason; to one that may not
    follow the present one only where it may move `anywhere`."""

    type: str
    node: str
    to: str
    at: str | None = None
    reason: str | None = None
    expected_version: int | None = None
    anywhere: bool = False


@dataclass(frozen=True, slots=True)
class Delete:
    """A node that no other one refers to goes, with the keys of other systems that name it.

    `into` is the id of the node that it is one with from now on: its history goes there, and it is in use as long as a
    key names it.
    """

    type: str
    node: str
    expected_version: int | None = None
    into: str | None = None


@dataclass(frozen=True, slots=True)
class Redirect:
    """What led to one node leads to another: the reference `field` of a node, or an end (`source`, `target`) of a
    relationship.

    A relationship that would lead from a node to itself goes; one that says the same as another one between the two, at
    a time that touches, becomes one with it. Both nodes and relationships are named by their ids.
    """

    type: str
    node: str
    field: str
    to: str


@dataclass(frozen=True, slots=True)
class Erase:
    """The personal values of a node or relationship, named by its id, are gone for good; a node that is personal as a
    whole goes. History says which, and no more."""

    type: str
    node: str


Change = Put | Relate | Amend | End | Move | Delete | Redirect | Erase
Group = Sequence[Change]


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one change: the id of its node or relationship, the version it has now, and for a relationship the
    ids of source and target."""

    type: str
    id: str
    version: int
    status: Status
    ends: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one group: one Written for each change, or the error for which nothing of it was written, with the
    place of the change that it concerns."""

    written: tuple[Written, ...] = ()
    error: CustomerGraphError | None = None
    place: int | None = None

    @property
    def status(self) -> Status | Literal["rejected"]:
        """`rejected`, else the strongest status of its changes."""
        if self.error is not None:
            return "rejected"
        found = {w.status for w in self.written}
        order: tuple[Status, ...] = ("created", "deleted", "updated", "unchanged")
        return next((status for status in order if status in found), "unchanged")
