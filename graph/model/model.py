"""The model: all node and relationship types of a schema, and what can be asked about them together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from graph.model.elements import NodeType, Reference, RelationshipType
from graph.model.scalars import Scalar
from graph.model.ways import Direction, Step


@dataclass(frozen=True)
class Model:
    """All types by name; `nodes` holds the concrete ones, `interfaces` those with members."""

    nodes: Mapping[str, NodeType]
    interfaces: Mapping[str, NodeType]
    relationships: Mapping[str, RelationshipType]

    def type(self, name: str) -> NodeType:
        """The node type or interface of this name; `Node` is every type."""
        if name == "Node":
            return self.anything
        return self.nodes.get(name) or self.interfaces[name]

    def concrete(self, name: str) -> tuple[NodeType, ...]:
        """The concrete types that a field of this type can lead to."""
        found = self.type(name)
        return tuple(self.nodes[m] for m in found.members) if found.members else (found,)

    def behind(self, reference: Reference) -> NodeType:
        """The node type or interface that a reference leads to, with those of its types alone that it can lead to."""
        found = self.type(reference.target)
        return replace(found, members=tuple(self._named(reference.among))) if reference.among else found

    def _named(self, names: Iterable[str]) -> Iterator[str]:
        return (type.name for name in names for type in self.concrete(name))

    @cached_property
    def writable(self) -> Mapping[str, NodeType]:
        """The concrete types by name, without those that the service keeps itself."""
        return {name: node for name, node in self.nodes.items() if not node.read_only}

    @cached_property
    def made(self) -> Mapping[str, NodeType]:
        """The concrete types by name whose nodes clients make."""
        return {name: node for name, node in self.writable.items() if not node.kept}

    @cached_property
    def anything(self) -> NodeType:
        """The interface of all writable types; it has no label of its own."""
        common = set.intersection(*(set(n.fields) for n in self.writable.values()))
        first = next(iter(self.writable.values()))
        fields = {name: f for name, f in first.fields.items() if name in common}
        return NodeType("Node", "", "", "Anything with an id.", (), fields, members=tuple(self.writable))

    @cached_property
    def by_prefix(self) -> Mapping[str, NodeType]:
        """Id prefix to the writable type that it tells."""
        return {node.prefix: node for node in self.writable.values()}

    @cached_property
    def searchable(self) -> tuple[NodeType, ...]:
        """The concrete types that have searchable properties."""
        return tuple(n for n in self.nodes.values() if any(p.searchable for p in n.properties))

    @cached_property
    def scalars(self) -> tuple[Scalar, ...]:
        """Every kind of value in use, once, in order of first use."""
        found: dict[str, Scalar] = {}
        owners: Iterable[NodeType | RelationshipType] = (
            *self.interfaces.values(),
            *self.nodes.values(),
            *self.relationships.values(),
        )
        for owner in owners:
            for item in owner.fields.values():
                scalar = getattr(item, "scalar", None)
                if isinstance(scalar, Scalar):
                    found.setdefault(scalar.name, scalar)
        return tuple(found.values())

    def implies(self, step: Step, target: NodeType) -> bool:
        """Whether every node behind the step is of the target type, so that naming its label would only cost."""
        wanted = {t.name for t in self.concrete(target.name)}
        return self.ends(step) <= wanted

    def starts(self, step: Step) -> set[str]:
        """The names of the concrete types that a step can lead from."""
        back: Mapping[Direction, Direction] = {"out": "in", "in": "out", "both": "both"}
        return self.ends(Step(step.type, back[step.direction]))

    def ends(self, step: Step) -> set[str]:
        """The names of the concrete types that a step can lead to."""
        type_, direction = step.type, step.direction
        found: set[str] = set()
        for owner in self.nodes.values():
            for reference in owner.references:
                if reference.step.type == type_ and not reference.step.relationship:
                    ends = {owner.name} if direction == "in" else {t.name for t in self.concrete(reference.target)}
                    found |= ends
            if owner.role and owner.role.shortcut == type_:
                end = owner.role.party if direction == "in" else owner.role.counterpart
                found |= {t.name for r in owner.references if r.name == end for t in self.concrete(r.target)}
        for relationship in self.relationships.values():
            if relationship.type == type_:
                ends_of = {"out": (relationship.target,), "in": (relationship.source,)}
                for end in ends_of.get(direction, (relationship.source, relationship.target)):
                    found |= {t.name for t in self.concrete(end)}
        return found

    def references_to(self, target: NodeType) -> Iterator[tuple[NodeType, Reference]]:
        """Every reference of a concrete type that may lead to a node of this type."""
        for owner in self.nodes.values():
            for reference in owner.references:
                if any(t.name == target.name for t in self.concrete(reference.target)):
                    yield owner, reference
