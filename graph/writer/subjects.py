"""Whose personal data a node or relationship holds, by the declarations: the party at the end of its `about` chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graph.client import Transaction
from graph.model.elements import NodeType, Property, Reference, RelationshipType
from graph.model.model import Model
from graph.writer.work import EdgeState, State


@dataclass(frozen=True, slots=True)
class Chain:
    """The way from a node to whose data it holds: relationship types, each led out, and the label at the end. It is
    empty for a node that stands for itself."""

    steps: tuple[str, ...]
    label: str

    def pattern(self, start: str, end: str) -> str:
        """`(n)-[:STAGE_OF]->()-[:PARTY]->(p:Party)`; only for a chain that is not empty."""
        way = "->()-".join(f"[:{step}]" for step in self.steps)
        return f"({start})-{way}->({end}:{self.label})"


def personal_properties(type: NodeType | RelationshipType) -> tuple[Property, ...]:
    """The properties whose values are erased."""
    return tuple(p for p in type.properties if p.personal)


def holds_personal(type: NodeType | RelationshipType) -> bool:
    """Whether anything of it is erased with whom it is about."""
    return (isinstance(type, NodeType) and type.personal) or bool(personal_properties(type))


def chain(model: Model, type: NodeType) -> Chain | None:
    """The way from nodes of the type to whose data they hold; None where they hold nobody's."""
    if not holds_personal(type):
        return None
    way = about_chain(model, type)
    labels = [t.label for t in subjects(model)] if way.end == "Node" else [model.type(way.end).label]
    return Chain(way.steps, "|".join(labels))


@dataclass(frozen=True, slots=True)
class Way:
    """Relationship types that lead, one after another, from a node to what it is about, which is of the type `end`."""

    steps: tuple[str, ...]
    end: str


def about_chain(model: Model, type: NodeType) -> Way:
    """The way from nodes of the type to what they are about in the end; without steps for those that are about nothing
    but themselves."""
    steps: list[str] = []
    at = type
    while at.about is not None:
        reference = at.fields[at.about]
        if not isinstance(reference, Reference):
            raise TypeError(f"{at.name}.{at.about} is no reference")
        steps.append(reference.step.type)
        at = model.type(reference.target)
    return Way(tuple(steps), at.name)


def subjects(model: Model) -> tuple[NodeType, ...]:
    """The concrete types whose nodes have personal data of their own."""
    return tuple(t for t in model.writable.values() if t.about is None and personal_properties(t))


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose data a node holds, where `is_found`; else the node that it is about, behind which that one is."""

    id: str
    is_found: bool


def subject_of(state: State, way: Chain | None) -> Subject:
    """Whose personal data a node or relationship holds, as far as it tells by itself; `way` is its chain."""
    if isinstance(state, EdgeState):
        return Subject(state.target if state.type.about == "target" else state.source, True)
    about = state.type.about
    if way is None or about is None:
        return Subject(state.into or state.id, True)
    near = state.references.get(about) or state.references_before.get(about)
    return Subject(str(near), len(way.steps) == 1)


async def note_subjects(
    transaction: Transaction, model: Model, type: NodeType, way: Chain, rows: Sequence[tuple[str, str]]
) -> None:
    """Notes on changes whose data they hold, by the nodes that those of the type are about:

    ```cypher
    UNWIND $rows AS row
    MATCH (n:Customer {id: row[1]})-[:PARTY]->(p:Party)
    MATCH (c:Change {id: row[0]}) SET c.subjectId = p.id
    ```
    """
    about = type.fields[type.about or ""]
    if not isinstance(about, Reference):
        raise TypeError(f"{type.name}.{type.about} is no reference")
    near = model.type(about.target)
    pattern = Chain(way.steps[1:], way.label).pattern(f"n:{near.label} {{id: row[1]}}", "p")
    text = f"UNWIND $rows AS row\nMATCH {pattern}\nMATCH (c:Change {{id: row[0]}}) SET c.subjectId = p.id"
    await transaction.run(text, {"rows": [list(row) for row in rows]})
