"""What each field of a chain comes to, and the pages and figures of referrals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from graph.compiler.planner.windows import digest
from graph.referrals import (
    Hidden,
    Level,
    Member,
    Programme,
    above,
    earned_by_level,
    hidden,
    levels,
    members,
    month,
    referrals,
    stats,
    tree,
)
from resolvers.procedures.base import Call, NodeRef, Parted, Payload
from resolvers.procedures.partner.scope import (
    DEEPEST,
    Sight,
    first_of,
    money_of,
    page,
    party_of,
    place_of,
    programme_of,
    state_of,
    within,
    zone_of,
)

_ORDER = digest("referrals")


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


async def _open(party: str, sight: Sight, call: Call) -> Chain:
    programme = await programme_of(sight, call)
    depth = within(call, "depth", DEEPEST, programme.levels)
    return Chain(party, programme, depth, programme.levels if sight is Sight.OWN else DEEPEST, sight)


async def chain_part(party: str, sight: Sight, call: Call) -> Parted:
    """`chain(programme, depth)`."""
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
    """The levels that have anybody, or had when the partner earned something by them."""
    most = call.limits.set_max
    found = await levels(call.database, chain.programme, chain.party, chain.near, most=most)
    earned = await earned_by_level(call.database, chain.programme, chain.party)
    left = earned.keys() - {level.level for level in found}
    told = [*found, *(Level(level, 0, 0, 0, is_complete=True) for level in left if level <= chain.near)]
    return [
        *(_level(level, chain.programme, earned) for level in sorted(told, key=lambda level: level.level)),
        *(_hidden_level(level) for level in await _hidden(chain, call, first=0)),
    ]


def _level(level: Level, programme: Programme, earned: Mapping[int, int]) -> Payload:
    return {
        "__typename": "ChainLevel",
        "level": level.level,
        "people": level.people,
        "conversions": level.conversions,
        "spend": money_of(level.spend, programme.currency),
        "rewards": money_of(earned.get(level.level, 0), programme.currency),
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
        "rewards": None,
        "isComplete": level.is_complete,
        "redacted": True,
    }


async def _members(chain: Chain, call: Call) -> list[Payload]:
    first = first_of(call)
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


async def referrals_part(party: str, sight: Sight, call: Call) -> Payload:
    """`referrals(programme, level, state, first, after)`."""
    programme = await programme_of(sight, call)
    deepest = programme.levels if sight is Sight.OWN else DEEPEST
    level, first = within(call, "level", deepest, 1), first_of(call)
    found = await referrals(
        call.database,
        programme,
        party,
        level,
        state=state_of(call),
        after=place_of(call, _ORDER),
        first=first + 1,
        most=call.limits.set_max,
    )
    nodes = [_member(call, member) for member in found[:first]]
    ids = [member.referral for member in found[:first]]
    return page("ChainMember", _ORDER, nodes, ids, call, more=len(found) > first)


async def tree_part(party: str, sight: Sight, call: Call) -> Payload:
    """`tree(programme, depth, first)`."""
    chain = await _open(party, sight, call)
    most = call.limits.set_max
    found = await tree(call.database, chain.programme, party, chain.near, first=first_of(call), most=most)
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


async def stats_part(party: str, sight: Sight, call: Call) -> list[Payload]:
    """`stats(programme, by, timeZone)`."""
    zone = zone_of(call)
    programme, most = await programme_of(sight, call), call.limits.set_max
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
        for share in stats(found, by, zone)
    ]


def _member(call: Call, member: Member) -> Payload:
    return _stub(member.level, member.state, month(member.since)) | {
        "id": member.referral,
        "since": member.since,
        "code": member.code,
        "channel": member.channel,
        "party": party_of(call, member.party, member.name),
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
