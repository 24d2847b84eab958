"""Versions of nodes and relationships: expected, counted on, and told."""

from __future__ import annotations

from graph.model.values import new_id
from graph.writer.changes import Status, Written
from graph.writer.errors import VersionConflictError
from graph.writer.forms import Stored
from graph.writer.work import EdgeState, State, Work


def first_version(work: Work, prefix: str) -> Stored:
    """What a new node or relationship begins with."""
    return {"id": new_id(prefix), "createdAt": work.now, "updatedAt": work.now, "version": 1}


def expect_version(state: State, version: int | None) -> None:
    """Raises VersionConflictError where another version is expected than there is."""
    actual = state.properties["version"]
    if version is not None and actual != version:
        raise VersionConflictError(type=state.type.name, id=state.id, actual=actual, expected=version)


def new_version(work: Work, state: State) -> None:
    """A new version, once for the batch however often it changes the node."""
    if state.before is not None:
        state.properties |= {"version": state.before["version"] + 1, "updatedAt": work.now}


def written(state: State, status: Status) -> Written:
    """What became of a state."""
    ends = (state.source, state.target) if isinstance(state, EdgeState) else None
    return Written(state.type.name, state.id, int(state.properties["version"]), status, ends)
