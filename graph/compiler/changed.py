"""What a change did to each field, in the words of clients."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from graph.model.elements import NodeType, Property, Reference, RelationshipType
from graph.model.model import Model

FieldChange = tuple[str, str | None, str | None]
"""The name of a field, and what it held before and after, as text."""


def teller(model: Model, unseen: Mapping[str, frozenset[str]]) -> Callable[..., list[FieldChange]]:
    """Takes the name of a type and what its fields held before and after, as JSON text, and lists the fields in the
    order of their declaration. Those that are not to be seen, or are not declared any more, are left out."""
    owners: tuple[NodeType | RelationshipType, ...] = (*model.nodes.values(), *model.relationships.values())
    shown = {
        owner.name: {
            name: item
            for name, item in owner.fields.items()
            if isinstance(item, (Property, Reference)) and name not in unseen.get(owner.name, ())
        }
        for owner in owners
    }

    def tell(type: str, before: str | None, after: str | None) -> list[FieldChange]:
        old, new = (orjson.loads(held) if held else {} for held in (before, after))
        return [
            (name, _text(item, old.get(name)), _text(item, new.get(name)))
            for name, item in shown.get(type, {}).items()
            if name in old or name in new
        ]

    return tell


def _text(item: Property | Reference, value: Any) -> str | None:
    """A stored value as clients know it, in one kind of value for all fields: text; references are ids."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    decode = item.scalar.decode if isinstance(item, Property) else None
    return str(decode(value) if decode else value)
