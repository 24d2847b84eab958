"""Which mutations follow from a model, and what their inputs are made of.

The schema makes input types of these shapes and `drafts.py` reads inputs by them: there is one declaration of both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from graph.model.elements import Collection, NodeType, Reference, RelationshipType
from graph.model.model import Model

Verb = Literal["create", "update", "move", "end", "delete"]


SUCCESSORS = {"Employment": "Person"}
"""What ends with something more than itself (graph/writer/reactions.py), and who may take that over."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """One mutation of one type: dated facts are ended, other nodes are deleted. `successor` is the type of node that
    may take over from what ends."""

    verb: Verb
    type: NodeType | RelationshipType
    successor: str | None = None

    @property
    def name(self) -> str:
        """`createPerson`."""
        return f"{self.verb}{self.type.name}"

    @property
    def stem(self) -> str:
        """What its input and payload types begin with: `CreatePerson`."""
        return self.name[0].upper() + self.name[1:]


@dataclass(frozen=True, slots=True)
class Parts:
    """Nodes that are made together with the node they belong to: `reference` of the far node leads back to it."""

    field: Collection
    type: NodeType
    reference: Reference


@dataclass(frozen=True, slots=True)
class Links:
    """Relationships that are made together with a node, to nodes that are there or are made as well."""

    field: Collection
    type: RelationshipType
    far: NodeType


def mutations(model: Model) -> Mapping[str, Mutation]:
    """Name to mutation: three for each relationship type and each node type that clients make; one where a value moves
    from stage to stage, whoever makes the node."""
    found: list[Mutation] = []
    types: tuple[NodeType | RelationshipType, ...] = (*model.made.values(), *model.relationships.values())
    for type in types:
        last: Verb = "end" if type.dated else "delete"
        found.extend(Mutation(verb, type) for verb in ("create", "update"))
        found.append(Mutation(last, type, SUCCESSORS.get(type.name)))
    found.extend(Mutation("move", type) for type in model.writable.values() if type.staged is not None)
    return {mutation.name: mutation for mutation in found}


def nested(model: Model, type: NodeType) -> Iterator[Parts | Links]:
    """What can be made together with a new node of the type, by the collections that it has.

    Left out are collections that show a part of another one, and those behind which nodes of several types stand.
    """
    for field in type.fields.values():
        if not isinstance(field, Collection) or field.where or not field.step.type:
            continue
        far = model.type(field.target)
        if field.step.relationship:
            yield Links(field, model.relationships[field.step.relationship], far)
        elif far.name in model.made:
            yield Parts(field, far, _back(far, field))


def _back(far: NodeType, field: Collection) -> Reference:
    """The reference of the far node whose inverse the collection is."""
    return next(r for r in far.references if r.step.type == field.step.type and r.step.relationship is None)
