"""`settleReferralRewards`: rewards of purchases that came in without any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from strawberry.types.field import StrawberryField

from graph.compiler.planner.windows import decode_cursor, digest, encode_cursor
from graph.errors import CustomerGraphError
from graph.model.scalars import INSTANT
from graph.model.values import now_text
from graph.mutations.drafts import name_of
from graph.mutations.refusals import refusal
from graph.mutations.repeats import once
from graph.referrals import find_programme, settle_programme
from graph.writer.errors import NotFoundError
from resolvers.procedures.base import Call, Payload, Procedure
from resolvers.types.inputs import user_error
from resolvers.types.objects import node_by
from resolvers.types.registry import Registry, Type, argument, field, input_field, many, optional, set_fields

_NAME = "settleReferralRewards"
_ORDER = digest("settling")
_FIRST = "0001-01-01T00:00:00.000Z"


async def _run(call: Call) -> Payload:
    given = call.arguments["input"]

    async def settle() -> tuple[Mapping[str, Any], bool]:
        name = name_of(given["programme"])
        programme = await find_programme(call.database, name)
        limited = call.viewer.organisations
        if limited is not None and programme.organisation not in limited:
            raise NotFoundError(type="ReferralProgramme", value=name)
        after = given.get("after")
        settled = await settle_programme(
            call.database,
            call.model,
            programme,
            given.get("from") or _FIRST,
            given.get("to") or now_text(),
            after="" if after is None else str(decode_cursor("after", after, _ORDER, [(str, False)])[0]),
            by=call.viewer.subject,
            seconds=call.limits.work_seconds,
        )
        return asdict(settled), settled.is_complete

    found: Mapping[str, Any] | None = None
    errors = []
    try:
        call.viewer.must_write_rows()
        found = await once(call.database, call.repeatable(_NAME), settle)
    except CustomerGraphError as error:
        errors = [call.error(refusal(error))]
    told = found or {"purchases": 0, "created": 0, "changed": 0, "after": "", "is_complete": False}
    return {
        "__typename": "SettleReferralRewardsPayload",
        "purchases": told["purchases"],
        "created": told["created"],
        "changed": told["changed"],
        "isComplete": told["is_complete"],
        "endCursor": encode_cursor(_ORDER, [told["after"]]) if told["after"] else None,
        "userErrors": errors,
    }


def _field(registry: Registry) -> StrawberryField:
    text = (
        "Works the rewards of a programme out for what was bought in a time: imported purchases, and those from before "
        "a rule was made. What is right already stays as it is. Where there is more to do than fits into one call, it "
        "goes on with after."
    )
    return field(_NAME, optional(_payload(registry)), text, [argument("input", _input(registry), "What to settle.")])


def _input(registry: Registry) -> Type:
    def fill(made: Type) -> None:
        instant = optional(registry.scalar(INSTANT))
        key = "Sent again with the same key and input within 24 hours, the answer is the same."
        set_fields(
            made,
            [
                input_field("programme", node_by(registry), "Which programme."),
                input_field("from", instant, "Only what was bought at this instant or later."),
                input_field("to", instant, "Only what was bought before this instant; else before now."),
                input_field("after", optional(str), "The endCursor of the call that was not complete."),
                input_field("idempotencyKey", optional(str), key),
            ],
        )

    return registry.input("SettleReferralRewardsInput", f"What {_NAME} takes.", fill)


def _payload(registry: Registry) -> Type:
    def fill(made: Type) -> None:
        set_fields(
            made,
            [
                field("purchases", int, "How many purchases were looked at."),
                field("created", int, "How many rewards were made."),
                field("changed", int, "How many rewards have another amount now, or were taken back."),
                field("isComplete", bool, "Whether nothing is left to do."),
                field("endCursor", optional(str), "Where it stands, for after."),
                field("userErrors", many(user_error(registry)), "Why it was refused; empty on success."),
            ],
        )

    return registry.output("SettleReferralRewardsPayload", f"What {_NAME} came to.", fill)


PROCEDURE = Procedure(_NAME, "Mutation", _field, _run)
