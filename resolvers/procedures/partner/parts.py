"""What each field of a partner and of its chain comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from graph.compiler.planner.context import PageSizeError
from graph.compiler.planner.filters import enum_member
from graph.compiler.planner.windows import decode_cursor, digest, encode_cursor
from graph.errors import InputError
from graph.model.values import decimal_text, id_prefix
from graph.mutations.drafts import name_of
from graph.referrals import (
    Hidden,
    Level,
    Member,
    Programme,
    above,
    codes,
    find_programme,
    hidden,
    levels,
    members,
    month,
    referrals,
    stats,
    tree,
)
from graph.writer.errors import NotFoundError
from resolvers.procedures.base import Call, NodeRef, Parted, Payload

_ORDER = digest("referrals")
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


@dataclass(frozen=True, slots=True)
class Chain:
    """The chain of a party in a programme, down to `depth`; `shown` levels of it are told in full."""

    party: str
    programme: Programme
    depth: int
    shown: int
    sight: Sight

    @property
    def near(self) -> int:
        """How deep the levels go that are told in full."""
        return min(self.depth, self.shown)


def partner(party: str, sight: Sight) -> Parted:
    """A partner, whose fields run by themselves."""
    return Parted(
        "Partner",
        {
            "party": partial(_party, party),
            "codes": partial(_codes, party, sight),
            "chain": partial(_chain, party, sight),
            "referrals": partial(_referrals, party, sight),
            "tree": partial(_tree, party, sight),
            "stats": partial(_stats, party, sight),
        },
    )


async def _party(party: str, _call: Call) -> NodeRef:
    return NodeRef(party)


async def _codes(party: str, sight: Sight, call: Call) -> list[NodeRef]:
    programme = await _programme(sight, call)
    return [NodeRef(id) for id in await codes(call.database, programme, party, first=_first(call))]


async def _programme(sight: Sight, call: Call) -> Programme:
    """The programme that the call names; whoever is limited to organisations looks after those of theirs alone."""
    name = name_of(call.arguments["programme"])
    found = await find_programme(call.database, name)
    limited = call.viewer.organisations
    if sight is Sight.ALL and limited is not None and found.organisation not in limited:
        raise NotFoundError(type="ReferralProgramme", value=name)
    return found


async def _open(party: str, sight: Sight, call: Call) -> Chain:
    programme = await _programme(sight, call)
    depth = _within(call, "depth", DEEPEST, programme.levels)
    return Chain(party, programme, depth, programme.levels if sight is Sight.OWN else DEEPEST, sight)


def _within(call: Call, name: str, limit: int, default: int) -> int:
    given = call.arguments.get(name)
    value = default if given is None else int(given)
    if not 1 <= value <= limit:
        raise DepthError(argument=name, actual=value, limit=limit)
    return value


def _first(call: Call) -> int:
    given = call.arguments.get("first")
    first = call.limits.page_default if given is None else int(given)
    if not 0 <= first <= call.limits.page_max:
        raise PageSizeError(argument="first", actual=first, limit=call.limits.page_max)
    return first


def _state(call: Call) -> str | None:
    given = call.arguments.get("state")
    return None if given is None else str(getattr(given, "name", given))


async def _chain(party: str, sight: Sight, call: Call) -> Parted:
    chain = await _open(party, sight, call)

    async def programme(_: Call) -> NodeRef:
        return NodeRef(chain.programme.id)

    async def depth(_: Call) -> int:
        return chain.depth

    async def shown(_: Call) -> int:
        return chain.shown

    parts = {"levels": _levels, "members": _members, "above": _above}
    return Parted(
        "PartnerChain",
        {
            "programme": programme,
            "depth": depth,
            "shownDepth": shown,
            **{name: partial(part, chain) for name, part in parts.items()},
        },
    )


async def _hidden(chain: Chain, call: Call, *, first: int) -> Sequence[Hidden]:
    return await hidden(
        call.database, chain.programme, chain.party, chain.shown, chain.depth, first=first, most=call.limits.set_max
    )


async def _levels(chain: Chain, call: Call) -> list[Payload]:
    most = call.limits.set_max
    found = await levels(call.database, chain.programme, chain.party, chain.near, most=most)
    return [
        *(_level(level, chain.programme) for level in found),
        *(_hidden_level(level) for level in await _hidden(chain, call, first=0)),
    ]


def _level(level: Level, programme: Programme) -> Payload:
    spend = {"__typename": "Money", "amount": decimal_text(level.spend), "currency": programme.currency}
    return {
        "__typename": "ChainLevel",
        "level": level.level,
        "people": level.people,
        "conversions": level.conversions,
        "spend": spend,
        "isComplete": level.is_complete,
        "redacted": False,
    }


def _hidden_level(level: Hidden) -> Payload:
    return {
        "__typename": "ChainLevel",
        "level": level.level,
        "people": level.people,
        "conversions": None,
        "spend": None,
        "isComplete": level.is_complete,
        "redacted": True,
    }


async def _members(chain: Chain, call: Call) -> list[Payload]:
    first = _first(call)
    most = call.limits.set_max
    found = await members(call.database, chain.programme, chain.party, chain.near, first=first, most=most)
    return [
        *(_member(call, member) for member in found),
        *(
            _stub(stub.level, stub.state, stub.month)
            for level in await _hidden(chain, call, first=first)
            for stub in level.stubs
        ),
    ]


async def _above(chain: Chain, call: Call) -> list[Payload]:
    """A partner sees who referred it; of those further up, that they are there."""
    found = await above(call.database, chain.programme, chain.party, chain.depth)
    return [
        _member(call, member)
        if chain.sight is Sight.ALL or member.level == -1
        else _stub(member.level, member.state, month(member.since))
        for member in found
    ]


async def _referrals(party: str, sight: Sight, call: Call) -> Payload:
    programme = await _programme(sight, call)
    deepest = programme.levels if sight is Sight.OWN else DEEPEST
    level, first, after = _within(call, "level", deepest, 1), _first(call), call.arguments.get("after")
    place = "" if after is None else decode_cursor("after", after, _ORDER, [(str, False)])[0]
    found = await referrals(
        call.database,
        programme,
        party,
        level,
        state=_state(call),
        after=place,
        first=first + 1,
        most=call.limits.set_max,
    )
    nodes = [_member(call, member) for member in found[:first]]
    edges = [
        {"__typename": "ChainMemberEdge", "cursor": encode_cursor(_ORDER, [node["id"]]), "node": node} for node in nodes
    ]
    return {
        "__typename": "ChainMemberConnection",
        "edges": edges,
        "nodes": nodes,
        "pageInfo": {
            "__typename": "PageInfo",
            "hasNextPage": len(found) > first,
            "hasPreviousPage": after is not None,
            "startCursor": edges[0]["cursor"] if edges else None,
            "endCursor": edges[-1]["cursor"] if edges else None,
            "stoppedEarly": False,
        },
    }


async def _tree(party: str, sight: Sight, call: Call) -> Payload:
    chain = await _open(party, sight, call)
    most = call.limits.set_max
    found = await tree(call.database, chain.programme, party, chain.near, first=_first(call), most=most)
    return {
        "__typename": "ChainTree",
        "nodes": [_member(call, member) for member in found.members],
        "edges": [
            {"__typename": "ChainTreeEdge", "source": member.parent, "target": member.party} for member in found.members
        ],
        "left": [
            {"__typename": "ChainTreeRest", "level": level, "people": people} for level, people in found.left.items()
        ],
    }


async def _stats(party: str, sight: Sight, call: Call) -> list[Payload]:
    zone = call.arguments.get("timeZone") or "UTC"
    try:
        within = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise TimeZoneError(value=zone) from None
    programme, most = await _programme(sight, call), call.limits.set_max
    depth = programme.levels if sight is Sight.OWN else DEEPEST
    found = await members(call.database, programme, party, depth, first=most, most=most)
    by = str(getattr(call.arguments["by"], "name", call.arguments["by"]))
    return [
        {
            "__typename": "ChainShare",
            "group": share.group,
            "people": share.people,
            "conversions": share.conversions,
        }
        for share in stats(found, by, within)
    ]


def _member(call: Call, member: Member) -> Payload:
    type = call.model.by_prefix[id_prefix(member.party) or ""]
    party = {
        "__typename": "ChainParty",
        "id": member.party,
        "name": member.name,
        "kind": enum_member(type.name),
    }
    return _stub(member.level, member.state, month(member.since)) | {
        "id": member.referral,
        "since": member.since,
        "code": member.code,
        "channel": member.channel,
        "party": party,
        "referredBy": member.parent,
        "redacted": False,
    }


def _stub(level: int, state: str, month: str | None) -> dict[str, Any]:
    return {
        "__typename": "ChainMember",
        "id": None,
        "level": level,
        "state": state,
        "month": month,
        "since": None,
        "code": None,
        "channel": None,
        "party": None,
        "referredBy": None,
        "redacted": True,
    }
