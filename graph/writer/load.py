"""Loading what is certainly new: the writer without its reading, for makers of whole graphs.

Everything that the writer would have found out is given: ids, references by id, and derived values. `graph.check`
proves afterwards that they were right. Events are written as for any other change, history in one entry for each type.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graph.client import Database, Transaction
from graph.model.model import Model
from graph.writer.forms import encode, merge
from graph.writer.history import write_history
from graph.writer.names import node_type, relationship_type
from graph.writer.shortcuts import write_shortcuts
from graph.writer.statements import write_nodes, write_relationships
from graph.writer.work import EdgeState, NodeState, Work


@dataclass(frozen=True, slots=True)
class NewNode:
    """A node that is not there yet: its values as a client would give them, and its derived values as stored."""

    type: str
    id: str
    values: Mapping[str, Any]
    references: Mapping[str, str | None] = field(default_factory=dict)
    derived: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewEdge:
    """A declared relationship that is not there yet, between nodes that are or that come with it."""

    type: str
    id: str
    source: str
    target: str
    values: Mapping[str, Any]


New = NewNode | NewEdge


async def load(database: Database, batch: Work, *, by: str | None) -> None:
    """Writes the batch in one transaction; where nobody is named, it brings its history and events with it.

    Raises GoneError where a reference leads nowhere, and ConstraintViolatedError where an id is taken.
    """

    async def write(transaction: Transaction) -> None:
        await write_nodes(transaction, batch)
        await write_relationships(transaction, batch)
        await write_shortcuts(transaction, batch)
        if by is not None:
            await write_history(transaction, batch, by, at_once=True)

    await database.write(write)


def prepare(model: Model, news: Iterable[New], *, at: str) -> Work:
    """The batch as it will be stored, made at the instant `at`; asks no database, so that another thread can do it.

    Raises UnknownTypeError, UnknownFieldError, MissingValueError, FieldValueError or PeriodError.
    """
    work = Work(model, at)
    for new in news:
        base = {"id": new.id, "createdAt": at, "updatedAt": at, "version": 1}
        if isinstance(new, NewNode):
            type = node_type(model, new.type)
            base.update(new.derived)
            properties = merge(type, base, encode(type, new.values))
            work.states[new.id] = NodeState(type, new.id, properties, dict(new.references))
        else:
            kind = relationship_type(model, new.type)
            properties = merge(kind, base, encode(kind, new.values))
            work.states[new.id] = EdgeState(kind, new.source, new.target, properties)
    return work
