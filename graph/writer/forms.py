"""Values as they are stored: encoded, with folded keys and search text beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graph.model.elements import NodeType, Property, Reference, RelationshipType
from graph.model.values import BadValueError, fold, words
from graph.writer.derived import LOCAL, Local
from graph.writer.errors import FieldValueError, MissingValueError, PeriodError, UnknownFieldError

Stored = dict[str, Any]
SEARCH_TEXT = "searchText"


@dataclass(frozen=True, slots=True)
class Form:
    """What the writer asks of a type for every node: the properties that clients write, those of them that no two nodes
    may share, those that are read by another one (with its name), the keys that search text is made of, the one that
    moves in stages, and the references that a node holds itself (a declared relationship that is read as a reference is
    none), by name."""

    owner: NodeType | RelationshipType
    writable: Mapping[str, Property]
    required: frozenset[str]
    unique: tuple[Property, ...]
    settled: tuple[tuple[Property, str], ...]
    search_keys: tuple[str, ...]
    local: tuple[Local, ...]
    staged: Property | None
    references: Mapping[str, Reference]


_FORMS: dict[int, Form] = {}


def form(owner: NodeType | RelationshipType) -> Form:
    """The form of a type, made once; types compare by identity here, because their fields make them unhashable."""
    found = _FORMS.get(id(owner))
    if found is None or found.owner is not owner:
        found = _FORMS[id(owner)] = _form(owner)
    return found


def _form(owner: NodeType | RelationshipType) -> Form:
    written = {p.name: p for p in owner.properties if not p.derived and not p.hidden}
    held = owner.references if isinstance(owner, NodeType) else ()
    return Form(
        owner,
        written,
        frozenset(p.name for p in written.values() if not p.nullable),
        tuple(p for p in written.values() if p.unique),
        tuple((p, p.within) for p in written.values() if p.within is not None),
        tuple(p.key for p in owner.properties if p.searchable),
        tuple(local for local in LOCAL if local.type == owner.name),
        owner.staged if isinstance(owner, NodeType) else None,
        {r.name: r for r in held if r.step.relationship is None},
    )


def encode(owner: NodeType | RelationshipType, values: Mapping[str, Any]) -> Stored:
    """Stored property to stored value, folded keys included; None where a value is taken away. What is read by another
    value waits for `settle`.

    Raises UnknownFieldError, MissingValueError (a needed value is None or empty text) or FieldValueError.
    """
    known = form(owner).writable
    stored: Stored = {}
    for name, value in values.items():
        item = known.get(name)
        if item is None:
            raise UnknownFieldError(type=owner.name, field=name, known=", ".join(known))
        try:
            encoded = None if value is None or value == "" else item.scalar.encode(value)
        except BadValueError as error:
            raise FieldValueError(type=owner.name, field=name, **error.values) from None
        if encoded is None or encoded == "":
            if not item.nullable:
                raise MissingValueError(type=owner.name, field=name)
            encoded = None
        stored[name] = encoded
        if item.folded:
            stored[item.key] = None if encoded is None else fold(encoded)
    return stored


def settle(owner: NodeType | RelationshipType, before: Stored, change: Stored) -> Stored:
    """Before and change together, with what is read by another value in its stored form.

    What neither itself nor the other one changes stays as it is. Raises FieldValueError.
    """
    after = before | change
    for item, within in form(owner).settled:
        value = after.get(item.name)
        if value is None or item.scalar.settle is None or not (item.name in change or within in change):
            continue
        try:
            after[item.name] = value = item.scalar.settle(value, after.get(within))
        except BadValueError as error:
            raise FieldValueError(type=owner.name, field=item.name, **error.values) from None
        if item.folded:
            after[item.key] = fold(value)
    return after


def refusal(owner: NodeType | RelationshipType, values: Mapping[str, Any], name: str) -> FieldValueError | None:
    """Why a new node with these values could not have the one of this name; None where it could.

    Raises UnknownFieldError or MissingValueError, and FieldValueError where another value is at fault.
    """
    within = form(owner).writable[name].within if name in form(owner).writable else None
    try:
        settle(owner, {}, encode(owner, {n: v for n, v in values.items() if n in (name, within)}))
    except FieldValueError as error:
        if error.values["field"] == name:
            return error
        raise
    return None


def merge(owner: NodeType | RelationshipType, before: Stored, change: Stored) -> Stored:
    """The properties after the change, with search text and local derived values; checks since and until.

    Only values that are present are in the result. Raises FieldValueError, MissingValueError and PeriodError.
    """
    shape = form(owner)
    after = settle(owner, before, change)
    if None in after.values():
        after = {k: v for k, v in after.items() if v is not None}
    if not shape.required <= after.keys():
        missing = next(name for name in shape.writable if name in shape.required and name not in after)
        raise MissingValueError(type=owner.name, field=missing)
    since, until = after.get("since"), after.get("until")
    if since is not None and until is not None and until < since:
        raise PeriodError(type=owner.name, since=since, until=until)
    after.pop(SEARCH_TEXT, None)
    if shape.search_keys and (text := search_text(map(after.get, shape.search_keys))):
        after[SEARCH_TEXT] = text
    for local in shape.local:
        after[local.property] = local.function(*(after[name] for name in local.needs))
    return after


def search_text(keys: Iterable[str | None]) -> str | None:
    """What the full-text index holds of a node whose searchable properties have these folded keys; None for none.

    Words only, taken apart as those of a search are: the index's own idea of a word would keep `o'neill` whole.
    """
    return " ".join(word for key in keys if key is not None for word in words(key)) or None


def difference(before: Stored, after: Stored) -> Stored:
    """What must be set to come from one to the other; None where a value goes away."""
    if before == after:
        return {}
    return {k: after.get(k) for k in before.keys() | after.keys() if before.get(k) != after.get(k)}
