"""One change is checked against the declarations and the present state, and applied in memory."""

from __future__ import annotations

from collections.abc import Mapping

from graph.model.elements import NodeType, RelationshipType
from graph.model.model import Model
from graph.model.values import id_prefix, new_id
from graph.writer.changes import Amend, Change, Delete, End, Move, Put, Relate, Status, Written
from graph.writer.cycles import Cycles
from graph.writer.errors import (
    BadKeyError,
    InUseError,
    MissingValueError,
    NotFoundError,
    RelatedAlreadyError,
    SelfRelationError,
    UnknownFieldError,
    UnknownReferenceError,
    UnknownTypeError,
    ValueTakenError,
    VersionConflictError,
    WrongTypeError,
)
from graph.writer.forms import Stored, encode, form, merge
from graph.writer.stages import change_stage
from graph.writer.work import EdgeState, NodeState, State, Work


def take(work: Work, cycles: Cycles, change: Change) -> Written:
    """What the change does, applied to the group at hand; raises a CustomerGraphError that says why it cannot."""
    match change:
        case Put():
            return _put(work, change)
        case Relate():
            return _relate(work, cycles, change)
        case Amend():
            relationship = relationship_type(work.model, change.relationship)
            return _amend(work, cycles, relationship, change.id, change.values, change.expected_version)
        case End():
            return _end(work, cycles, change)
        case Move():
            return _move(work, change)
        case Delete():
            return _delete(work, change)


def node_type(model: Model, name: str) -> NodeType:
    """The concrete node type of this name; raises UnknownTypeError."""
    if name not in model.writable:
        raise UnknownTypeError(type=name, known=", ".join(model.writable))
    return model.writable[name]


def relationship_type(model: Model, name: str) -> RelationshipType:
    """The relationship type of this name; raises UnknownTypeError."""
    if name not in model.relationships:
        raise UnknownTypeError(type=name, known=", ".join(model.relationships))
    return model.relationships[name]


def _put(work: Work, change: Put) -> Written:
    type = node_type(work.model, change.type)
    values = encode(type, change.values)
    targets = {n: _reference(work, type, n, v) for n, v in change.references.items()}
    for item in form(type).references.values():
        if item.key and item.name in targets:
            values[item.key] = targets[item.name]
    id = None if change.node is None else work.id_of(_name(change.node))
    state = work.state(id) if id is not None else None
    if state is None:
        if change.expect == "present" or (change.node is not None and id_prefix(change.node) is not None):
            raise NotFoundError(type=type.name, value=change.node)
        return _create(work, type, change.node, values, targets)
    if not isinstance(state, NodeState) or state.type is not type:
        raise WrongTypeError(type=type.name, field="id", expected=type.name, value=change.node, actual=state.type.name)
    if change.expect == "absent":
        raise ValueTakenError(type=type.name, field="externalKey", value=change.node)
    return _update(work, state, values, targets, change.expected_version)


def _create(work: Work, type: NodeType, name: str | None, values: Stored, targets: dict[str, str | None]) -> Written:
    for item in form(type).references.values():
        if not item.nullable and targets.get(item.name) is None:
            raise MissingValueError(type=type.name, field=item.name)
    base = {"id": new_id(type.prefix), "createdAt": work.now, "updatedAt": work.now, "version": 1}
    properties = merge(type, base, values)
    _expect_free(work, type, str(base["id"]), {}, properties)
    key = name if name is not None and not name.startswith("_:") else None
    work.add(NodeState(type, str(base["id"]), properties, targets, external_key=key), name)
    return Written(type.name, str(base["id"]), 1, "created")


def _update(
    work: Work,
    state: NodeState,
    values: Stored,
    targets: Mapping[str, str | None],
    expected: int | None,
    *,
    at: str | None = None,
    reason: str | None = None,
) -> Written:
    _expect(state, expected)
    after = merge(state.type, state.properties, values)
    _expect_free(work, state.type, state.id, state.properties, after)
    moved = any(state.references.get(n) != v for n, v in targets.items())
    if after == state.properties and not moved:
        return _written(state, "unchanged")
    edited: NodeState = work.edit(state.id)
    before, edited.properties = edited.properties, after
    edited.references = {**edited.references, **targets}
    _touch(work, edited)
    change_stage(work, edited, before, at=at or work.now, reason=reason)
    return _written(edited, "updated")


def _relate(work: Work, cycles: Cycles, change: Relate) -> Written:
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
            return _amend(work, cycles, type, found.id, change.values, None)
    base = {"id": new_id(type.prefix), "createdAt": work.now, "updatedAt": work.now, "version": 1}
    state = EdgeState(type, source, target, merge(type, base, values))
    cycles.add(state)
    work.add(state)
    return _written(state, "created")


