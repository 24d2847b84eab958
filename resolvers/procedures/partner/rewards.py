"""What a partner earned, and why: values, and their types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import strawberry
from strawberry.types.field import StrawberryField

from graph.compiler.planner.windows import digest
from graph.referrals import Credited, RewardCondition, attribution, rewards, totals
from graph.rewards import Reason
from resolvers.procedures.base import Call, NodeRef, Payload
from resolvers.procedures.partner.scope import (
    Sight,
    first_of,
    money_of,
    page,
    party_of,
    place_of,
    programme_of,
    state_of,
)
from resolvers.types.connections import money, page_info
from resolvers.types.objects import object_type
from resolvers.types.registry import Registry, Type, argument, field, many, optional, set_fields

_ORDER = digest("rewards")


async def rewards_part(party: str, sight: Sight, call: Call) -> Payload:
    """`rewards(programme, state, first, after)`."""
    programme, first = await programme_of(sight, call), first_of(call)
    place = place_of(call, _ORDER)
    found = await rewards(call.database, programme, party, state=state_of(call), after=place, first=first + 1)
    sums = await totals(call.database, programme, party)
    nodes = [
        {"__typename": "PartnerReward", "reward": NodeRef(one.id), "missing": list(one.missing)}
        for one in found[:first]
    ]
    told = page("PartnerReward", _ORDER, nodes, [one.id for one in found[:first]], call, more=len(found) > first)
    return told | {
        "totals": [
            {
                "__typename": "RewardTotal",
                "state": total.state,
                "rewards": total.rewards,
                "amount": money_of(total.amount, programme.currency),
            }
            for total in sums
        ]
    }


async def attribution_part(party: str, sight: Sight, call: Call) -> list[Payload]:
    """`attribution(reward)`: the partner itself sees no further up than itself."""
    limited = call.viewer.organisations if sight is Sight.ALL else None
    found = await attribution(call.database, str(call.arguments["reward"]), party=party, organisations=limited)
    own = next((n for n, one in enumerate(found, 1) if one.credit.link.referrer == party), len(found))
    return [_attributed(call, one) for one in (found[:own] if sight is Sight.OWN else found)]


def _attributed(call: Call, one: Credited) -> Payload:
    credit = one.credit
    return {
        "__typename": "RewardAttribution",
        "level": credit.level,
        "party": party_of(call, credit.link.referrer, one.name),
        "referral": NodeRef(credit.link.referral),
        "rule": None if credit.rule is None else NodeRef(credit.rule),
        "reward": None if one.reward is None else NodeRef(one.reward),
        "reason": credit.reason,
    }


def reward_fields(
    registry: Registry, programme: Callable[[], Any], first: Callable[[], Any], party: Type
) -> list[StrawberryField]:
    """The fields of a partner that tell of rewards."""
    return [
        field(
            "rewards",
            _connection(registry),
            "What it earned, in the order in which it was worked out, with its sums.",
            [
                programme(),
                argument("state", optional(_state(registry)), "Only those in this state."),
                first(),
                argument("after", optional(str), "Only what comes after this cursor."),
            ],
        ),
        field(
            "attribution",
            many(_attribution(registry, party)),
            "Who was credited by the purchase of one of its rewards, level by level from the buyer up, and why; a "
            "partner sees no further up than itself.",
            [argument("reward", strawberry.ID, "The id of the reward.")],
        ),
    ]


def _state(registry: Registry) -> Type:
    return registry.scalar(registry.model.type("ReferralReward").stored("state").scalar)


def _connection(registry: Registry) -> Type:
    def node(made: Type) -> None:
        reward = optional(object_type(registry, registry.model.type("ReferralReward")))
        missing = many(registry.choice(RewardCondition))
        set_fields(
            made,
            [
                field("reward", reward, "The reward."),
                field("missing", missing, "What a pending reward still waits for; empty for all others."),
            ],
        )

    def edge(made: Type) -> None:
        set_fields(
            made,
            [
                field("cursor", str, "The place of the reward, for after."),
                field("node", registry.output("PartnerReward", "A reward and what it waits for.", node), "The reward."),
            ],
        )

    def total(made: Type) -> None:
        set_fields(
            made,
            [
                field("state", _state(registry), "The state."),
                field("rewards", int, "How many rewards are in it."),
                field("amount", money(registry), "Their sum."),
            ],
        )

    def fill(made: Type) -> None:
        nodes = registry.output("PartnerReward", "A reward and what it waits for.", node)
        edges = registry.output("PartnerRewardEdge", "A reward and its place.", edge)
        sums = registry.output("RewardTotal", "All rewards of one state.", total)
        set_fields(
            made,
            [
                field("edges", many(edges), "The rewards, each with its cursor."),
                field("nodes", many(nodes), "The rewards alone."),
                field("pageInfo", page_info(registry), "Where the page stands."),
                field("totals", many(sums), "All rewards of the partner in the programme, state by state."),
            ],
        )

    return registry.output("PartnerRewardConnection", "What a partner earned.", fill)


def _attribution(registry: Registry, party: Type) -> Type:
    def fill(made: Type) -> None:
        referral, rule, reward = (
            optional(object_type(registry, registry.model.type(name)))
            for name in ("Referral", "RewardRule", "ReferralReward")
        )
        set_fields(
            made,
            [
                field("level", int, "How many referrals lead from it to the buyer."),
                field("party", party, "Who it is."),
                field("referral", referral, "The referral that leads to it."),
                field("rule", rule, "The rule of its level at that time; null where there was none."),
                field("reward", reward, "What it was credited with; null where it was not."),
                field("reason", registry.choice(Reason), "Why."),
            ],
        )

    return registry.output("RewardAttribution", "What one level of a chain was credited with by a purchase.", fill)
