"""A statement of account: its fields, and their types."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import strawberry
from strawberry.types.field import StrawberryField

from graph.compiler.planner.windows import digest
from graph.model.scalars import DAY, INSTANT
from graph.referrals import Line, LineKind, Period, Programme, balance, lines, period
from resolvers.procedures.base import Call, NodeRef, Parted, Payload
from resolvers.procedures.partner.scope import (
    Sight,
    first_of,
    money_of,
    page,
    party_of,
    place_of,
    programme_of,
    zone_of,
)
from resolvers.types.connections import money, page_info
from resolvers.types.objects import object_type
from resolvers.types.registry import Registry, Type, argument, field, many, optional, set_fields

_ORDER = digest("statement")


async def statement_part(party: str, sight: Sight, call: Call) -> Parted:
    """`statement(programme, month, timeZone)`."""
    programme, zone = await programme_of(sight, call), zone_of(call)
    within = period(str(call.arguments["month"]), zone)
    plain: dict[str, Any] = {
        "programme": NodeRef(programme.id),
        "from": within.start,
        "to": within.end,
        "timeZone": zone.key,
        "isFinal": within.is_final,
        "payoutOn": None if programme.payout_day is None else str(within.paid_on(programme.payout_day)),
    }

    async def told(name: str, _: Call) -> Any:
        return plain[name]

    return Parted(
        "PartnerStatement",
        {
            **{name: partial(told, name) for name in plain},
            "totals": partial(_totals, party, programme, within),
            "lines": partial(_lines, party, programme, within),
        },
    )


async def _totals(party: str, programme: Programme, within: Period, call: Call) -> Payload:
    found = await balance(call.database, programme, party, within)
    sums = {name: money_of(getattr(found, name), programme.currency) for name in _SUMS}
    return {"__typename": "StatementTotals", **sums}


async def _lines(party: str, programme: Programme, within: Period, call: Call) -> Payload:
    first = first_of(call)
    place = place_of(call, _ORDER)
    found = await lines(call.database, programme, party, within, after=place, first=first + 1)
    nodes = [_line(call, line, programme) for line in found[:first]]
    return page("StatementLine", _ORDER, nodes, [line.id for line in found[:first]], call, more=len(found) > first)


def _line(call: Call, line: Line, programme: Programme) -> Payload:
    return {
        "__typename": "StatementLine",
        "id": line.id,
        "at": line.at,
        "kind": line.kind,
        "amount": money_of(line.amount, programme.currency),
        "reward": NodeRef(line.reward),
        "evidence": [
            {
                "__typename": "StatementEvidence",
                "level": level,
                "referral": link.referral,
                "party": party_of(call, link.referrer, link.name),
            }
            for level, link in enumerate(line.evidence, 1)
        ],
    }


_SUMS = {
    "opening": "What was owed when the month began.",
    "earned": "What was approved in it.",
    "reversed": "What had been approved and was taken back in it: nothing, or below it.",
    "paid": "What was paid out in it: nothing, or below it.",
    "closing": "What is owed at its end: the sum of the others.",
}


def statement_field(
    registry: Registry, programme: Callable[[], Any], first: Callable[[], Any], party: Type
) -> StrawberryField:
    """The field of a partner."""

    def fill(made: Type) -> None:
        paged = [first(), argument("after", optional(str), "Only what comes after this cursor.")]
        programmes = optional(object_type(registry, registry.model.type("ReferralProgramme")))
        set_fields(
            made,
            [
                field("programme", programmes, "The programme."),
                field("from", registry.scalar(INSTANT), "The first instant of the month."),
                field("to", registry.scalar(INSTANT), "The first instant after it."),
                field("timeZone", str, "Where the month begins and ends."),
                field("isFinal", bool, "Whether the month is over, so that nothing of it changes any more."),
                field("payoutOn", optional(registry.scalar(DAY)), "When the month is paid; null: no fixed day."),
                field("totals", _totals_type(registry), "Its sums."),
                field("lines", _connection(registry, party), "What happened in it, in the order of time.", paged),
            ],
        )

    text = "What it came to be owed in a programme in one month, line by line, and what it was paid."
    return field(
        "statement",
        registry.output("PartnerStatement", "A statement of account of one month.", fill),
        text,
        [
            programme(),
            argument("month", str, "Which month: 2026-10."),
            argument("timeZone", optional(str), "Where months begin, such as Asia/Ho_Chi_Minh; else UTC."),
        ],
    )


def _totals_type(registry: Registry) -> Type:
    def fill(made: Type) -> None:
        set_fields(made, [field(name, money(registry), text) for name, text in _SUMS.items()])

    return registry.output("StatementTotals", "The sums of a statement.", fill)


def _connection(registry: Registry, party: Type) -> Type:
    def evidence(made: Type) -> None:
        set_fields(
            made,
            [
                field("level", int, "How many referrals lead from its referrer to the buyer."),
                field("referral", strawberry.ID, "The id of the referral."),
                field("party", party, "Its referrer; that of the last level is who earns."),
            ],
        )

    def node(made: Type) -> None:
        proof = registry.output("StatementEvidence", "A referral between a buyer and who earns by it.", evidence)
        reward = optional(object_type(registry, registry.model.type("ReferralReward")))
        set_fields(
            made,
            [
                field("id", strawberry.ID, "What tells lines apart."),
                field("at", registry.scalar(INSTANT), "When it was written here."),
                field("kind", registry.choice(LineKind), "What happened."),
                field("amount", money(registry), "How much; below 0 where it lessens what is owed."),
                field("reward", reward, "The reward."),
                field("evidence", many(proof), "The referrals that lead from the buyer to it, the buyer's own first."),
            ],
        )

    def edge(made: Type) -> None:
        set_fields(
            made,
            [field("cursor", str, "The place of the line, for after."), field("node", _node(), "The line.")],
        )

    def _node() -> Type:
        return registry.output("StatementLine", "A line of a statement.", node)

    def fill(made: Type) -> None:
        set_fields(
            made,
            [
                field(
                    "edges",
                    many(registry.output("StatementLineEdge", "A line and its place.", edge)),
                    "The lines, each with its cursor.",
                ),
                field("nodes", many(_node()), "The lines alone."),
                field("pageInfo", page_info(registry), "Where the page stands."),
            ],
        )

    return registry.output("StatementLineConnection", "Lines of a statement.", fill)
