"""Declared classes become a Model: interfaces flattened, members found, fields resolved as fields.py says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from graph.model.declared import DeclarationError, Declarations, description_of, fields_of
from graph.model.elements import Computed, Field, NodeType, Property, RelationshipType
from graph.model.fields import Fields
from graph.model.model import Model
from graph.model.scalars import TEXT
from graph.model.ways import SELF


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
            field = self._fields.property(cls, name, annotation, item)
            fields[field.name] = replace(field, deprecated=item.deprecated)
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
        above = [self._declared.node(c.__name__) for c in parents]
        labels = [d.label for d in reversed(above) if d.label]
        fields: dict[str, Field] = {}
        for name, annotation, item in self._declared.node_fields(cls):
            for field in self._fields.resolve(cls, name, annotation, item):
                fields[field.name] = replace(field, deprecated=item.deprecated)
        _check_computed(cls, fields)
        _check_within(cls, fields)
        _check_personal(cls, fields, declared.about)
        principal = any(d.principal for d in (declared, *above))
        _check_self(cls, fields, principal)
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
            scope=next((d.scope for d in (declared, *above) if d.scope is not None), None),
            visible_to=declared.visible_to,
            interfaces=tuple(c.__name__ for c in parents if self._declared.node(c.__name__).is_interface),
            default_order=declared.default_order,
            kept=declared.kept,
            newest_first=declared.newest_first,
            read_only=declared.read_only,
            once_open=declared.once_open,
            about=declared.about,
            personal=declared.personal,
            principal=principal,
            public=next((d.public for d in (declared, *above) if d.public), ()),
        )


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


def _check_self(cls: type, fields: Mapping[str, Field], principal: bool) -> None:
    """Only of a party is it known from the node alone that a value is told of the viewer itself."""
    for item in fields.values():
        if isinstance(item, Property) and SELF in item.visible_to and not principal:
            raise DeclarationError(f"{cls.__name__}.{item.name}: only a value of a party can be visible to {SELF!r}")
