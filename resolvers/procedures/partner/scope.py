"""What every field of a partner asks first: whose eyes, which programme, how deep, how many."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from graph.compiler.planner.context import PageSizeError
from graph.compiler.planner.filters import enum_member
from graph.compiler.planner.windows import decode_cursor, encode_cursor
from graph.errors import InputError
from graph.model.values import decimal_text, id_prefix
from graph.mutations.drafts import name_of
from graph.referrals import Programme, find_programme
from graph.writer.errors import NotFoundError
from resolvers.procedures.base import Call, Payload

DEEPEST = 20
"""Levels that a walk goes down or up at most."""


class DepthError(InputError):
    """A depth or level is out of range."""

    code = "CHAIN_DEPTH"
    text = "{argument} is {actual}; it must be from 1 to {limit}."
    hint = "A level counts the referrals between: 1 for who was referred by the partner itself."


class TimeZoneError(InputError):
    """There is no such time zone."""

    code = "TIME_ZONE"
    text = "There is no time zone {value!r}."
    hint = "Give a name of the IANA database, such as Asia/Ho_Chi_Minh."


class Sight(Enum):
    """Whether the chain of a partner is shown to itself, or to who looks after the programme."""

    OWN = "own"
    ALL = "all"


async def programme_of(sight: Sight, call: Call) -> Programme:
    """The programme that the call names; whoever is limited to organisations looks after those of theirs alone."""
    name = name_of(call.arguments["programme"])
    found = await find_programme(call.database, name)
    limited = call.viewer.organisations
    if sight is Sight.ALL and limited is not None and found.organisation not in limited:
        raise NotFoundError(type="ReferralProgramme", value=name)
    return found


def within(call: Call, name: str, limit: int, default: int) -> int:
    """A depth or level that is given, or the default; raises DepthError."""
    given = call.arguments.get(name)
    value = default if given is None else int(given)
    if not 1 <= value <= limit:
        raise DepthError(argument=name, actual=value, limit=limit)
    return value


def first_of(call: Call) -> int:
    """How many are asked for; raises PageSizeError."""
    given = call.arguments.get("first")
    first = call.limits.page_default if given is None else int(given)
    if not 0 <= first <= call.limits.page_max:
        raise PageSizeError(argument="first", actual=first, limit=call.limits.page_max)
    return first


def state_of(call: Call) -> str | None:
    """The state that is asked for, None for any."""
    given = call.arguments.get("state")
    return None if given is None else str(getattr(given, "name", given))


def zone_of(call: Call) -> ZoneInfo:
    """The time zone that the call names, UTC where it names none."""
    zone = call.arguments.get("timeZone") or "UTC"
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise TimeZoneError(value=zone) from None


def place_of(call: Call, order: str) -> str:
    """The id after which the page begins; empty for the first page."""
    after = call.arguments.get("after")
    return "" if after is None else str(decode_cursor("after", after, order, [(str, False)])[0])


def money_of(amount: int, currency: str) -> Payload:
    """An amount in ten-thousandths as `Money`."""
    return {"__typename": "Money", "amount": decimal_text(amount), "currency": currency}


def party_of(call: Call, id: str, name: str) -> Payload:
    """A party as far as a partner needs to know it."""
    kind = call.model.by_prefix[id_prefix(id) or ""]
    return {"__typename": "ChainParty", "id": id, "name": name, "kind": enum_member(kind.name)}


def page(type: str, order: str, nodes: Sequence[Payload], ids: Sequence[str], call: Call, *, more: bool) -> Payload:
    """A connection of these nodes, each at the place of its id."""
    cursors = [encode_cursor(order, [id]) for id in ids]
    edges = [
        {"__typename": f"{type}Edge", "cursor": cursor, "node": node}
        for cursor, node in zip(cursors, nodes, strict=True)
    ]
    return {
        "__typename": f"{type}Connection",
        "edges": edges,
        "nodes": list(nodes),
        "pageInfo": {
            "__typename": "PageInfo",
            "hasNextPage": more,
            "hasPreviousPage": call.arguments.get("after") is not None,
            "startCursor": cursors[0] if cursors else None,
            "endCursor": cursors[-1] if cursors else None,
            "stoppedEarly": False,
        },
    }
