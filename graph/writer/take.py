"""One change is checked against the declarations and the present state, and applied in memory."""

from __future__ import annotations

from collections.abc import Mapping

from graph.model.elements import NodeType
from graph.model.values import id_prefix
from graph.writer.changes import Amend, Change, Delete, End, Erase, Move, Put, Redirect, Relate, Written
from graph.writer.cycles import Cycles
from graph.writer.erasing import erase
from graph.writer.errors import (
    InUseError,
    MissingValueError,
    NotFoundError,
    UnknownFieldError,
    ValueTakenError,
    WrongTypeError,
)
from graph.writer.forms import Stored, encode, form, merge
from graph.writer.names import checked_name, named, node_type, relationship_type
from graph.writer.relating import amend, redirect, relate
from graph.writer.stages import change_stage, ended_by_stage, is_stage
from graph.writer.versions import expect_version, first_version, new_version, written
from graph.writer.work import NodeState, Work


def take(work: Work, cycles: Cycles, change: Change) -> Written:
    """What the change does, applied to the group at hand; raises a CustomerGraphError that says why it cannot."""
    match change:
        case Put():
            return _put(work, change)
        case Relate():
            return relate(work, cycles, change)
        case Amend():
            relationship = relationship_type(work.model, change.relationship)
            return amend(work, cycles, relationship, change.id, change.values, change.expected_version)
        case End():
            return _end(work, cycles, change)
        case Move():
            return _move(work, change)
        case Delete():
            return _delete(work, change)
        case Redirect() if change.type in work.model.relationships:
            return redirect(work, cycles, work.model.relationships[change.type], change)
        case Redirect():
            return _redirect(work, change)
        case Erase():
            return erase(work, change)


def _put(work: Work, change: Put) -> Written:
    type = node_type(work.model, change.type)
    values = encode(type, change.values)
    targets = {n: _reference(work, type, n, v) for n, v in change.references.items()}
    for item in form(type).references.values():
        if item.key and item.name in targets:
            values[item.key] = targets[item.name]
    id = None if change.node is None else work.id_of(checked_name(change.node))
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
        if item.is_needed and targets.get(item.name) is None:
            raise MissingValueError(type=type.name, field=item.name)
    base = first_version(work, type.prefix)
    properties = merge(type, base, values)
    # Made in a stage that nothing follows, it is over when it begins.
    properties = ended_by_stage(type, properties, properties.get("since"))
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
    move: Move | None = None,
) -> Written:
    expect_version(state, expected)
    after = merge(state.type, state.properties, values)
    _expect_free(work, state.type, state.id, state.properties, after)
    moved = any(state.references.get(n) != v for n, v in targets.items())
    if after == state.properties and not moved:
        return written(state, "unchanged")
    edited: NodeState = work.edit(state.id)
    before, edited.properties = edited.properties, after
    edited.references = {**edited.references, **targets}
    new_version(work, edited)
    change_stage(work, edited, before, move)
    return written(edited, "updated")


def _end(work: Work, cycles: Cycles, change: End) -> Written:
    until = {"until": change.until}
    if change.type in work.model.relationships:
        relationship = work.model.relationships[change.type]
        ended = amend(work, cycles, relationship, change.node, until, change.expected_version)
    else:
        type = node_type(work.model, change.type)
        if not type.dated:
            raise UnknownFieldError(type=type.name, field="until", known=", ".join(p.name for p in type.properties))
        if work.id_of(change.node) is None:
            raise NotFoundError(type=type.name, value=change.node)
        successor = _successor(work, type, change.successor)
        ended = _put(work, Put(type.name, change.node, until, {}, change.expected_version))
        if ended.status == "updated":
            work.edit(ended.id).successor = successor
    if ended.status == "updated":
        work.edit(ended.id).ended = True
    return ended


def _successor(work: Work, type: NodeType, name: str | None) -> str | None:
    """Who takes over from a role that ends: a node of the kind that its party is."""
    if name is None or type.role is None:
        return None
    return named(work, type.name, "reassignTo", form(type).references[type.role.party].target, name)


def _move(work: Work, change: Move) -> Written:
    type = node_type(work.model, change.type)
    if type.staged is None:
        raise UnknownFieldError(type=type.name, field="to", known="none that moves in stages")
    id = work.id_of(checked_name(change.node))
    state = work.state(id) if id is not None else None
    if not isinstance(state, NodeState) or state.type is not type:
        raise NotFoundError(type=type.name, value=change.node)
    values = encode(type, {type.staged.name: change.to})
    return _update(work, state, values, {}, change.expected_version, move=change)


def _redirect(work: Work, change: Redirect) -> Written:
    """Nodes that clients do not make are redirected like all others. A stage ends: what it leads to has its own."""
    state = work.state(change.node)
    if not isinstance(state, NodeState) or state.type.name != change.type:
        raise NotFoundError(type=change.type, value=change.node)
    target = _reference(work, state.type, change.field, change.to)
    key = form(state.type).references[change.field].key
    values: Stored = {key: target} if key else {}
    if is_stage(work.model, state.type) and "until" not in state.properties:
        values["until"] = work.now
    return _update(work, state, values, {change.field: target}, None)


def _delete(work: Work, change: Delete) -> Written:
    type = node_type(work.model, change.type)
    id = work.id_of(checked_name(change.node))
    state = work.state(id) if id is not None else None
    if not isinstance(state, NodeState) or state.type is not type or state.deleted:
        raise NotFoundError(type=type.name, value=change.node)
    expect_version(state, change.expected_version)
    if state.used_by is not None:
        relationship, other = state.used_by
        raise InUseError(type=type.name, id=state.id, relationship=relationship, other=other)
    edited: NodeState = work.edit(state.id)
    edited.deleted, edited.into = True, change.into
    return Written(type.name, state.id, int(state.properties["version"]), "deleted")


def _reference(work: Work, type: NodeType, name: str, value: str | None) -> str | None:
    """The id that a reference will lead to; checks that the field exists, the node is there and has the right type."""
    known = form(type).references
    item = known.get(name)
    if item is None:
        raise UnknownFieldError(type=type.name, field=name, known=", ".join(known))
    if value is None:
        if item.is_needed:
            raise MissingValueError(type=type.name, field=name)
        return None
    return named(work, type.name, name, item.target, value)


def _expect_free(work: Work, type: NodeType, id: str, before: Stored, after: Stored) -> None:
    """No other node has a unique value that this change gives."""
    for item in form(type).unique:
        value = after.get(item.name)
        if value is not None and value != before.get(item.name):
            holder = work.holder((type.name, item.name, value))
            if holder is not None and holder != id:
                raise ValueTakenError(type=type.name, field=item.name, value=value)
