"""What a client selected, collected from its document: the input of the planner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graph.compiler.inputs import Arguments


@dataclass(frozen=True, slots=True)
class Selected:
    """One key of the response: field `name` under `key`, with its arguments and what was selected below it."""

    key: str
    name: str
    arguments: Arguments
    below: Selection | None = None


Selection = Mapping[tuple[str, ...], tuple[Selected, ...]]
"""Names of the object types that a position can hold, grouped by what was selected on them, to those fields in the
order of the response. A position of one type has one entry."""


def only(selection: Selection | None) -> tuple[Selected, ...]:
    """The fields selected at a position that holds one object type."""
    if selection is None or len(selection) != 1:
        raise ValueError("not a position of one object type")
    return next(iter(selection.values()))


def below(selected: Selected) -> Selection:
    """What was selected below a field that leads to objects."""
    if selected.below is None:
        raise ValueError(f"{selected.name} has nothing selected")
    return selected.below
