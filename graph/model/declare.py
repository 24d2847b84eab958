"""The vocabulary of declarations: a class of schema/ says what a node, role or relationship is, once.

```python
@node("org", default_order="name")
class Organisation(Party):
    \"\"\"A business, bank, agency, voluntary body or association.\"\"\"

    kind: OrganisationKind = prop("What it does in the world.", filter=True)
    subsidiaries: Connection[Organisation] = related(SubsidiaryOf, "in", "Organisations it holds a share of.")
    customers: Connection[Customer] = inverse("seller", "Who buys from it.")
```

Annotations give type and nullability and are resolved by name (graph/model/fields.py), so modules need not import one
another at run time. The functions return Any: to the type checker a declared field has the type of its annotation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, Literal, TypeVar

from graph.model.elements import Role
from graph.model.ways import Direction, Scope

T = TypeVar("T")
C = TypeVar("C", bound=type)


class Connection(Generic[T]):
    """The annotation of a field that leads to many nodes."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A field as written, before its annotation is resolved; `kind` is the function that wrote it."""

    kind: str
    description: str
    options: Mapping[str, Any]
    deprecated: str | None = None


@dataclass(frozen=True, slots=True)
class DeclaredNode:
    """The arguments of `@node`, `@role` or `@interface`."""

    prefix: str
    plural: str | None
    label: str | None
    dated: bool
    role: Role | None
    scope: Scope | None
    visible_to: frozenset[str]
    is_interface: bool
    default_order: str
    kept: bool = False
    newest_first: bool = False
    read_only: bool = False
    once_open: tuple[str, ...] = ()
    about: str | None = None
    personal: bool = False
    principal: bool = False
    public: Scope = ()


@dataclass(frozen=True, slots=True)
class DeclaredRelationship:
    """The arguments of `@relationship`."""

    type: str
    prefix: str
    source: str
    target: str
    symmetric: bool
    acyclic: bool
    about: Literal["source", "target"] | None


def prop(
    description: str,
    *,
    filter: bool = False,  # the word clients know
    order: bool | str = False,
    search: bool = False,
    folded: bool = False,
    unique: bool = False,
    lookup: bool = False,
    derived: bool = False,
    visible_to: Iterable[str] = (),
    scope: Scope | None = None,
    cost: int = 0,
    within: str | None = None,
    personal: bool = False,
) -> Any:
    """A stored value.

    `order=True` offers an order under its name, a text offers it under that name; `lookup` is an index for a filter
    that few nodes pass; `derived` is kept by the writer and never taken from a client; `visible_to` limits it to roles,
    and `scope` to the organisations that one of its ways leads to. `within` names the property of the same class that
    a value is read by: the country of a phone number. `personal` values are erased with the party whose they are.
    """
    return Declared("prop", description, {k: v for k, v in locals().items() if k != "description"})


def deprecated(reason: str, declared: Any) -> Any:
    """The declared field, which will go: `reason` says what replaces it and since when, for GraphQL's `@deprecated`.

    ```python
    sector: str | None = deprecated("Use kind. Since 2027-03-01.", prop("What it lives from."))
    ```
    """
    return replace(declared, deprecated=reason)


def staged(
    description: str,
    *,
    kept_by: str,
    moves: Mapping[Any, Iterable[Any]],
    strongest: Iterable[Any],
    ends: Iterable[Any] = (),
    filter: bool = False,
) -> Any:
    """A stored choice that moves from stage to stage: `moves` maps each choice to those that may follow it, and nodes
    of the type `kept_by` keep each with its time and reason. Where two nodes become one, the choice stays that comes
    first in `strongest`, which names all. A node that comes to one of `ends` ends with that move."""
    declared: Declared = prop(description, filter=filter)
    return Declared(
        "prop", description, {**declared.options, "stages": (kept_by, moves, tuple(strongest), tuple(ends))}
    )


def copy(reference: str, property_name: str, description: str = "", *, order: str | None = None) -> Any:
    """A copy of a property behind a reference, kept by the writer, so that an index can order by it, or find by it what
    may be seen. Clients see those that are described."""
    return Declared("copy", description, {"copy_of": (reference, property_name), "order": order})


def ref(
    type: str,  # the relationship type
    description: str,
    *,
    key: bool = False,
    among: tuple[str, ...] = (),
    visible_to: Iterable[str] = (),
    cost: int = 1,
) -> Any:
    """The one node behind an outgoing relationship without properties. With `key` its id is copied to `<field>Id`,
    which clients see where the class declares a property of that name behind it. `among` names the only types that a
    reference to any `Node` leads to."""
    return Declared("ref", description, {k: v for k, v in locals().items() if k != "description"})


def inverse(
    reference: str, description: str, *, where: Mapping[str, str] | None = None, visible_to: Iterable[str] = ()
) -> Any:
    """The nodes of the annotated type whose reference of this name leads here."""
    return Declared("inverse", description, {"reference": reference, "where": where or {}, "visible_to": visible_to})


def matching(keys: Mapping[str, str], description: str) -> Any:
    """The nodes of the annotated type whose properties equal this node's: `{"buyer_id": "party_id"}` reads far to near.
    The first pair leads an index of the far type."""
    return Declared("matching", description, {"keys": keys})


