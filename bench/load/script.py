"""The script that a competent person writes with the official driver to load a graph whose rows lie ready.

One statement for each kind of row, `UNWIND $rows` with a few thousand rows in a managed transaction, one after another;
a node is created together with the relationships that every node of its kind has. Constraints come first, because rows
find one another by id through them, all other indexes at the end, unless the rows come into a database that answers
meanwhile. Nothing is looked at twice: no history is worked out,
no value is checked, folded or derived, because the rows hold all that already.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import neo4j

from bench.load.steps import STEPS, Step

WAIT = "CALL db.awaitIndexes(3600)"
_CONSTRAINTS = "SHOW CONSTRAINTS YIELD createStatement RETURN createStatement"
_INDEXES = (
    "SHOW INDEXES YIELD createStatement, owningConstraint, type WHERE owningConstraint IS NULL AND type <> 'LOOKUP' "
    "RETURN createStatement"
)

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Copy:
    """All that is needed to write a graph again: rows for each step, commands for constraints and indexes."""

    rows: Sequence[tuple[Step, Rows]]
    constraints: Sequence[str]
    indexes: Sequence[str]


def read(session: neo4j.Session) -> Copy:
    """The rows of the graph in the database, in the order of ids, and what its schema is made with."""
    return Copy(
        [(step, session.run(step.read).value()) for step in STEPS],
        session.run(_CONSTRAINTS).value(),
        session.run(_INDEXES).value(),
    )


def write(session: neo4j.Session, copy: Copy, *, indexed: bool = False) -> None:
    """Writes the graph into an empty database; one that is to be `indexed` has all indexes before the first row."""
    _run(session, copy.constraints)
    if indexed:
        _run(session, copy.indexes)
    for step, rows in copy.rows:
        for batch in _batches(rows, step.batch):
            session.execute_write(_write, step.write, batch)
    if not indexed:
        _run(session, copy.indexes)
    session.run(WAIT).consume()


def _run(session: neo4j.Session, commands: Sequence[str]) -> None:
    for command in commands:
        session.run(command).consume()


def _write(transaction: neo4j.ManagedTransaction, statement: str, rows: Rows) -> None:
    transaction.run(statement, rows=rows).consume()


def _batches(rows: Rows, size: int) -> Iterator[Rows]:
    waiting = iter(rows)
    while batch := list(islice(waiting, size)):
        yield batch
