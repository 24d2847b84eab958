"""What a model is made of: node types, relationship types, interfaces, and the fields they have.

These are plain values, resolved from the declarations by graph/model/build.py. Names are as clients see them
(`sellerId`), and a property is stored in the graph under the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from graph.model.scalars import Scalar
from graph.model.ways import Everybody, Scope, Step


@dataclass(frozen=True, slots=True)
class Stages:
    """The values of a property follow one another as `moves` says, and nodes of this type keep since when and why.

    Where two nodes become one, the value stays that comes first in `strongest`. A node that comes to one of `ends`
    ends.
    """

    type: str
    moves: Mapping[str, tuple[str, ...]]
    strongest: tuple[str, ...]
    ends: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Property:
    """One value of a node or relationship.

    `lookup` says that nodes are looked up by it: few share a value, and an index finds them. `folded` says that
    `<name>Key` holds the folded text beside it. `copy_of` names (reference, property) whose stored form this one
    repeats; the writer keeps it. `hidden` properties exist in the graph, for order and indexes only. `visible_to` empty
    means everybody who sees the node, and SELF among the roles the party itself; `scope` narrows it further for viewers
    who are limited to some organisations, as the scope of a node type does for nodes. `stages` are set where a value
    moves from stage to stage. `within` names the property of the same node that tells how to read this one. `personal`
    values are erased with the party whose they are. `deprecated` says, here and at every other field, why it will go.
    """

    name: str
    scalar: Scalar
    nullable: bool
    description: str
    filterable: bool = False
    orderable: str | None = None
    searchable: bool = False
    folded: bool = False
    unique: bool = False
    lookup: bool = False
    derived: bool = False
    hidden: bool = False
    copy_of: tuple[str, str] | None = None
    visible_to: frozenset[str] = frozenset()
    scope: Scope | None = None
    stages: Stages | None = None
    cost: int = 0
    within: str | None = None
    personal: bool = False
    deprecated: str | None = None

    @property
    def key(self) -> str:
        """The stored property that orders and text searches use."""
        return f"{self.name}Key" if self.folded else self.name


@dataclass(frozen=True, slots=True)
class Computed:
    """A value computed by `function` from stored properties of the same node, after the statement."""

    name: str
    scalar: Scalar
    nullable: bool
    description: str
    needs: tuple[str, ...]
    function: Callable[..., Any]
    cost: int = 0
    deprecated: str | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """A field that leads to at most one node. `key` is the property of the owner that repeats the far node's id.
    `among` names the only types that one to any node leads to; all where it is empty."""

    name: str
    target: str
    step: Step
    nullable: bool
    description: str
    key: str | None = None
    among: tuple[str, ...] = ()
    filterable: bool = True
    visible_to: frozenset[str] = frozenset()
    cost: int = 1
    deprecated: str | None = None

    @property
    def is_needed(self) -> bool:
        """Whether no node is without it. A node that refers to one of any type exists for that alone, though clients
        may not see it."""
        return not self.nullable or self.target == "Node"


@dataclass(frozen=True, slots=True)
class Collection:
    """A field that leads to a connection. `where` holds values that every far node has (`{"scope": "INTERNAL"}`)."""

    name: str
    target: str
    step: Step
    description: str
    where: Mapping[str, str] = field(default_factory=dict)
    visible_to: frozenset[str] = frozenset()
    cost: int = 1
    deprecated: str | None = None


@dataclass(frozen=True, slots=True)
class Pick:
    """A field that leads to the first of a collection whose `property` equals the argument."""

    name: str
    collection: str
    argument: str
    property: str
    description: str
    argument_description: str
    cost: int = 1
    deprecated: str | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """A field that lists what a change did to the fields of a node or relationship.

    `type`, `before` and `after` name the stored properties that hold the name of its type, and what its fields held
    before and after, as JSON text; `subject` the one that holds whose personal data that is, where it is anybody's.
    """

    name: str
    description: str
    type: str
    before: str
    after: str
    subject: str
    deprecated: str | None = None


Field = Property | Computed | Reference | Collection | Pick | Changed


@dataclass(frozen=True, slots=True)
class Role:
    """What makes a node type a role: its shortcut edge leads from `party` to `counterpart` while the role is open.

    The open roles with the same node behind `forest_in` never lead, from counterpart to party, back to where they
    began.
    """

    shortcut: str
    party: str
    counterpart: str
    forest_in: str | None = None


@dataclass(frozen=True, slots=True)
class NodeType:
    """A concrete node type, or an interface (`members` not empty) that its members' labels share.

    `labels` are all labels of its nodes, its own last. `scope` says which nodes a viewer may see who is limited to some
    organisations; None means all. A viewer who sees only its own sees what it is itself (a `principal`), what is about
    it, and what one of the ways of `public` lets it see. `visible_to` names the roles that may see any; all may where
    it is empty. `dated` types are open or ended (`since`, `until`); no two nodes are open at once that are alike in the
    fields of `once_open`, references among them. `newest_first` says that the default order falls. `kept` types are
    made by the writer alone; `read_only` nodes are kept by the service itself: no client writes them, and they are no
    `Node`. `about` names the reference behind which the node stands whom this one tells of; a `personal` node is erased
    with it as a whole.
    """

    name: str
    prefix: str
    plural: str
    description: str
    labels: tuple[str, ...]
    fields: Mapping[str, Field]
    dated: bool = False
    role: Role | None = None
    scope: Scope | None = None
    visible_to: frozenset[str] = frozenset()
    interfaces: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    default_order: str = "id"
    kept: bool = False
    newest_first: bool = False
    read_only: bool = False
    once_open: tuple[str, ...] = ()
    about: str | None = None
    personal: bool = False
    principal: bool = False
    public: Scope = ()

    @property
    def label(self) -> str:
        """The label that tells this type from all others."""
        return self.labels[-1]

    def stored(self, name: str) -> Property:
        """The stored property of this name; KeyError where the field is none."""
        found = self.fields[name]
        if not isinstance(found, Property):
            raise KeyError(name)
        return found

    def reference(self, name: str) -> Reference:
        """The reference of this name; KeyError where the field is none."""
        found = self.fields[name]
        if not isinstance(found, Reference):
            raise KeyError(name)
        return found

    @property
    def is_public(self) -> bool:
        """Whether no viewer is kept from any of its nodes."""
        return Everybody() in (self.scope or (Everybody(),)) and not self.visible_to and Everybody() in self.public

    @property
    def properties(self) -> tuple[Property, ...]:
        """The stored properties in declaration order, hidden ones included."""
        return tuple(f for f in self.fields.values() if isinstance(f, Property))

    @property
    def references(self) -> tuple[Reference, ...]:
        """The fields that lead to at most one node."""
        return tuple(f for f in self.fields.values() if isinstance(f, Reference))

    @property
    def orders(self) -> Mapping[str, Property]:
        """Name of each offered order to the property that it follows."""
        return {p.orderable: p for p in self.properties if p.orderable}

    @property
    def staged(self) -> Property | None:
        """The property whose values are kept as stages; a type has at most one."""
        return next((p for p in self.properties if p.stages), None)

    @property
    def keys(self) -> tuple[str, ...]:
        """The properties that repeat the id behind a reference."""
        return tuple(r.key for r in self.references if r.key)

    @property
    def lookups(self) -> tuple[str, ...]:
        """The stored properties by whose value an index finds few nodes: unique ones, lookups, and ordered texts."""
        found = [p.name for p in self.properties if p.unique or p.lookup]
        return (*found, *(p.key for p in self.orders.values() if p.folded))


@dataclass(frozen=True, slots=True)
class RelationshipType:
    """A relationship with an id and properties of its own; `symmetric` ones are read in both directions. `about` is the
    end whose personal values it holds, where it holds any."""

    name: str
    type: str
    prefix: str
    description: str
    source: str
    target: str
    fields: Mapping[str, Property]
    symmetric: bool = False
    acyclic: bool = False
    dated: bool = True
    about: Literal["source", "target"] | None = None

    @property
    def properties(self) -> tuple[Property, ...]:
        """The stored properties in declaration order."""
        return tuple(self.fields.values())
