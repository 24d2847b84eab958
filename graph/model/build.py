"""Declared classes become a Model: annotations resolved, interfaces flattened, inverse fields tied to references."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from graph.model import scalars
from graph.model.declare import Declared, DeclaredNode, DeclaredRelationship, camel
from graph.model.elements import (
    Collection,
    Computed,
    Field,
    NodeType,
    Pick,
    Property,
    Reference,
    RelationshipType,
    Role,
    Step,
)
from graph.model.model import Model
from graph.model.scalars import Choice, Scalar, choice_scalar

_NAMES = {
    "str": scalars.TEXT,
    "ID": scalars.ID,
    "int": scalars.INTEGER,
    "float": scalars.FLOAT,
    "bool": scalars.BOOLEAN,
    "Instant": scalars.INSTANT,
    "Day": scalars.DAY,
    "Decimal": scalars.DECIMAL,
    "Money": scalars.MONEY,
    "CurrencyCode": scalars.CURRENCY,
    "CountryCode": scalars.COUNTRY,
    "LanguageCode": scalars.LANGUAGE,
}
_ANNOTATION = re.compile(r"^(?P<many>Connection\[)?(?P<name>\w+)\]?(?P<null> \| None)?$")


class DeclarationError(TypeError):
    """A declaration contradicts itself or another one."""


def build_model(classes: Iterable[type]) -> Model:
    """The model of these declared classes; DeclarationError names the class and field that is wrong."""
    return _Builder(tuple(classes)).build()


class _Builder:
    def __init__(self, classes: tuple[type, ...]) -> None:
        self.declared_nodes = {c.__name__: c for c in classes if "__declared_node__" in c.__dict__}
        self.declared_relationships = {c.__name__: c for c in classes if "__declared_relationship__" in c.__dict__}
        self.extensions: dict[str, list[type]] = {}
        for c in classes:
            if "__declared_extension__" in c.__dict__:
                self.extensions.setdefault(c.__dict__["__declared_extension__"], []).append(c)
        self.choices: dict[str, Scalar] = {}
        for c in classes:
            if issubclass(c, Choice) and c is not Choice:
                self.choices[c.__name__] = choice_scalar(c)

    def build(self) -> Model:
        relationships = {name: self._relationship(c) for name, c in self.declared_relationships.items()}
        types = {name: self._node(c, relationships) for name, c in self.declared_nodes.items()}
        members: dict[str, list[str]] = {}
        for name, found in types.items():
            for parent in found.interfaces:
                members.setdefault(parent, []).append(name)
        nodes = {n: t for n, t in types.items() if not self._declaration(n).is_interface}
        interfaces = {
            n: replace(t, members=tuple(members.get(n, ())))
            for n, t in types.items()
            if self._declaration(n).is_interface
        }
        return Model(nodes, interfaces, relationships)

    def _declaration(self, name: str) -> DeclaredNode:
        found: DeclaredNode = self.declared_nodes[name].__dict__["__declared_node__"]
        return found

    def _relationship(self, cls: type) -> RelationshipType:
        declared: DeclaredRelationship = cls.__dict__["__declared_relationship__"]
        fields: dict[str, Property] = {}
        for name, annotation, item in _fields(cls):
            fields[camel(name)] = self._property(cls, name, annotation, item)
        return RelationshipType(
            name=cls.__name__,
            type=declared.type,
            prefix=declared.prefix,
            description=_doc(cls),
            source=declared.source,
            target=declared.target,
            fields=fields,
            symmetric=declared.symmetric,
            acyclic=declared.acyclic,
        )

    def _node(self, cls: type, relationships: Mapping[str, RelationshipType]) -> NodeType:
        declared = self._declaration(cls.__name__)
        parents = [c for c in cls.__mro__[1:] if c.__name__ in self.declared_nodes]
        labels = [label for c in reversed(parents) if (label := self._declaration(c.__name__).label)]
        fields: dict[str, Field] = {}
        for name, annotation, item in self._node_fields(cls):
            for field in self._field(cls, name, annotation, item, relationships):
                fields[field.name] = field
        usual = cls.__name__[0].lower() + cls.__name__[1:] + "s"
        plural = usual if declared.plural is None else declared.plural
        return NodeType(
            name=cls.__name__,
            prefix=declared.prefix,
            plural=plural,
            description=_doc(cls),
            labels=(*labels, declared.label or cls.__name__),
            fields=fields,
            dated=declared.dated,
            role=declared.role,
            scope=declared.scope if declared.scope is not None else self._inherited_scope(parents),
            interfaces=tuple(c.__name__ for c in parents if self._declaration(c.__name__).is_interface),
            default_order=declared.default_order,
        )

    def _node_fields(self, cls: type) -> Iterable[tuple[str, str, Declared]]:
        """The fields of a node type: its own, inherited ones first, then those that other modules add."""
        yield from _fields(cls)
        for owner in reversed(cls.__mro__):
            for extension in self.extensions.get(owner.__name__, ()):
                yield from _fields(extension)

    def _inherited_scope(self, parents: list[type]) -> Any:
        return next((s for c in parents if (s := self._declaration(c.__name__).scope) is not None), None)

    def _field(
        self, cls: type, name: str, annotation: str, item: Declared, relationships: Mapping[str, RelationshipType]
    ) -> Iterable[Field]:
        options = item.options
        match item.kind:
            case "prop" | "copy":
                yield self._property(cls, name, annotation, item)
            case "computed":
                _, type_name, nullable = _parse(cls, name, annotation)
                yield Computed(
                    name=camel(name),
                    scalar=self._scalar(cls, name, type_name),
                    nullable=nullable,
                    description=item.description,
                    needs=tuple(camel(n) for n in options["needs"]),
                    function=options["function"],
                    cost=options["cost"],
                )
            case "ref":
                yield from self._reference(cls, name, annotation, item)
            case "pick":
                yield Pick(
                    name=camel(name),
                    collection=camel(options["collection"]),
                    argument=camel(options["argument"]),
                    property=camel(options["by"]),
                    description=item.description,
                    argument_description=options["argument_description"],
                )
            case "matching":
                _, target, _ = _parse(cls, name, annotation)
                self._known(cls, name, target)
                (key, near), *also = ((camel(far), camel(near)) for far, near in options["keys"].items())
                yield Collection(camel(name), target, Step("", "out", None, key, near, tuple(also)), item.description)
            case "inverse":
                yield self._inverse(cls, name, annotation, item)
            case "related":
                yield self._related(cls, name, annotation, item, relationships)

    def _property(self, cls: type, name: str, annotation: str, item: Declared) -> Property:
        many, type_name, nullable = _parse(cls, name, annotation)
        if many:
            raise DeclarationError(f"{cls.__name__}.{name}: a property cannot be a connection")
        options = item.options
        if item.kind == "copy":
            copy_of = (camel(options["copy_of"][0]), camel(options["copy_of"][1]))
            scalar = self._scalar(cls, name, type_name)
            return Property(
                camel(name),
                scalar,
                nullable,
                "",
                orderable=options["order"],
                derived=True,
                hidden=True,
                copy_of=copy_of,
            )
        order = options["order"]
        if order and nullable:
            raise DeclarationError(f"{cls.__name__}.{name}: an offered order needs a value on every node")
        return Property(
            name=camel(name),
            scalar=self._scalar(cls, name, type_name),
            nullable=nullable,
            description=item.description,
            filterable=options["filter"],
            orderable=camel(name) if order is True else order or None,
            searchable=options["search"],
            folded=options["folded"] or options["search"],
            unique=options["unique"],
            derived=options["derived"],
            visible_to=frozenset(options["visible_to"]),
            cost=options["cost"],
        )

    def _reference(self, cls: type, name: str, annotation: str, item: Declared) -> Iterable[Field]:
        _, target, nullable = _parse(cls, name, annotation)
        self._known(cls, name, target)
        key = f"{camel(name)}Id" if item.options["key"] else None
        yield Reference(
            name=camel(name),
            target=target,
            step=Step(item.options["type"], "out"),
            nullable=nullable,
            description=item.description,
            key=key,
            visible_to=frozenset(item.options["visible_to"]),
            cost=item.options["cost"],
        )
        if key:
            yield Property(key, scalars.ID, nullable, "", derived=True, hidden=True, copy_of=(camel(name), "id"))

    def _inverse(self, cls: type, name: str, annotation: str, item: Declared) -> Field:
        _, target, _ = _parse(cls, name, annotation)
        self._known(cls, name, target)
        back = {n: i for n, _, i in self._node_fields(self.declared_nodes[target])}.get(item.options["reference"])
        if back is None or back.kind != "ref":
            raise DeclarationError(f"{cls.__name__}.{name}: {target} has no reference {item.options['reference']!r}")
        key = f"{camel(item.options['reference'])}Id" if back.options["key"] else None
        return Collection(
            name=camel(name),
            target=target,
            step=Step(back.options["type"], "in", key=key),
            description=item.description,
            where=item.options["where"],
            visible_to=frozenset(item.options["visible_to"]),
        )

    def _related(
        self, cls: type, name: str, annotation: str, item: Declared, relationships: Mapping[str, RelationshipType]
    ) -> Field:
        many, target, nullable = _parse(cls, name, annotation)
        self._known(cls, name, target)
        found = relationships.get(item.options["relationship"].__name__)
        if found is None:
            raise DeclarationError(f"{cls.__name__}.{name}: unknown relationship {item.options['relationship']!r}")
        step = Step(found.type, "both" if found.symmetric else item.options["direction"], found.name)
        visible_to = frozenset(item.options["visible_to"])
        if many:
            return Collection(camel(name), target, step, item.description, {}, visible_to, item.options["cost"])
        return Reference(
            camel(name), target, step, nullable, item.description, None, True, visible_to, item.options["cost"]
        )

    def _scalar(self, cls: type, name: str, type_name: str) -> Scalar:
        found = self.choices.get(type_name) or _NAMES.get(type_name)
        if found is None:
            raise DeclarationError(f"{cls.__name__}.{name}: {type_name} is not a kind of value")
        return found

    def _known(self, cls: type, name: str, target: str) -> None:
        if target != "Node" and target not in self.declared_nodes:
            raise DeclarationError(f"{cls.__name__}.{name}: {target} is not a declared node type")


def _fields(cls: type) -> Iterable[tuple[str, str, Declared]]:
    """Name, annotation and declaration of each field, inherited ones first."""
    found: dict[str, tuple[str, str, Declared]] = {}
    for owner in reversed(cls.__mro__):
        for name, annotation in inspect.get_annotations(owner).items():
            item = owner.__dict__.get(name)
            if isinstance(item, Declared):
                found[name] = (name, str(annotation), item)
    return found.values()


def _parse(cls: type, name: str, annotation: str) -> tuple[bool, str, bool]:
    found = _ANNOTATION.match(annotation)
    if found is None:
        raise DeclarationError(f"{cls.__name__}.{name}: cannot read the annotation {annotation!r}")
    return bool(found["many"]), found["name"], bool(found["null"])


def _doc(cls: type) -> str:
    text = (cls.__doc__ or "").strip()
    if not text:
        raise DeclarationError(f"{cls.__name__} has no description")
    return re.sub(r"\s*\n\s*", " ", text)


__all__ = ["DeclarationError", "Role", "build_model"]
