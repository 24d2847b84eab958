"""What the inputs and payloads of all mutations share."""

from __future__ import annotations

from strawberry.types.field import StrawberryField

from graph.model.elements import NodeType, Property, RelationshipType
from graph.mutations.refusals import refusal_codes
from graph.writer.forms import form
from resolvers.types.filters import decimal_of
from resolvers.types.registry import Registry, Type, field, input_field, many, optional, set_fields


def user_error(registry: Registry) -> Type:
    """`UserError`: why a change is refused."""

    def fill(made: Type) -> None:
        codes = registry.enum("UserErrorCode", dict(refusal_codes()), "Why a change is refused; codes never change.")
        set_fields(
            made,
            [
                field("code", codes, "For programs."),
                field("field", optional(many(str)), "The path of the input that it concerns, `input` first."),
                field("message", str, "For people, in the language of the request."),
                field("hint", optional(str), "What to do about it."),
                field("retryable", bool, "Whether the very same change may succeed later."),
            ],
        )

    return registry.output("UserError", "Why a change was refused; nothing of it was written.", fill)


def value_fields(
    registry: Registry, type: NodeType | RelationshipType, *, all_optional: bool = False
) -> list[StrawberryField]:
    """An input field for each stored value that clients write."""
    return [_value(registry, item, all_optional=all_optional) for item in form(type).writable.values()]


def _value(registry: Registry, item: Property, *, all_optional: bool) -> StrawberryField:
    """Amounts are given as decimals; their currency is a property of its own."""
    kind = registry.scalar(decimal_of(item.scalar))
    kind = optional(kind) if item.nullable or all_optional else kind
    return input_field(item.name, kind, item.description, deprecated=item.deprecated)
