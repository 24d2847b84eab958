"""Declared classes as they are written: what is among them, and which fields each has, annotations still as text."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable

from graph.model.declare import Declared, DeclaredNode, DeclaredRelationship
from graph.model.scalars import Choice

Written = tuple[str, str, Declared]
"""Name, annotation and declaration of a field."""

_ANNOTATION = re.compile(r"^(?P<many>Connection\[)?(?P<name>\w+)\]?(?P<null> \| None)?$")


class DeclarationError(TypeError):
    """A declaration contradicts itself or another one."""


class Declarations:
    """The declared classes by name: node types with interfaces, relationship types, choices, and extensions."""

    def __init__(self, classes: Iterable[type]) -> None:
        self.nodes: dict[str, type] = {}
        self.relationships: dict[str, type] = {}
        self.choices: dict[str, type[Choice]] = {}
        self._extensions: dict[str, list[type]] = {}
        for c in classes:
            if "__declared_node__" in c.__dict__:
                self.nodes[c.__name__] = c
            if "__declared_relationship__" in c.__dict__:
                self.relationships[c.__name__] = c
            if "__declared_extension__" in c.__dict__:
                self._extensions.setdefault(c.__dict__["__declared_extension__"], []).append(c)
            if issubclass(c, Choice) and c is not Choice:
                self.choices[c.__name__] = c

    def node(self, name: str) -> DeclaredNode:
        """The arguments that the node type or interface of this name was declared with."""
        found: DeclaredNode = self.nodes[name].__dict__["__declared_node__"]
        return found

    def relationship(self, name: str) -> DeclaredRelationship:
        """The arguments that the relationship type of this name was declared with."""
        found: DeclaredRelationship = self.relationships[name].__dict__["__declared_relationship__"]
        return found

    def parents(self, cls: type) -> list[type]:
        """The declared classes that a node type inherits from, the nearest first."""
        return [c for c in cls.__mro__[1:] if c.__name__ in self.nodes]

    def node_fields(self, cls: type) -> Iterable[Written]:
        """The fields of a node type: its own, inherited ones first, then those that other modules add."""
        yield from fields_of(cls)
        for owner in reversed(cls.__mro__):
            for extension in self._extensions.get(owner.__name__, ()):
                yield from fields_of(extension)


def fields_of(cls: type) -> Iterable[Written]:
    """The fields that the class declares, inherited ones first."""
    found: dict[str, Written] = {}
    for owner in reversed(cls.__mro__):
        for name, annotation in inspect.get_annotations(owner).items():
            item = owner.__dict__.get(name)
            if isinstance(item, Declared):
                found[name] = (name, str(annotation), item)
    return found.values()


def parse_annotation(cls: type, name: str, annotation: str) -> tuple[bool, str, bool]:
    """Whether the field leads to many, the name of its type, and whether it may be null: `Connection[Customer]` is
    (True, "Customer", False)."""
    found = _ANNOTATION.match(annotation)
    if found is None:
        raise DeclarationError(f"{cls.__name__}.{name}: cannot read the annotation {annotation!r}")
    return bool(found["many"]), found["name"], bool(found["null"])


def description_of(cls: type) -> str:
    """The docstring of the class on one line."""
    text = (cls.__doc__ or "").strip()
    if not text:
        raise DeclarationError(f"{cls.__name__} has no description")
    return re.sub(r"\s*\n\s*", " ", text)
