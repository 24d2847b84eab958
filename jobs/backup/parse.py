"""What the values of a line say, looked at against the declarations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graph.backup.shape import EdgeShape, NodeShape, Shapes
from graph.model.values import id_prefix

_VALUES = frozenset({str, int, float, bool})
_EVENT = {"seq": int, "at": str, "kind": str, "type": str, "nodeIds": list}


@dataclass(frozen=True, slots=True)
class Node:
    """A node; without properties it is gone."""

    type: str
    id: str
    properties: dict[str, Any]
    references: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Edge:
    """A relationship; without properties it is gone."""

    type: str
    id: str
    source: str
    target: str
    properties: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Late:
    """A reference that leads down the file."""

    type: str
    name: str
    source: str
    target: str


Thing = Node | Edge | Late


class WrongError(Exception):
    """What is wrong with a line."""


def thing(shapes: Shapes, values: Mapping[str, Any]) -> Thing:
    """The node, relationship or late reference that a line tells of; raises WrongError."""
    shape = shapes.of(str(values.get("type")))
    if shape is None:
        raise WrongError(f"the type {values.get('type')!r} is unknown")
    if "reference" in values:
        return _late(shapes, shape, values)
    properties = values.get("properties")
    if not isinstance(properties, dict) or not _VALUES.issuperset(map(type, properties.values())):
        raise WrongError("has no properties, or a value that is neither text, number nor truth")
    if strange := properties.keys() - shape.known:
        raise WrongError(f"{shape.type.name} has no property {min(strange)!r}")
    id = _id(properties.get("id"), shape)
    if isinstance(shape, EdgeShape):
        source, target = (_node_id(shapes, values.get(name)) for name in ("source", "target"))
        return Edge(shape.type.name, id, source, target, properties)
    references = values.get("references", {})
    if not isinstance(references, dict):
        raise WrongError("has references that are none")
    for name, target in references.items():
        if name not in shape.linked:
            raise WrongError(f"{shape.type.name} has no reference {name!r}")
        _node_id(shapes, target)
    if absent := shape.needed - references.keys():
        raise WrongError(f"{shape.type.name} needs the reference {min(absent)!r}")
    return Node(shape.type.name, id, properties, references)


def again(shapes: Shapes, values: Mapping[str, Any]) -> Node | Edge:
    """The node or relationship that changed meanwhile; raises WrongError."""
    shape = shapes.of(str(values.get("type")))
    if shape is not None and "gone" in values:
        id = _id(values["gone"], shape)
        return Node(shape.type.name, id, {}) if isinstance(shape, NodeShape) else Edge(shape.type.name, id, "", "", {})
    found = thing(shapes, values)
    if isinstance(found, Late):
        raise WrongError("tells of a reference alone")
    return found


def event(values: Mapping[str, Any]) -> None:
    """Raises WrongError where these are not the values of an event."""
    if {name: type(value) for name, value in values.items()} != _EVENT:
        raise WrongError("is no event")


def _late(shapes: Shapes, shape: NodeShape | EdgeShape, values: Mapping[str, Any]) -> Late:
    name = values["reference"]
    if not isinstance(shape, NodeShape) or name not in {link.name for link in shape.late}:
        raise WrongError(f"{shape.type.name} has no reference {name!r} of this kind")
    return Late(shape.type.name, name, _id(values.get("source"), shape), _node_id(shapes, values.get("target")))


def _id(value: object, shape: NodeShape | EdgeShape) -> str:
    if not isinstance(value, str) or id_prefix(value) != shape.type.prefix:
        raise WrongError(f"{value!r} is no id of the type {shape.type.name}")
    return value


def _node_id(shapes: Shapes, value: object) -> str:
    if not isinstance(value, str) or id_prefix(value) not in shapes.prefixes:
        raise WrongError(f"{value!r} is no id of a node")
    return value
