"""Declared classes become a Model: interfaces flattened, members found, fields resolved as fields.py says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from graph.model.declare import camel
from graph.model.declared import DeclarationError, Declarations, description_of, fields_of
from graph.model.elements import Computed, Field, NodeType, Property, RelationshipType, Scope
from graph.model.fields import Fields
from graph.model.model import Model
from graph.model.scalars import TEXT


def build_model(classes: Iterable[type]) -> Model:
    """The model of these declared classes; DeclarationError names the class and field that is wrong."""
    return _Builder(Declarations(classes)).build()


class _Builder:
    def __init__(self, declared: Declarations) -> None:
        self._declared = declared
        self._fields = Fields(declared)

    def build(self) -> Model:
        relationships = {name: self._relationship(c) for name, c in self._declared.relationships.items()}
        types = {name: self._node(c) for name, c in self._declared.nodes.items()}
        members: dict[str, list[str]] = {}
        for name, found in types.items():
            for parent in found.interfaces:
                members.setdefault(parent, []).append(name)
        nodes = {n: t for n, t in types.items() if not self._declared.node(n).is_interface}
        interfaces = {
            n: replace(t, members=tuple(members.get(n, ())))
            for n, t in types.items()
            if self._declared.node(n).is_interface
        }
        return Model(nodes, interfaces, relationships)

    def _relationship(self, cls: type) -> RelationshipType:
        declared = self._declared.relationship(cls.__name__)
        fields: dict[str, Property] = {}
        for name, annotation, item in fields_of(cls):
            fields[camel(name)] = self._fields.property(cls, name, annotation, item)
        _check_within(cls, fields)
        _check_personal(cls, fields, declared.about)
        return RelationshipType(
            name=cls.__name__,
            type=declared.type,
            prefix=declared.prefix,
            description=description_of(cls),
            source=declared.source,
            target=declared.target,
            fields=fields,
            symmetric=declared.symmetric,
            acyclic=declared.acyclic,
            about=declared.about,
        )

    def _node(self, cls: type) -> NodeType:
        declared = self._declared.node(cls.__name__)
        parents = self._declared.parents(cls)
        labels = [label for c in reversed(parents) if (label := self._declared.node(c.__name__).label)]
        fields: dict[str, Field] = {}
        for name, annotation, item in self._declared.node_fields(cls):
            for field in self._fields.resolve(cls, name, annotation, item):
                fields[field.name] = field
        _check_computed(cls, fields)
        _check_within(cls, fields)
        _check_personal(cls, fields, declared.about)
        usual = cls.__name__[0].lower() + cls.__name__[1:] + "s"
        return NodeType(
            name=cls.__name__,
            prefix=declared.prefix,
            plural=usual if declared.plural is None else declared.plural,
            description=description_of(cls),
            labels=(*labels, declared.label or cls.__name__),
            fields=fields,
            dated=declared.dated,
            role=declared.role,
            scope=declared.scope if declared.scope is not None else self._inherited_scope(parents),
            visible_to=declared.visible_to,
            interfaces=tuple(c.__name__ for c in parents if self._declared.node(c.__name__).is_interface),
            default_order=declared.default_order,
            kept=declared.kept,
            newest_first=declared.newest_first,
            read_only=declared.read_only,
            once_open=declared.once_open,
            about=declared.about,
            personal=declared.personal,
        )

    def _inherited_scope(self, parents: list[type]) -> Scope | None:
        return next((s for c in parents if (s := self._declared.node(c.__name__).scope) is not None), None)


def _check_computed(cls: type, fields: dict[str, Field]) -> None:
    """A computed value is seen by everybody who sees the node, so all that it needs must be."""
    for item in fields.values():
        for name in item.needs if isinstance(item, Computed) else ():
            need = fields.get(name)
            if isinstance(need, Property) and (need.visible_to or need.scope is not None):
                raise DeclarationError(f"{cls.__name__}.{item.name}: not everybody may see {name}, which it needs")


def _check_within(cls: type, fields: Mapping[str, Field]) -> None:
    """What a value is read by is a property of the same class, that clients write as it is."""
    for item in fields.values():
        if isinstance(item, Property) and item.within is not None:
            other = fields.get(item.within)
            if not isinstance(other, Property) or other.derived or other.scalar.settle is not None:
                raise DeclarationError(f"{cls.__name__}.{item.name}: nothing can be read by {item.within!r}")


def _check_personal(cls: type, fields: Mapping[str, Field], about: str | None) -> None:
    """What is erased with somebody else can be missing, and has no order; who has personal values itself keeps a
    pseudonym instead of a text that it needs."""
    for item in (f for f in fields.values() if isinstance(f, Property) and f.personal and not f.nullable):
        if about is not None or item.scalar is not TEXT:
            raise DeclarationError(f"{cls.__name__}.{item.name}: it cannot be erased, because it is needed")
