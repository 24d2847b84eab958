"""Values as they are stored: encoded, with folded keys and search text beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from graph.model.elements import NodeType, Property, Reference, RelationshipType
from graph.model.values import BadValueError, fold
from graph.writer.derived import LOCAL
from graph.writer.errors import FieldValueError, MissingValueError, PeriodError, UnknownFieldError

Stored = dict[str, Any]
SEARCH_TEXT = "searchText"


def writable(owner: NodeType | RelationshipType) -> dict[str, Property]:
    """The properties that clients may write, by name."""
    return {p.name: p for p in owner.properties if not p.derived and not p.hidden}


def references(type: NodeType) -> dict[str, Reference]:
    """The references that a node holds itself, by name; a declared relationship that is read as one is none."""
    return {r.name: r for r in type.references if r.step.relationship is None}


def unique(type: NodeType) -> tuple[Property, ...]:
    """The properties that clients write and that no two nodes of the type may share."""
    return tuple(p for p in writable(type).values() if p.unique)


def encode(owner: NodeType | RelationshipType, values: Mapping[str, Any]) -> Stored:
    """Stored property to stored value, folded keys included; None where a value is taken away.

    Raises UnknownFieldError, MissingValueError (a needed value is None or empty text) or FieldValueError.
    """
    known = writable(owner)
    stored: Stored = {}
    for name, value in values.items():
        item = known.get(name)
        if item is None:
            raise UnknownFieldError(type=owner.name, field=name, known=", ".join(known))
        encoded = _encode(owner, item, value)
        stored[item.name] = encoded
        if item.folded:
            stored[item.key] = None if encoded is None else fold(encoded)
    return stored


def _encode(owner: NodeType | RelationshipType, item: Property, value: Any) -> Any:
    try:
        encoded = None if value is None or value == "" else item.scalar.encode(value)
    except BadValueError as error:
        raise FieldValueError(type=owner.name, field=item.name, **error.values) from None
    if encoded is None or encoded == "":
        if not item.nullable:
            raise MissingValueError(type=owner.name, field=item.name)
        return None
    return encoded


def merge(owner: NodeType | RelationshipType, before: Stored, change: Stored) -> Stored:
    """The properties after the change, with search text and local derived values; checks since and until.

    Only values that are present are in the result. Raises MissingValueError and PeriodError.
    """
    after = {k: v for k, v in (before | change).items() if v is not None}
    for item in writable(owner).values():
        if not item.nullable and item.name not in after:
            raise MissingValueError(type=owner.name, field=item.name)
    since, until = after.get("since"), after.get("until")
    if since is not None and until is not None and until < since:
        raise PeriodError(type=owner.name, since=since, until=until)
    text = search_text(after[p.key] for p in owner.properties if p.searchable and p.key in after)
    if text:
        after[SEARCH_TEXT] = text
    for local in LOCAL:
        if local.type == owner.name:
            after[local.property] = local.function(*(after[name] for name in local.needs))
    return after


def search_text(keys: Iterable[str | None]) -> str | None:
    """What the full-text index holds of a node whose searchable properties have these folded keys; None for none."""
    return " ".join(key for key in keys if key is not None) or None


def difference(before: Stored, after: Stored) -> Stored:
    """What must be set to come from one to the other; None where a value goes away."""
    if before == after:
        return {}
    return {k: after.get(k) for k in before.keys() | after.keys() if before.get(k) != after.get(k)}
