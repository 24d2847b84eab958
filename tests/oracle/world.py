"""The whole graph as Python objects, read once by two statements that cannot be wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from graph.client import Database
from graph.model.elements import Field, NodeType, Property
from graph.model.model import Model
from graph.model.values import fold
from graph.model.ways import Direction


@dataclass(eq=False, repr=False)
class Thing:
    """A node: its type, what is stored in it, and the relationships that touch it."""

    type: NodeType
    stored: dict[str, Any]
    leaving: list[Link] = field(default_factory=list)
    arriving: list[Link] = field(default_factory=list)

    @property
    def id(self) -> str:
        return str(self.stored["id"])


@dataclass(eq=False, repr=False)
class Link:
    """A relationship between two nodes."""

    type: str
    stored: dict[str, Any]
    start: Thing
    end: Thing


@dataclass
class World:
    """Every node and relationship of the declared types."""

    model: Model
    things: dict[str, Thing]
    links: list[Link]
    _equal: dict[tuple[str, ...], dict[tuple[Any, ...], list[Thing]]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"{len(self.things)} nodes and {len(self.links)} relationships"

    @classmethod
    async def read(cls, database: Database, model: Model) -> World:
        """The world as the database holds it now."""
        things: dict[str, Thing] = {}
        found: dict[str, Thing] = {}
        by_label = {node.label: node for node in model.nodes.values()}
        for element, labels, stored in await database.read(
            "MATCH (n) RETURN elementId(n), labels(n), properties(n)", {}
        ):
            types = [by_label[label] for label in labels if label in by_label]
            if types:
                found[element] = things[stored["id"]] = Thing(types[0], stored)
        links = []
        text = "MATCH (a)-[r]->(b) RETURN elementId(a), type(r), properties(r), elementId(b)"
        for start, kind, stored, end in await database.read(text, {}):
            if start in found and end in found:
                link = Link(kind, stored, found[start], found[end])
                link.start.leaving.append(link)
                link.end.arriving.append(link)
                links.append(link)
        return cls(model, things, links)

    def of_type(self, target: NodeType) -> Iterator[Thing]:
        """All nodes of a type or interface."""
        names = {t.name for t in self.model.concrete(target.name)}
        return (thing for thing in self.things.values() if thing.type.name in names)

    def with_values(self, target: NodeType, names: tuple[str, ...], values: tuple[Any, ...]) -> list[Thing]:
        """The nodes of a type whose properties of these names have these values; sorted into lists once, for speed."""
        lists = self._equal.setdefault((target.name, *names), {})
        if not lists:
            for thing in self.of_type(target):
                lists.setdefault(tuple(thing.stored.get(name) for name in names), []).append(thing)
        return lists.get(values, [])

    def identified(self, key: str) -> Thing | None:
        """The node that an external key names."""
        for thing in self.things.values():
            if thing.type.name == "ExternalKey" and thing.stored["key"] == key:
                return next((link.end for link in thing.leaving if link.type == "IDENTIFIES"), None)
        return None

    def external_keys(self) -> dict[str, str]:
        """The first external key of each node that has one, by the node's id."""
        found: dict[str, str] = {}
        for thing in self.things.values():
            for link in thing.leaving:
                if thing.type.name == "ExternalKey" and link.type == "IDENTIFIES":
                    key = str(thing.stored["key"])
                    found[link.end.id] = min(key, found.get(link.end.id, key))
        return found


def around(thing: Thing, kind: str, direction: Direction) -> Iterator[tuple[Link, Thing]]:
    """The relationships of one type that touch the node, each with the node at its other end."""
    if direction in ("out", "both"):
        yield from ((link, link.end) for link in thing.leaving if link.type == kind)
    if direction in ("in", "both"):
        yield from ((link, link.start) for link in thing.arriving if link.type == kind)


def exact(units: int | Decimal) -> str:
    """Canonical text of ten-thousandths."""
    value = (Decimal(units) / 10_000).normalize()
    return f"{value:f}"


def client_text(item: Field, value: Any) -> str | None:
    """A stored value of a field as clients read it, as text."""
    if value is None:
        return None
    is_exact = isinstance(item, Property) and item.scalar.name in ("Money", "Decimal")
    return exact(value) if is_exact else str(value).lower() if isinstance(value, bool) else str(value)


def order_value(thing: Thing, item: Property) -> Any:
    """What an order compares: the text folded, the source of a copy rather than the copy."""
    if item.copy_of is not None:
        reference = next(r for r in thing.type.references if r.name == item.copy_of[0])
        source = next(other for _, other in around(thing, reference.step.type, "out"))
        return order_value(source, source.type.stored(item.copy_of[1]))
    value = thing.stored.get(item.name)
    return fold(value) if item.folded and value is not None else value
