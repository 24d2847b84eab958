"""Names of types and nodes in changes: what they stand for, or why they stand for nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graph.model.elements import NodeType, RelationshipType
from graph.model.model import Model
from graph.model.values import id_prefix
from graph.writer.errors import BadKeyError, UnknownReferenceError, UnknownTypeError, WrongTypeError
from graph.writer.work import Work


def node_type(model: Model, name: str) -> NodeType:
    """The concrete node type of this name, which may be written; raises UnknownTypeError."""
    if name not in model.writable:
        raise UnknownTypeError(type=name, known=", ".join(model.writable))
    return model.writable[name]


def by_type(model: Model, ids: Iterable[str]) -> Iterator[tuple[NodeType, list[str]]]:
    """The ids by the node type that their prefix tells, in order, so that locks are taken in one order everywhere."""
    found: dict[str, list[str]] = {}
    for id in sorted(ids):
        found.setdefault(id_prefix(id) or "", []).append(id)
    for prefix in sorted(found):
        if prefix in model.by_prefix:
            yield model.by_prefix[prefix], found[prefix]


def relationship_type(model: Model, name: str) -> RelationshipType:
    """The relationship type of this name; raises UnknownTypeError."""
    if name not in model.relationships:
        raise UnknownTypeError(type=name, known=", ".join(model.relationships))
    return model.relationships[name]


def named(work: Work, owner: str, field: str, target: str, value: str) -> str:
    """The id behind the name of a node that a field asks for; raises UnknownReferenceError or WrongTypeError."""
    id = work.id_of(checked_name(value))
    if id is None:
        raise UnknownReferenceError(type=owner, field=field, value=value)
    found = work.model.by_prefix.get(id_prefix(id) or "")
    if found is None or found not in work.model.concrete(target):
        raise WrongTypeError(
            type=owner, field=field, expected=target, value=value, actual=found.name if found else "something else"
        )
    return id


def checked_name(value: str) -> str:
    """The name of a node; raises BadKeyError where it is neither an id, an external key nor a local name."""
    if ":" not in value and id_prefix(value) is None:
        raise BadKeyError(value=value)
    return value
