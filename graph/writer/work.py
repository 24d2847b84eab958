"""The present state of what a batch concerns, and what it will be: changed in memory first, written at the end."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from graph.model.elements import NodeType, RelationshipType
from graph.model.model import Model
from graph.writer.forms import Stored, difference, form


@dataclass(slots=True)
class NodeState:
    """A node: `before` is what the database holds, None for a new one; `properties` is what it will hold.

    `used_by` is known of nodes that may be deleted: a relationship that another node has with it, and that node's id.
    `stage` is the id of the open stage of a value that is kept in stages. `successor` takes over from a node that ends,
    and a deleted node may be one with another one, `into`, from now on. Of what is `erased`, history tells no values.
    """

    type: NodeType
    id: str
    properties: Stored
    references: dict[str, str | None]
    before: Stored | None = None
    references_before: dict[str, str | None] = field(default_factory=dict)
    external_key: str | None = None
    ended: bool = False
    deleted: bool = False
    used_by: tuple[str, str] | None = None
    stage: str | None = None
    successor: str | None = None
    into: str | None = None
    erased: bool = False

    def copy(self) -> NodeState:
        """A state of its own that a group may change."""
        return NodeState(
            self.type,
            self.id,
            dict(self.properties),
            dict(self.references),
            self.before,
            self.references_before,
            self.external_key,
            self.ended,
            self.deleted,
            self.used_by,
            self.stage,
            self.successor,
            self.into,
            self.erased,
        )

    @property
    def is_new(self) -> bool:
        """Whether the database does not hold it yet."""
        return self.before is None

    def changes(self) -> Stored:
        """The properties that differ from what the database holds."""
        return difference(self.before or {}, self.properties)

    def moved(self) -> Iterator[tuple[str, str | None, str | None]]:
        """Reference, target before and target after, where they differ."""
        for name in self.references.keys() | self.references_before.keys():
            old, new = self.references_before.get(name), self.references.get(name)
            if old != new:
                yield name, old, new


@dataclass(slots=True)
class EdgeState:
    """A declared relationship between two nodes; `before`, `into` and `erased` as for nodes, `ends_before` its nodes
    then."""

    type: RelationshipType
    source: str
    target: str
    properties: Stored
    before: Stored | None = None
    ended: bool = False
    ends_before: tuple[str, str] | None = None
    deleted: bool = False
    into: str | None = None
    erased: bool = False

    def copy(self) -> EdgeState:
        """A state of its own that a group may change."""
        return EdgeState(
            self.type,
            self.source,
            self.target,
            dict(self.properties),
            self.before,
            self.ended,
            self.ends_before,
            self.deleted,
            self.into,
            self.erased,
        )

    @property
    def id(self) -> str:
        """The relationship's own id."""
        return str(self.properties["id"])

    @property
    def is_new(self) -> bool:
        """Whether the database does not hold it yet."""
        return self.before is None

    def moved(self) -> Iterator[tuple[str, str | None, str | None]]:
        """End, node before and node after, where they differ."""
        if self.ends_before is not None:
            for name, old, new in zip(("source", "target"), self.ends_before, (self.source, self.target), strict=True):
                if old != new:
                    yield name, old, new

    def changes(self) -> Stored:
        """The properties that differ from what the database holds."""
        return difference(self.before or {}, self.properties)


State = NodeState | EdgeState
Held = tuple[str, str, object]
"""Type, property and value that only one node may have."""


