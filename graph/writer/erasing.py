"""Personal values go; what stays is a pseudonym, and that there was something."""

from __future__ import annotations

from graph.writer.changes import Erase, Written
from graph.writer.errors import InUseError, NotFoundError
from graph.writer.forms import Stored, encode, merge
from graph.writer.subjects import personal_properties
from graph.writer.versions import new_version, written
from graph.writer.work import NodeState, Work

ERASED_AT = "erasedAt"


def pseudonym(id: str) -> str:
    """What somebody is called whose name was erased: `Erased 5c0f8a21`."""
    return f"Erased {id[-8:]}"


def erase(work: Work, change: Erase) -> Written:
    """Takes the personal values away, or the whole node where all of it is personal."""
    state = work.state(change.node)
    if state is None or state.type.name != change.type:
        raise NotFoundError(type=change.type, value=change.node)
    if isinstance(state, NodeState) and state.type.personal:
        if state.used_by is not None:
            raise InUseError(type=change.type, id=state.id, relationship=state.used_by[0], other=state.used_by[1])
        gone: NodeState = work.edit(state.id)
        gone.deleted = gone.erased = True
        return written(gone, "deleted")
    held = {item.name: item for item in personal_properties(state.type) if item.name in state.properties}
    values: Stored = {name: None if item.nullable else pseudonym(state.id) for name, item in held.items()}
    after = merge(state.type, state.properties, encode(state.type, values))
    if ERASED_AT in state.type.fields and ERASED_AT not in after:
        after[ERASED_AT] = work.now
    if after == state.properties:
        return written(state, "unchanged")
    edited = work.edit(state.id)
    edited.properties, edited.erased = after, True
    new_version(work, edited)
    return written(edited, "updated")
