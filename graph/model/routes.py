"""How a path is asked for without walking it: references that are kept as keys, and values that are kept as copies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from graph.model.elements import NodeType, Property, Reference
from graph.model.model import Model
from graph.model.ways import Path, Step


class Route(NamedTuple):
    """One step back over a reference that its owners keep as a key: `key` of an `owner` is the id of the node."""

    owner: NodeType
    key: str


def routes(model: Model, starts: Sequence[NodeType], steps: Sequence[Step]) -> tuple[Route, ...] | None:
    """The owners that the first of the steps leads back to from nodes of these types, and that can go on; None where it
    leads to one that keeps no key, or is no step back over a reference.

    `<-[:PARTY]-` and then `-[:SELLER]->` from a person: customers, by `partyId`.
    """
    first, *rest = steps
    names = {type.name for type in starts}
    found = [
        Route(owner, reference.key or "")
        for owner in model.nodes.values()
        for reference in owner.references
        if reference.step.type == first.type
        and any(type.name in names for type in model.concrete(reference.target))
        and (not rest or rest[0].direction != "out" or _reference(owner, rest[0]))
    ]
    return tuple(found) if first.direction == "in" and all(route.key for route in found) else None


class Aim(NamedTuple):
    """Steps, and the property that is looked at where they end."""

    steps: Sequence[Step]
    name: str


def shortened(model: Model, starts: Sequence[NodeType], aim: Aim) -> Aim:
    """The same without the last steps, as long as all nodes before one of them keep what is looked at behind it: the
    `organisationId` of a customer for that of its seller, its `partyId` for the id of its party."""
    steps, name = aim
    while steps:
        *before, last = steps
        types = [model.nodes[end] for end in model.ends(before[-1])] if before else starts
        copies = {_copy(type, last, name) for type in types}
        copy = copies.pop() if len(copies) == 1 else None
        if copy is None:
            break
        steps, name = before, copy
    return Aim(steps, name)


def indexes(model: Model, name: str) -> Iterator[tuple[str, ...]]:
    """Label and properties of every index that the paths of the model to nodes with this property go through."""
    for type in (*model.interfaces.values(), *model.nodes.values()):
        for way in type.scope or ():
            if isinstance(way, Path):
                yield from _indexes(model, model.concrete(type.name), Aim(way.steps, name))


def _indexes(model: Model, starts: Sequence[NodeType], aim: Aim) -> Iterator[tuple[str, ...]]:
    steps, name = shortened(model, starts, aim)
    if not steps:
        return
    for owner, key in routes(model, starts, steps) or ():
        rest, kept = shortened(model, [owner], Aim(steps[1:], name))
        if not rest:
            yield owner.label, key, kept
    yield from _indexes(model, [model.nodes[end] for end in model.ends(steps[0])], Aim(steps[1:], name))


def _copy(type: NodeType, step: Step, name: str) -> str | None:
    reference = _reference(type, step) if step.direction == "out" else None
    if reference is None:
        return None
    copies = (f.name for f in type.fields.values() if isinstance(f, Property) and f.copy_of == (reference.name, name))
    return next(copies, None)


def _reference(type: NodeType, step: Step) -> Reference | None:
    return next((r for r in type.references if r.step.type == step.type), None)
