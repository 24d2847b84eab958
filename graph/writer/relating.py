"""Changes of declared relationships, applied in memory."""

from __future__ import annotations

from collections.abc import Mapping

from graph.model.elements import RelationshipType
from graph.writer.changes import Redirect, Relate, Written
from graph.writer.cycles import Cycles
from graph.writer.edges import redirected
from graph.writer.errors import NotFoundError, RelatedAlreadyError, SelfRelationError, UnknownFieldError
from graph.writer.forms import encode, merge
from graph.writer.names import named, relationship_type
from graph.writer.versions import expect_version, first_version, new_version, written
from graph.writer.work import EdgeState, Work


def relate(work: Work, cycles: Cycles, change: Relate) -> Written:
    """Makes a relationship, or changes the one that matches."""
    type = relationship_type(work.model, change.relationship)
    source = _end_of(work, type, "source", change.source)
    target = _end_of(work, type, "target", change.target)
    if source == target:
        raise SelfRelationError(type=type.name, value=change.source)
    if type.symmetric and source > target:
        source, target = target, source
    values = encode(type, change.values)
    for name in change.match:
        if name not in type.fields:
            raise UnknownFieldError(type=type.name, field=name, known=", ".join(type.fields))
    for found in work.between(type, source, target):
        if all(found.properties.get(n) == values.get(n) for n in change.match):
            if change.expect == "absent":
                raise RelatedAlreadyError(type=type.name, id=found.id, since=found.properties["since"])
            return amend(work, cycles, type, found.id, change.values, None)
    base = first_version(work, type.prefix)
    state = EdgeState(type, source, target, merge(type, base, values))
    cycles.add(state)
    work.add(state)
    return written(state, "created")


def amend(
    work: Work,
    cycles: Cycles,
    type: RelationshipType,
    id: str,
    values: Mapping[str, object],
    expected: int | None,
) -> Written:
    """Changes the relationship with this id."""
    state = work.state(id)
    if not isinstance(state, EdgeState) or state.type is not type:
        raise NotFoundError(type=type.name, value=id)
    expect_version(state, expected)
    after = merge(type, state.properties, encode(type, values))
    if after == state.properties:
        return written(state, "unchanged")
    edited: EdgeState = work.edit(id)
    edited.properties = after
    cycles.add(edited)
    new_version(work, edited)
    return written(edited, "updated")


def redirect(work: Work, cycles: Cycles, type: RelationshipType, change: Redirect) -> Written:
    """Leads a relationship elsewhere; one that is of no use there goes."""
    ends = redirected(work, type, change)
    if ends is None:
        raise NotFoundError(type=type.name, value=change.node)
    edited: EdgeState = work.edit(change.node)
    if (edited.source, edited.target) == ends:
        return written(edited, "unchanged")
    if ends[0] == ends[1]:
        edited.deleted = True
        return written(edited, "deleted")
    for other in work.between(type, *ends):
        if _says_the_same(type, edited, other):
            edited.deleted, edited.into = True, other.id
            until = _later(edited.properties.get("until"), other.properties.get("until"))
            since = min(edited.properties["since"], other.properties["since"])
            amend(work, cycles, type, other.id, {"since": since, "until": until}, None)
            return written(edited, "deleted")
    edited.source, edited.target = ends
    cycles.add(edited)
    new_version(work, edited)
    return written(edited, "updated")


def _says_the_same(type: RelationshipType, one: EdgeState, other: EdgeState) -> bool:
    """Whether two relationships differ in nothing but their times, and these touch."""
    told = (p.name for p in type.properties if not p.derived and p.name not in ("since", "until"))
    if any(one.properties.get(name) != other.properties.get(name) for name in told):
        return False
    first, second = sorted((one.properties, other.properties), key=lambda held: str(held["since"]))
    end = first.get("until")
    return end is None or bool(second["since"] <= end)


def _later(one: str | None, other: str | None) -> str | None:
    """The later of two ends; None is no end."""
    return None if one is None or other is None else max(one, other)


def _end_of(work: Work, type: RelationshipType, end: str, value: str) -> str:
    return named(work, type.name, end, type.source if end == "source" else type.target, value)