def _amend(
    work: Work,
    cycles: Cycles,
    type: RelationshipType,
    id: str,
    values: Mapping[str, object],
    expected: int | None,
) -> Written:
    state = work.state(id)
    if not isinstance(state, EdgeState) or state.type is not type:
        raise NotFoundError(type=type.name, value=id)
    _expect(state, expected)
    after = merge(type, state.properties, encode(type, values))
    if after == state.properties:
        return _written(state, "unchanged")
    edited: EdgeState = work.edit(id)
    edited.properties = after
    cycles.add(edited)
    _touch(work, edited)
    return _written(edited, "updated")


def _end(work: Work, cycles: Cycles, change: End) -> Written:
    if change.type in work.model.relationships:
        type = work.model.relationships[change.type]
        written = _amend(work, cycles, type, change.node, {"until": change.until}, change.expected_version)
    else:
        found = node_type(work.model, change.type)
        if not found.dated:
            raise UnknownFieldError(type=found.name, field="until", known=", ".join(p.name for p in found.properties))
        if work.id_of(change.node) is None:
            raise NotFoundError(type=found.name, value=change.node)
        put = Put(found.name, change.node, {"until": change.until}, {}, change.expected_version)
        successor = _successor(work, found, change.successor)
        written = _put(work, put)
        if written.status == "updated":
            work.edit(written.id).successor = successor
    if written.status == "updated":
        work.edit(written.id).ended = True
    return written


def _successor(work: Work, type: NodeType, name: str | None) -> str | None:
    """Who takes over from a role that ends: a node of the kind that its party is."""
    if name is None or type.role is None:
        return None
    return _named(work, type.name, "reassignTo", form(type).references[type.role.party].target, name)


def _move(work: Work, change: Move) -> Written:
    type = node_type(work.model, change.type)
    if type.staged is None:
        raise UnknownFieldError(type=type.name, field="to", known="none that moves in stages")
    id = work.id_of(_name(change.node))
    state = work.state(id) if id is not None else None
    if not isinstance(state, NodeState) or state.type is not type:
        raise NotFoundError(type=type.name, value=change.node)
    values = encode(type, {type.staged.name: change.to})
    return _update(work, state, values, {}, change.expected_version, at=change.at, reason=change.reason)


def _delete(work: Work, change: Delete) -> Written:
    type = node_type(work.model, change.type)
    id = work.id_of(_name(change.node))
    state = work.state(id) if id is not None else None
    if not isinstance(state, NodeState) or state.type is not type or state.deleted:
        raise NotFoundError(type=type.name, value=change.node)
    _expect(state, change.expected_version)
    if state.used_by is not None:
        relationship, other = state.used_by
        raise InUseError(type=type.name, id=state.id, relationship=relationship, other=other)
    edited: NodeState = work.edit(state.id)
    edited.deleted = True
    return Written(type.name, state.id, int(state.properties["version"]), "deleted")


def _reference(work: Work, type: NodeType, name: str, value: str | None) -> str | None:
    """The id that a reference will lead to; checks that the field exists, the node is there and has the right type."""
    known = form(type).references
    item = known.get(name)
    if item is None:
        raise UnknownFieldError(type=type.name, field=name, known=", ".join(known))
    if value is None:
        if not item.nullable:
            raise MissingValueError(type=type.name, field=name)
        return None
    return _named(work, type.name, name, item.target, value)


def _end_of(work: Work, type: RelationshipType, end: str, value: str) -> str:
    return _named(work, type.name, end, type.source if end == "source" else type.target, value)


def _named(work: Work, owner: str, field: str, target: str, value: str) -> str:
    id = work.id_of(_name(value))
    if id is None:
        raise UnknownReferenceError(type=owner, field=field, value=value)
    found = work.model.by_prefix.get(id_prefix(id) or "")
    if found is None or found not in work.model.concrete(target):
        raise WrongTypeError(
            type=owner, field=field, expected=target, value=value, actual=found.name if found else "something else"
        )
    return id


def _name(value: str) -> str:
    """The name of a node; raises BadKeyError where it is neither an id, an external key nor a local name."""
    if ":" not in value and id_prefix(value) is None:
        raise BadKeyError(value=value)
    return value


def _expect(state: State, version: int | None) -> None:
    actual = state.properties["version"]
    if version is not None and actual != version:
        raise VersionConflictError(type=state.type.name, id=state.id, actual=actual, expected=version)


def _expect_free(work: Work, type: NodeType, id: str, before: Stored, after: Stored) -> None:
    """No other node has a unique value that this change gives."""
    for item in form(type).unique:
        value = after.get(item.name)
        if value is not None and value != before.get(item.name):
            holder = work.holder((type.name, item.name, value))
            if holder is not None and holder != id:
                raise ValueTakenError(type=type.name, field=item.name, value=value)


def _touch(work: Work, state: State) -> None:
    """A new version, once for the batch however often it changes the node."""
    if state.before is not None:
        state.properties |= {"version": state.before["version"] + 1, "updatedAt": work.now}


def _written(state: State, status: Status) -> Written:
    ends = (state.source, state.target) if isinstance(state, EdgeState) else None
    return Written(state.type.name, state.id, int(state.properties["version"]), status, ends)