def related(
    relationship: type, direction: Direction, description: str, *, visible_to: Iterable[str] = (), cost: int = 1
) -> Any:
    """The nodes at the other end of a declared relationship: a connection, or at most one where annotated so."""
    return Declared("related", description, {k: v for k, v in locals().items() if k != "description"})


def pick(collection: str, *, argument: str, by: str, description: str, argument_description: str) -> Any:
    """The first of a collection whose property `by` equals the argument."""
    options = {"collection": collection, "argument": argument, "by": by, "argument_description": argument_description}
    return Declared("pick", description, options)


def computed(function: Callable[..., Any], description: str, *, needs: tuple[str, ...], cost: int = 0) -> Any:
    """A value computed from the stored forms of the properties named in `needs`, in that order."""
    return Declared("computed", description, {"function": function, "needs": needs, "cost": cost})


def changed(description: str, *, type: str, before: str, after: str, subject: str) -> Any:
    """What a change did, field by field. The node stores the name of the type that changed in the property `type`, and
    what its fields held under `before` and `after`, as JSON text by name; under `subject` the id of the party whose
    personal data that is. Shows only what the viewer may see of that type."""
    return Declared("changed", description, {k: v for k, v in locals().items() if k != "description"})


def node(
    prefix: str,
    *,
    plural: str | None = None,
    dated: bool = False,
    scope: Scope | None = None,
    visible_to: Iterable[str] = (),
    default_order: str = "id",
    kept: bool = False,
    newest_first: bool = False,
    read_only: bool = False,
    once_open: tuple[str, ...] = (),
    about: str | None = None,
    personal: bool = False,
    public: Scope = (),
) -> Callable[[C], C]:
    """Declares a node type. `prefix` starts its ids; `plural` names its root connection (class name + `s`;
    empty: it has no root fields, and is met behind other nodes only). `visible_to` limits its nodes, and all that leads
    to them, to roles. `newest_first` turns the default order round. Nodes of a `kept` type are made by the writer
    alone, from what clients change; `read_only` ones are kept by the service itself, and they are no `Node`. No two
    nodes are open at once that are alike in the fields of `once_open`, the first of which is a reference with a key.
    `about` names the reference to whom or what the node tells of; a `personal` node is erased with it. Customers and
    partners see what is about them, and of the rest what one of the ways of `public` lets them see."""
    kind = DeclaredNode(prefix, plural, None, dated, None, scope, frozenset(visible_to), False, default_order)
    alike = tuple(camel(name) for name in once_open)
    kept_as = replace(kind, kept=kept, newest_first=newest_first, read_only=read_only, once_open=alike)
    return _mark(replace(kept_as, about=about and camel(about), personal=personal, public=public))


def role(
    prefix: str,
    *,
    shortcut: str,
    party: str,
    counterpart: str,
    once_open: tuple[str, ...] = (),
    forest_in: str | None = None,
    plural: str | None = None,
    scope: Scope | None = None,
    default_order: str = "id",
) -> Callable[[C], C]:
    """Declares a role: a dated node between two parties, with a shortcut edge while it is open. It tells of its
    `party`; `once_open` as for other nodes. Where `forest_in` names a reference with a key, the open roles with the
    same node behind it lead nobody back to itself."""
    kind = Role(shortcut, camel(party), camel(counterpart), forest_in and camel(forest_in))
    declared = DeclaredNode(prefix, plural, None, True, kind, scope, frozenset(), False, default_order)
    return _mark(replace(declared, once_open=tuple(camel(name) for name in once_open), about=camel(party)))


def interface(
    *,
    plural: str,
    label: str,
    scope: Scope | None = None,
    principal: bool = False,
    public: Scope = (),
    default_order: str = "id",
) -> Callable[[C], C]:
    """Declares what several node types share; their nodes carry its label too. A `principal` is whom an identity can
    stand for."""
    declared = DeclaredNode("", plural, label, False, None, scope, frozenset(), True, default_order)
    return _mark(replace(declared, principal=principal, public=public))


def relationship(
    type: str,  # the relationship type
    prefix: str,
    *,
    source: str,
    target: str,
    symmetric: bool = False,
    acyclic: bool = False,
    about: Literal["source", "target"] | None = None,
) -> Callable[[C], C]:
    """Declares a dated relationship with an id; `source` and `target` name node types, and `about` the end whose
    personal values it holds."""

    def mark(cls: C) -> C:
        cls.__declared_relationship__ = DeclaredRelationship(type, prefix, source, target, symmetric, acyclic, about)  # type: ignore[attr-defined]  # read back by build.py
        return cls

    return mark


def extend(type_name: str) -> Callable[[C], C]:
    """Declares fields that a concept adds to a node type or interface of another module, as GraphQL's `extend` does."""

    def mark(cls: C) -> C:
        cls.__declared_extension__ = type_name  # type: ignore[attr-defined]  # read back by build.py
        return cls

    return mark


def _mark(declared: DeclaredNode) -> Callable[[C], C]:
    def mark(cls: C) -> C:
        cls.__declared_node__ = declared  # type: ignore[attr-defined]  # read back by build.py
        return cls

    return mark


def camel(name: str) -> str:
    """The name as clients see it: `seller_id` -> `sellerId`."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
