"""What the clients send: each write leaves a mark of its own in the graph, and says what must be found under it.

A mark is a text and an instant that no other write has. `leaves` counts what carries one of them: nodes by label,
relationships by type, and changes of history by kind and type (`ENDED Employment`). A write took place wholly where all
of that is found, and not at all where nothing is.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from graph.writer.errors import (
    AlreadyOpenError,
    BadMoveError,
    CycleError,
    RefundTooLargeError,
    VersionConflictError,
)

ORGANISATIONS, PERSONS = 3, 5
REQUEST = "Request"
_SINCE, _UNTIL = datetime(2024, 1, 1), datetime(2025, 1, 1)  # noqa: DTZ001  # written with a Z
_MOVES = ("CURRENT", "LOYAL", "LAPSED", "LOST")
State = Literal["sent", "acknowledged", "refused", "unknown"]


@dataclass(slots=True)
class Write:
    """One mutation under its key, which is its mark.

    `refusals` are the codes that others may have given cause for; `hot` names the node whose version it counts on;
    where it may find nothing to change, `idle`, its key alone is left then. `id` and `code` are what it was answered.
    """

    kind: str
    mark: str
    instant: str
    name: str
    payload: str
    given: Mapping[str, Any]
    leaves: Mapping[str, int]
    refusals: frozenset[str] = frozenset()
    hot: str | None = None
    idle: bool = False
    state: State = "sent"
    id: str | None = None
    code: str | None = None

    @property
    def text(self) -> str:
        """`mutation ($input: EndMemberOfInput!) { endMemberOf(input: $input) { id userErrors { code message } } }`"""
        input = f"{self.name[0].upper()}{self.name[1:]}Input"
        shown = "id" if self.payload == "id" else f"{self.payload} {{ id }}"
        return (
            f"mutation ($input: {input}!) {{ {self.name}(input: $input) {{ {shown} userErrors {{ code message }} }} }}"
        )

    @property
    def makes(self) -> bool:
        """Whether it is answered with something that it made."""
        return self.kind != "move" and any(name.startswith("CREATED ") for name in self.leaves)

    @property
    def variables(self) -> dict[str, Any]:
        """The input, under its key."""
        return {"input": {**self.given, "idempotencyKey": self.mark}}


@dataclass(slots=True)
class Hot:
    """The few parties that all clients write on, and what they made there so far: ids."""

    organisations: list[str]
    persons: list[str]
    products: list[str]
    memberships: list[str] = field(default_factory=list)
    employments: list[str] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)
    customers: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    sent: int = 0

    def next(self) -> tuple[str, timedelta]:
        """A mark that no other write has, and the time from an epoch to its instant."""
        self.sent += 1
        return f"mark-{self.sent}.", timedelta(milliseconds=self.sent)

    def acknowledged(self, write: Write, lines: list[str]) -> None:
        """Takes what a write made, for others to go on with."""
        if write.id is not None:
            kept = {"relate": self.memberships, "employ": self.employments, "report": self.reports}
            kept.get(write.kind, self.customers if write.kind == "customer" else []).append(write.id)
        # Few lines, so that refunds meet on them.
        self.lines[:] = (self.lines + lines)[-4:]


def text_of(epoch: datetime, after: timedelta) -> str:
    """An instant as it is stored."""
    return (epoch + after).isoformat(timespec="milliseconds") + "Z"


def made(*names: str, more: Mapping[str, int] | None = None) -> dict[str, int]:
    """What a write leaves that made one thing of each name, or as many as `more` says."""
    counts = {**dict.fromkeys(names, 1), **(more or {})}
    return {**counts, **{f"CREATED {_type(name)}": n for name, n in counts.items()}, REQUEST: 1}


def changed(kind: str, type: str) -> dict[str, int]:
    """What a write leaves that changed or ended one thing."""
    return {f"{kind} {type}": 1, REQUEST: 1}


def _type(name: str) -> str:
    """`MEMBER_OF` is `MemberOf`."""
    return "".join(part.capitalize() for part in name.split("_")) if name.isupper() else name


def _ref(id: str) -> dict[str, str]:
    return {"id": id}


Draw = Callable[[Hot, random.Random, str, timedelta], "Write | None"]


def create(_hot: Hot, _dice: random.Random, mark: str, after: timedelta) -> Write:
    """An organisation with a product, and a unit with an employee who is made too."""
    since = text_of(_SINCE, after)
    work = {"title": mark, "since": since, "person": {"createPerson": {"name": mark}}}
    unit = {"createOrgUnit": {"name": mark, "kind": "DEPARTMENT", "employees": [work]}}
    given = {
        "name": mark,
        "kind": "BUSINESS",
        "externalKey": f"faults:organisation:{mark}",
        "products": [{"name": mark, "kind": "GOOD", "discontinued": False}],
        "units": [{"since": since, "node": unit}],
    }
    names = ("Organisation", "Product", "OrgUnit", "Employment", "Person", "PART_OF")
    return Write("create", mark, since, "createOrganisation", "organisation", given, made(*names))


def relate(hot: Hot, dice: random.Random, mark: str, after: timedelta) -> Write:
    """A membership."""
    since = text_of(_SINCE, after)
    ends = {"source": _ref(dice.choice(hot.persons)), "target": _ref(dice.choice(hot.organisations))}
    given = {**ends, "since": since, "role": mark}
    return Write("relate", mark, since, "createMemberOf", "id", given, made("MEMBER_OF"))


def employ(hot: Hot, dice: random.Random, mark: str, after: timedelta) -> Write:
    """A job; one is open for a person and employer."""
    since = text_of(_SINCE, after)
    ends = {"person": _ref(dice.choice(hot.persons)), "employer": _ref(dice.choice(hot.organisations))}
    given = {**ends, "since": since, "title": mark}
    leaves, refusals = made("Employment"), frozenset({AlreadyOpenError.code})
    return Write("employ", mark, since, "createEmployment", "employment", given, leaves, refusals)


def report(hot: Hot, dice: random.Random, mark: str, after: timedelta) -> Write:
    """A reporting line, which many would close to a circle."""
    since = text_of(_SINCE, after)
    source, target = dice.sample(hot.persons, 2)
    given = {"source": _ref(source), "target": _ref(target), "since": since}
    refusals = frozenset({CycleError.code})
    return Write("report", mark, since, "createReportsTo", "id", given, made("REPORTS_TO"), refusals)


def customer(hot: Hot, dice: random.Random, mark: str, after: timedelta) -> Write:
    """A customer; one is open for a party and seller."""
    since = text_of(_SINCE, after)
    ends = {"party": _ref(dice.choice(hot.persons)), "seller": _ref(dice.choice(hot.organisations))}
    given = {**ends, "since": since, "lifecycle": "POTENTIAL"}
    leaves, refusals = made("Customer"), frozenset({AlreadyOpenError.code})
    return Write("customer", mark, since, "createCustomer", "customer", given, leaves, refusals)


def move(hot: Hot, dice: random.Random, mark: str, after: timedelta) -> Write | None:
    """A customer moves to another stage."""
    if not hot.customers:
        return None
    given = {"by": _ref(dice.choice(hot.customers[-6:])), "to": dice.choice(_MOVES), "reason": mark}
    refusals = frozenset({BadMoveError.code})
    leaves, at = made("CustomerStage"), text_of(_UNTIL, after)
    return Write("move", mark, at, "moveCustomer", "customer", given, leaves, refusals, idle=True)


def buy(hot: Hot, dice: random.Random, mark: str, after: timedelta) -> Write:
    """A purchase with two lines of what the seller offers."""
    at, place = text_of(_SINCE, after), dice.randrange(len(hot.organisations))
    lines = [
        {"position": n, "quantity": "2", "unitPrice": "10", "discount": "0", "product": _ref(hot.products[place])}
        for n in (1, 2)
    ]
    ends = {"buyer": _ref(dice.choice(hot.persons)), "seller": _ref(hot.organisations[place])}
    given = {**ends, "at": at, "reference": mark, "currency": "VND", "lines": lines}
    leaves = made("Purchase", more={"PurchaseLine": 2})
    return Write("buy", mark, at, "createPurchase", "purchase", given, leaves)


def refund(hot: Hot, dice: random.Random, mark: str, after: timedelta) -> Write | None:
    """A refund of a line, which others refund too."""
    if not hot.lines:
        return None
    given = {"line": _ref(dice.choice(hot.lines)), "amount": "3", "at": text_of(_UNTIL, after), "reason": mark}
    leaves, refusals = made("Refund"), frozenset({RefundTooLargeError.code})
    return Write("refund", mark, text_of(_UNTIL, after), "createRefund", "refund", given, leaves, refusals)


def end(kind: str, type: str, of: Callable[[Hot], list[str]], payload: str, name: str) -> Draw:
    """The end of something that is there, whoever made it."""

    def draw(hot: Hot, dice: random.Random, mark: str, after: timedelta) -> Write | None:
        if not (known := of(hot)):
            return None
        until, id = text_of(_UNTIL, after), dice.choice(known[-6:])
        given = {"until": until, **({"id": id} if payload == "id" else {"by": _ref(id)})}
        return Write(kind, mark, until, name, payload, given, changed("ENDED", type))

    return draw


def rename(id: str, version: int, mark: str, after: timedelta) -> Write:
    """A hot person moves house, if nobody changed it meanwhile."""
    given = {"by": _ref(id), "address": mark, "expectedVersion": version}
    leaves, refusals = changed("UPDATED", "Person"), frozenset({VersionConflictError.code})
    return Write("rename", mark, text_of(_UNTIL, after), "updatePerson", "person", given, leaves, refusals, id)


def count(id: str, version: int, value: int, mark: str, after: timedelta) -> Write:
    """A number of a hot organisation goes up by one, if nobody changed it meanwhile."""
    given = {"by": _ref(id), "loyalWithinDays": value + 1, "website": mark, "expectedVersion": version}
    leaves, refusals = changed("UPDATED", "Organisation"), frozenset({VersionConflictError.code})
    at = text_of(_UNTIL, after)
    return Write("count", mark, at, "updateOrganisation", "organisation", given, leaves, refusals, id)


DRAWS: tuple[Draw, ...] = (
    create,
    relate,
    employ,
    report,
    customer,
    move,
    buy,
    buy,
    refund,
    refund,
    end("unrelate", "MemberOf", lambda hot: hot.memberships, "id", "endMemberOf"),
    end("leave", "Employment", lambda hot: hot.employments, "employment", "endEmployment"),
    end("unreport", "ReportsTo", lambda hot: hot.reports, "id", "endReportsTo"),
    end("part", "Customer", lambda hot: hot.customers, "customer", "endCustomer"),
)
"""What a client may do without looking first."""

FEW: tuple[Draw, ...] = (buy,)
"""For a database that has just started: the first statements of each kind take it long."""
