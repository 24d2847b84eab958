"""What the node that is kept will hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from graph.model.elements import NodeType
from graph.writer import Change, Delete, Move, Put
from graph.writer.forms import form
from graph.writer.work import NodeState

MERGED = "merged with another one"
Side = Literal["KEPT", "MERGED"]
Choices = Mapping[str, Side]
"""Name of a property to the node whose value stays. Without a choice it is that of the node that is kept, where it has
one."""
_PERIOD = frozenset({"since", "until"})


def final_changes(kept: NodeState, merged: NodeState, choices: Choices) -> list[Change]:
    """The changes that make two nodes one, when nothing leads to the second one any more: it goes, the kept one takes
    the values that were chosen and those that it lacks, and the id that is gone becomes one of its keys."""
    type = kept.type
    values = {
        item.name: item.scalar.given(value)
        for item in form(type).writable.values()
        if item.stages is None
        and item.name not in _PERIOD
        and (value := merged.properties.get(item.name)) is not None
        and choices.get(item.name, "MERGED" if kept.properties.get(item.name) is None else "KEPT") == "MERGED"
    }
    references = {
        item.name: merged.references[item.name]
        for item in form(type).references.values()
        if kept.references.get(item.name) is None and merged.references.get(item.name) is not None
    }
    values |= _period(kept, merged)
    key = Put("ExternalKey", None, {"key": merged.id}, {"identifies": kept.id})
    return [Delete(type.name, merged.id, into=kept.id), *_move(type, kept, merged), _put(kept, values, references), key]


def _put(kept: NodeState, values: dict[str, Any], references: dict[str, str | None]) -> Put:
    return Put(kept.type.name, kept.id, values, references, expect="present")


def _period(kept: NodeState, merged: NodeState) -> dict[str, Any]:
    """A fact that was known twice began when the first did and ends with the last."""
    if not kept.type.dated:
        return {}
    one, other = kept.properties, merged.properties
    ends = (one.get("until"), other.get("until"))
    until = None if None in ends else max(str(end) for end in ends)
    return {"since": min(one["since"], other["since"]), "until": until}


def _move(type: NodeType, kept: NodeState, merged: NodeState) -> list[Change]:
    item = type.staged
    if item is None or item.stages is None:
        return []
    order = item.stages.strongest.index
    stronger = min(kept.properties[item.name], merged.properties[item.name], key=order)
    if stronger == kept.properties[item.name]:
        return []
    return [Move(type.name, kept.id, stronger, reason=MERGED, anywhere=True)]
