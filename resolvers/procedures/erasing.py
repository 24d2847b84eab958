"""`eraseParty`: what is personal about a party is forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import strawberry
from strawberry.types.field import StrawberryField

from graph.errors import CustomerGraphError
from graph.model.scalars import INSTANT
from graph.mutations.drafts import name_of
from graph.mutations.refusals import refusal
from graph.mutations.repeats import once
from graph.privacy.erase import erase_party
from resolvers.procedures.base import Call, NodeRef, Payload, Procedure
from resolvers.types.inputs import user_error
from resolvers.types.objects import node_by, object_type
from resolvers.types.registry import Registry, Type, argument, field, input_field, many, optional, set_fields

_NAME = "eraseParty"
_PARTY = "Party"


async def _run(call: Call) -> Payload:
    given = call.arguments["input"]

    async def erase() -> tuple[Mapping[str, Any], bool]:
        receipt = await erase_party(
            call.database,
            call.model,
            _PARTY,
            name_of(given["by"]),
            by=call.viewer.subject,
            seconds=call.limits.work_seconds,
        )
        return asdict(receipt), receipt.is_complete

    found: Mapping[str, Any] | None = None
    errors = []
    try:
        call.viewer.must_write_everything("erase a party")
        found = await once(call.database, call.repeatable(_NAME), erase)
    except CustomerGraphError as error:
        errors = [call.error(refusal(error))]
    return {
        "__typename": "ErasePartyPayload",
        "party": NodeRef(found["party"]) if found else None,
        "receipt": _receipt(found) if found else None,
        "userErrors": errors,
    }


def _receipt(found: Mapping[str, Any]) -> Payload:
    return {
        "__typename": "ErasureReceipt",
        "partyId": found["party"],
        "at": found["at"],
        "erased": [{"__typename": "ErasedFacts", **erased} for erased in found["erased"]],
        "isComplete": found["is_complete"],
    }


def _field(registry: Registry) -> StrawberryField:
    text = (
        "Erases the personal data of a party for good: from the party itself, from what tells of it, from search and "
        "from history. Its purchases, roles and relationships stay under a pseudonym. What was interrupted, or is not "
        "complete, goes on with the same mutation."
    )
    given = argument("input", _input(registry), "Whose data to erase.")
    return field(_NAME, optional(_payload(registry)), text, [given])


def _input(registry: Registry) -> Type:
    def fill(made: Type) -> None:
        key = "Sent again with the same key and input within 24 hours, the answer is the same."
        set_fields(
            made,
            [
                input_field("by", node_by(registry), "Which party."),
                input_field("idempotencyKey", optional(str), key),
            ],
        )

    return registry.input("ErasePartyInput", f"What {_NAME} takes.", fill)


def _payload(registry: Registry) -> Type:
    def fill(made: Type) -> None:
        party = optional(object_type(registry, registry.model.type(_PARTY)))
        set_fields(
            made,
            [
                field("party", party, "The party as it is now; null where the change was refused."),
                field("receipt", optional(_receipt_type(registry)), "What was erased; null where it was refused."),
                field("userErrors", many(user_error(registry)), "Why it was refused; empty on success."),
            ],
        )

    return registry.output("ErasePartyPayload", f"What {_NAME} came to.", fill)


def _receipt_type(registry: Registry) -> Type:
    def fill(made: Type) -> None:
        set_fields(
            made,
            [
                field("partyId", strawberry.ID, "Whose data it was; the id stays, and tells nothing by itself."),
                field("at", registry.scalar(INSTANT), "When it was erased."),
                field("erased", many(_erased(registry)), "What this call erased, by type."),
                field("isComplete", bool, "Whether nothing is left; where not, the same mutation goes on."),
            ],
        )

    return registry.output("ErasureReceipt", "What was erased of a party; holds nothing that was.", fill)


def _erased(registry: Registry) -> Type:
    def fill(made: Type) -> None:
        set_fields(
            made,
            [
                field("type", str, "The type of the nodes or relationships."),
                field("deleted", int, "How many went, because all that they held was personal."),
                field("blanked", int, "How many lost what was personal about them, and stay."),
                field("entries", int, "How many entries of history do not tell any more what they held."),
            ],
        )

    return registry.output("ErasedFacts", "What was erased of one type.", fill)


PROCEDURE = Procedure(_NAME, "Mutation", _field, _run)
