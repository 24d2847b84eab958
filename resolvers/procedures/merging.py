"""`mergeParties`: two parties turn out to be one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from strawberry.types.field import StrawberryField

from graph.compiler.planner.filters import enum_member
from graph.errors import CustomerGraphError
from graph.merging import Choices, merge_nodes
from graph.model.elements import Property
from graph.model.model import Model
from graph.mutations.drafts import name_of
from graph.mutations.refusals import refusal
from graph.mutations.repeats import once
from graph.writer.forms import form
from resolvers.procedures.base import Call, NodeRef, Payload, Procedure
from resolvers.types.inputs import user_error
from resolvers.types.objects import node_by, object_type
from resolvers.types.registry import Registry, Type, argument, field, input_field, many, optional, set_fields

_PARTY = "Party"
_SIDES = {"KEPT": "The one that is kept.", "MERGED": "The one that becomes one with it."}


async def _run(call: Call) -> Payload:
    given = call.arguments["input"]

    async def merge() -> tuple[Mapping[str, Any], bool]:
        outcome = await merge_nodes(
            call.database,
            call.model,
            _PARTY,
            name_of(given["keep"]),
            name_of(given["merge"]),
            _choices(call.model, given.get("choices") or ()),
            by=call.viewer.subject,
            seconds=call.limits.work_seconds,
            dry_run=bool(given.get("dryRun")),
        )
        return asdict(outcome), outcome.is_complete

    found: Mapping[str, Any] = {"kept": None, "moved": (), "is_complete": False}
    errors = []
    try:
        call.viewer.must_write_everything("merge parties")
        found = await once(call.database, call.repeatable("mergeParties"), merge)
    except CustomerGraphError as error:
        errors = [call.error(refusal(error))]
    return {
        "__typename": "MergePartiesPayload",
        "party": NodeRef(found["kept"]) if found["kept"] else None,
        "moved": [{"__typename": "MovedFacts", **moved} for moved in found["moved"]],
        "isComplete": found["is_complete"],
        "userErrors": errors,
    }


def _choices(model: Model, given: Sequence[Mapping[str, Any]]) -> Choices:
    """Whose value of a field stays, by the name of the field."""
    names = {member: item.name for member, item in _fields(model).items()}
    return {names[_name(choice["field"])]: _name(choice["from"]) for choice in given}


def _fields(model: Model) -> dict[str, Property]:
    """The fields of parties that clients write, by their members of the enum: `POSTAL_CODE`."""
    forms = [form(member).writable for member in model.concrete(_PARTY)]
    return {enum_member(item.name): item for writable in forms for item in writable.values()}


def _name(member: Any) -> Any:
    """The name of an enum's member, however it came."""
    return getattr(member, "name", member)


def _field(registry: Registry) -> StrawberryField:
    text = (
        "Makes two parties of one type one: all that led to the second leads to the first, roles and facts that both "
        "had become one, and the id of the second leads to the first from now on. It goes step by step: where it was "
        "interrupted, or isComplete is false, the same mutation goes on."
    )
    given = argument("input", _input(registry), "Which two, and whose values stay.")
    return field("mergeParties", optional(_payload(registry)), text, [given])


def _input(registry: Registry) -> Type:
    def fill(made: Type) -> None:
        set_fields(
            made,
            [
                input_field("keep", node_by(registry), "The party that is kept."),
                input_field("merge", node_by(registry), "The party that becomes one with it, of the same type."),
                input_field(
                    "choices",
                    optional(many(_choice(registry))),
                    "Whose values stay; without a choice those of the party that is kept, where it has any.",
                ),
                input_field("dryRun", optional(bool), "Tell what leads to the second party, and change nothing."),
                input_field(
                    "idempotencyKey",
                    optional(str),
                    "Sent again with the same key and input within 24 hours, the answer is the same.",
                ),
            ],
        )

    return registry.input("MergePartiesInput", "What mergeParties takes.", fill)


def _choice(registry: Registry) -> Type:
    def fill(made: Type) -> None:
        fields = {member: item.description for member, item in _fields(registry.model).items()}
        names = registry.enum("PartyField", fields, "The fields of parties that clients write.")
        sides = registry.enum("MergeSide", _SIDES, "One of two parties that become one.")
        set_fields(
            made,
            [input_field("field", names, "Which field."), input_field("from", sides, "Whose value stays.")],
        )

    return registry.input("MergeChoice", "Whose value of a field stays.", fill)


def _payload(registry: Registry) -> Type:
    def fill(made: Type) -> None:
        party = optional(object_type(registry, registry.model.type(_PARTY)))
        set_fields(
            made,
            [
                field("party", party, "The party that is kept, as it is now; null where the change was refused."),
                field("moved", many(_moved(registry)), "What this call led to it, by type."),
                field("isComplete", bool, "Whether all has moved; where not, the same mutation goes on."),
                field("userErrors", many(user_error(registry)), "Why it was refused; empty on success."),
            ],
        )

    return registry.output("MergePartiesPayload", "What mergeParties came to.", fill)


def _moved(registry: Registry) -> Type:
    def fill(made: Type) -> None:
        set_fields(
            made,
            [
                field("type", str, "The type of the nodes or relationships."),
                field("moved", int, "How many lead to the kept party now."),
                field("joined", int, "How many said what another one says, and are one with it or gone."),
            ],
        )

    return registry.output("MovedFacts", "What became of what led to a party, for one type.", fill)


PROCEDURE = Procedure("mergeParties", "Mutation", _field, _run)
