"""A subscription planned for one class of viewer: how the nodes that its messages show are read, type by type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graph.compiler.compile import Compiled, compile_shown
from graph.compiler.inputs import ABSENT, Variables
from graph.compiler.planner.context import Context
from graph.compiler.rules.sight import Sight
from graph.compiler.selection import Selected, Selection, below, only
from graph.model.elements import NodeType, Reference
from graph.model.model import Model
from resolvers.live.feeds import Feed

_ID = Selected("id", "id", {})


@dataclass(frozen=True, slots=True)
class View:
    """How nodes of one type are read for the fields of a message that show them, one `compiled` field a place.

    Whether every node `is_open` to the viewers: one that is not found is gone then, and no reading is needed where
    nothing of it is shown.
    """

    compiled: Compiled
    is_open: bool

    @property
    def places(self) -> int:
        """How many lists of nodes it reads."""
        return len(self.compiled.plan.outputs)

    @property
    def shown(self) -> int:
        """How many of them are for fields of a message."""
        return self.places if self.is_open else self.places - 1


@dataclass(frozen=True, slots=True)
class Subscribed:
    """The field of a subscription, what was selected of its messages, and the views of the types they can show.

    `shown` are the selected fields that lead to nodes; the places of each view follow their order. A view of a type
    that is not open has one more place, which tells whether a node may be seen at all. What the feed is chosen by has
    views with no other place.
    """

    feed: Feed
    field: Selected
    shown: tuple[Selected, ...]
    views: Mapping[str, View]

    def arguments(self, variables: Variables) -> dict[str, Any]:
        """The arguments that are given."""
        read = {name: value.read(variables) for name, value in self.field.arguments.items()}
        return {name: value for name, value in read.items() if value is not ABSENT}


def plan_subscription(context: Context, feed: Feed, field: Selected) -> Subscribed:
    """The plan of a subscription's only field."""
    shown = tuple(part for part in only(field.below) if part.name in (feed.node, "target"))
    sight = Sight(context.model, context.audience)
    views = {}
    for node in context.model.concrete(feed.target):
        is_open = sight.of(node) is None
        fields = [Selected(part.key, part.name, {}, _narrow(below(part), node)) for part in shown]
        if not is_open:
            fields.append(Selected("", "", {}, {(node.name,): (_ID,)}))
        views[node.name] = View(compile_shown(context, tuple(fields)), is_open)
    for node in _ends(context.model, feed):
        is_open = sight.of(node) is None
        fields = [] if is_open else [Selected("", "", {}, {(node.name,): (_ID,)})]
        views.setdefault(node.name, View(compile_shown(context, tuple(fields)), is_open))
    return Subscribed(feed, field, shown, views)


def _ends(model: Model, feed: Feed) -> Iterator[NodeType]:
    """The types of the nodes that a feed can be chosen by: who may not see one may not learn what it is to others."""
    references = model.type(feed.target).fields
    for name, _ in feed.ends.values():
        reference = references[name]
        if isinstance(reference, Reference):
            yield from model.concrete(reference.target)


def _narrow(selection: Selection, node: NodeType) -> Selection:
    return {(node.name,): next(_fields(selection, node))}


def _fields(selection: Selection, node: NodeType) -> Iterator[tuple[Selected, ...]]:
    for names, fields in selection.items():
        if node.name in names:
            yield fields