class Work:
    """One batch: names and states, with the changes of the group at hand kept apart until it is accepted.

    `locked` holds the ids of the nodes that its transaction has locked.
    """

    def __init__(self, model: Model, now: str) -> None:
        self.model = model
        self.now = now
        self.ids: dict[str, str] = {}
        self.states: dict[str, State] = {}
        self.edges: dict[tuple[str, str, str], list[str]] = {}
        self.holders: dict[Held, str] = {}
        self.locked: set[str] = set()
        self._group_ids: dict[str, str] = {}
        self._group_states: dict[str, State] = {}

    def load(self, state: State) -> None:
        """Takes what the database holds."""
        self.states[state.id] = state
        if isinstance(state, EdgeState):
            self.edges.setdefault(_pair(state), []).append(state.id)

    def id_of(self, name: str) -> str | None:
        """The id behind a name, or None where it is not known."""
        return self._group_ids.get(name) or self.ids.get(name)

    def state(self, id: str) -> State | None:
        """The state of a node or relationship as the group at hand sees it."""
        return self._group_states.get(id) or self.states.get(id)

    def edit(self, id: str) -> Any:
        """The state, free to be changed by the group at hand."""
        if id not in self._group_states:
            self._group_states[id] = self.states[id].copy()
        return self._group_states[id]

    def add(self, state: State, name: str | None = None) -> None:
        """Takes a new node or relationship of the group at hand."""
        self._group_states[state.id] = state
        if name is not None:
            self._group_ids[name] = state.id

    def between(self, type: RelationshipType, source: str, target: str) -> Iterator[EdgeState]:
        """The relationships of this type from source to target, those of the group at hand included."""
        wanted = (type.name, source, target)
        for id in self.edges.get(wanted, ()):
            found = self.state(id)
            if isinstance(found, EdgeState) and not found.deleted and _pair(found) == wanted:
                yield found
        for state in self._group_states.values():
            if isinstance(state, EdgeState) and _pair(state) == wanted and not state.deleted:
                held = self.states.get(state.id)
                if not isinstance(held, EdgeState) or _pair(held) != wanted:
                    yield state

    def holder(self, held: Held) -> str | None:
        """The id of the node that has the unique value, as the group at hand sees it."""
        for state in self._group_states.values():
            if state.type.name == held[0] and state.properties.get(held[1]) == held[2] and not state.deleted:
                return state.id
        id = self.holders.get(held)
        holder = self.state(id) if id is not None else None
        holds = holder is None or (holder.properties.get(held[1]) == held[2] and not holder.deleted)
        return id if holds else None

    def forget(self, ids: Collection[str]) -> None:
        """Nodes with these ids, and relationships with one of them, are not known, as if they were not there."""
        self.ids = {name: id for name, id in self.ids.items() if id not in ids}
        for state in list(self.states.values()):
            ends = (state.source, state.target) if isinstance(state, EdgeState) else (state.id,)
            if any(end in ids for end in ends):
                del self.states[state.id]
        self.edges = {
            pair: known for pair, found in self.edges.items() if (known := [i for i in found if i in self.states])
        }

    def accept(self) -> None:
        """The group at hand becomes part of the batch."""
        self.ids.update(self._group_ids)
        for id, state in self._group_states.items():
            if isinstance(state, EdgeState) and id not in self.edges.setdefault(_pair(state), []):
                self.edges[_pair(state)].append(id)
            if isinstance(state, NodeState):
                held = ((state.type.name, p.name, state.properties.get(p.name)) for p in form(state.type).unique)
                self.holders.update({h: id for h in held if h[2] is not None})
            self.states[id] = state
        self.drop()

    def drop(self) -> None:
        """Nothing of the group at hand remains."""
        self._group_ids = {}
        self._group_states = {}

    def nodes(self) -> Iterator[NodeState]:
        """All nodes of the batch."""
        return (s for s in self.states.values() if isinstance(s, NodeState))

    def nodes_by_type(self) -> dict[str, list[NodeState]]:
        """The nodes of the batch by the name of their type; types without any are absent."""
        found: dict[str, list[NodeState]] = {}
        for state in self.nodes():
            found.setdefault(state.type.name, []).append(state)
        return found

    def relationships(self) -> Iterator[EdgeState]:
        """All relationships of the batch."""
        return (s for s in self.states.values() if isinstance(s, EdgeState))

    def relationships_by_type(self) -> dict[str, list[EdgeState]]:
        """The relationships of the batch by the name of their type; types without any are absent."""
        found: dict[str, list[EdgeState]] = {}
        for state in self.relationships():
            found.setdefault(state.type.name, []).append(state)
        return found


def _pair(state: EdgeState) -> tuple[str, str, str]:
    return state.type.name, state.source, state.target
