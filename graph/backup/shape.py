"""How a graph is laid out in a file: which type stands where, and what of a node stands on its line.

Types follow one another so that a line refers to what stands above it, as far as references allow that. One that leads
to its own type, or to a type further down, is *late*: it has a line of its own below all nodes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.model.elements import Changed, NodeType, Property, Reference, RelationshipType
from graph.model.model import Model
from graph.model.values import id_prefix
from graph.writer.forms import SEARCH_TEXT, form


@dataclass(frozen=True, slots=True)
class Link:
    """A reference of a node, as far as it leads to these labels; to whatever it may where there are none."""

    name: str
    type: str
    labels: tuple[str, ...] = ()

    @property
    def far(self) -> str:
        """The far node's labels in a pattern: `:Person|OrgUnit`."""
        return f":{'|'.join(self.labels)}" if self.labels else ""


@dataclass(frozen=True, slots=True)
class NodeShape:
    """What is known of the nodes of a type: stored properties, and references that lead up or down the file.

    `tied` names the references to nodes of any type: a node that has one tells of the other and goes where it goes.
    `named` are the properties of such a node that hold ids of others. `needed` references are never absent. `known`
    holds the properties once more, `linked` the names of all references.
    """

    type: NodeType
    properties: tuple[str, ...]
    links: tuple[Link, ...]
    late: tuple[Link, ...]
    tied: tuple[Link, ...]
    named: tuple[str, ...]
    needed: frozenset[str]
    known: frozenset[str]
    linked: frozenset[str]

    @property
    def references(self) -> tuple[Link, ...]:
        """All references, whichever way they lead; one may stand here twice."""
        return (*self.links, *self.late)


@dataclass(frozen=True, slots=True)
class EdgeShape:
    """What is known of the relationships of a type."""

    type: RelationshipType
    properties: tuple[str, ...]
    known: frozenset[str]


@dataclass(frozen=True, slots=True)
class Shapes:
    """All types by name, node types in the order of the file, and the prefixes of ids that references lead to."""

    nodes: dict[str, NodeShape]
    edges: dict[str, EdgeShape]
    prefixes: frozenset[str]

    def __iter__(self) -> Iterator[NodeShape | EdgeShape]:
        yield from self.nodes.values()
        yield from self.edges.values()

    def of(self, type: str) -> NodeShape | EdgeShape | None:
        """The node type or relationship type of this name."""
        return self.nodes.get(type) or self.edges.get(type)

    def leads_down(self, type: str, target: str) -> bool:
        """Whether a reference of a node of the type to the node of this id is late."""
        order = [shape.type.prefix for shape in self.nodes.values()]
        return order.index(id_prefix(target) or "") >= order.index(self.nodes[type].type.prefix)


def shapes(model: Model) -> Shapes:
    """The layout that follows from the model."""
    order = tuple(_order(model))
    place = {name: n for n, name in enumerate(order)}
    edges = {name: (type, tuple(_stored(type))) for name, type in model.relationships.items()}
    return Shapes(
        {name: _node(model, model.nodes[name], place) for name in order},
        {name: EdgeShape(type, stored, frozenset(stored)) for name, (type, stored) in edges.items()},
        frozenset(model.by_prefix),
    )


def _order(model: Model) -> Iterator[str]:
    """Type by type, each below those that it refers to; below those that it must refer to in any case."""
    waiting = {name: form(type).references.values() for name, type in model.nodes.items()}

    def free(name: str, *, needed: bool) -> bool:
        wanted = (r for r in waiting[name] if not (needed and r.nullable))
        return not any(t in waiting and t != name for r in wanted for t in _targets(model, r))

    while waiting:
        ready = (name for needed in (False, True) for name in waiting if free(name, needed=needed))
        found = next(ready)
        del waiting[found]
        yield found


def _targets(model: Model, reference: Reference) -> list[str]:
    return [type.name for type in model.concrete(reference.target)]


def _node(model: Model, type: NodeType, place: dict[str, int]) -> NodeShape:
    links, late, tied = [], [], []
    for reference in form(type).references.values():
        targets = _targets(model, reference)
        above = [t for t in targets if place[t] < place[type.name]]
        below = [t for t in targets if place[t] >= place[type.name]]
        anything = reference.target == "Node"
        everything = () if anything else (model.type(reference.target).label,)
        step = reference.step.type
        if above:
            labels = tuple(model.nodes[t].label for t in above)
            links.append(Link(reference.name, step, labels if below else everything))
        if below:
            late.append(Link(reference.name, step, tuple(model.nodes[t].label for t in below)))
        if anything:
            tied.append(Link(reference.name, step))
    named = tuple(p.name for p in type.properties if p.scalar.name == "ID" and p.name != "id") if tied else ()
    needed = frozenset(r.name for r in form(type).references.values() if not r.nullable)
    stored = tuple(_stored(type))
    linked = frozenset(link.name for link in (*links, *late))
    return NodeShape(type, stored, tuple(links), tuple(late), tuple(tied), named, needed, frozenset(stored), linked)


def _stored(owner: NodeType | RelationshipType) -> list[str]:
    """All properties that the type's nodes hold: declared ones, folded keys, search text, and what changes hold."""
    names: dict[str, None] = {}
    for item in owner.fields.values():
        if isinstance(item, Property):
            names |= {item.name: None, item.key: None}
        elif isinstance(item, Changed):
            names |= {item.before: None, item.after: None, item.subject: None}
    if any(p.searchable for p in owner.properties):
        names[SEARCH_TEXT] = None
    return list(names)
