"""The script that a competent person writes with the official driver to load a graph whose rows lie ready.

One statement for each kind of row, `UNWIND $rows` with a few thousand rows in a managed transaction, one after another;
a node is created together with the relationships that every node of its kind has. Constraints come first, because rows
find one another by id through them, all other indexes at the end. Nothing is looked at twice: no history is worked out,
no value is checked, folded or derived, because the rows hold all that already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import neo4j

BATCH = 5_000
WAIT = "CALL db.awaitIndexes(3600)"
_CONSTRAINTS = "SHOW CONSTRAINTS YIELD createStatement RETURN createStatement"
_INDEXES = (
    "SHOW INDEXES YIELD createStatement, owningConstraint, type WHERE owningConstraint IS NULL AND type <> 'LOOKUP' "
    "RETURN createStatement"
)

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of row: how an existing graph gives them, and the statement that writes them."""

    read: str
    write: str


@dataclass(frozen=True, slots=True)
class Copy:
    """All that is needed to write a graph again: rows for each step, commands for constraints and indexes."""

    rows: Sequence[tuple[Step, Rows]]
    constraints: Sequence[str]
    indexes: Sequence[str]


def _nodes(labels: str, references: Mapping[str, tuple[str, str]] | None = None) -> Step:
    """Nodes with the relationships each of them has: name to (relationship type, label of the far node).

    ```cypher
    UNWIND $rows AS row
    MATCH (party:Party {id: row.party})
    MATCH (seller:Party {id: row.seller})
    CREATE (n:Customer)
    SET n = row.properties
    CREATE (n)-[:PARTY]->(party)
    CREATE (n)-[:SELLER]->(seller)
    ```
    """
    known = references or {}
    read = "".join(f", {name}: head([(n)-[:{type}]->(t:{far}) | t.id])" for name, (type, far) in known.items())
    matches = "".join(f"MATCH ({name}:{far} {{id: row.{name}}})\n" for name, (_, far) in known.items())
    links = "".join(f"\nCREATE (n)-[:{type}]->({name})" for name, (type, _) in known.items())
    own = labels.rpartition(":")[2]
    return Step(
        f"MATCH (n:{own}) WITH n ORDER BY n.id RETURN {{properties: properties(n){read}}}",
        f"UNWIND $rows AS row\n{matches}CREATE (n:{labels})\nSET n = row.properties{links}",
    )


def _relationships(source: str, type: str, target: str) -> Step:
    """Relationships between nodes that are there:

    ```cypher
    UNWIND $rows AS row
    MATCH (a:Person {id: row.source})
    MATCH (b:Person {id: row.target})
    CREATE (a)-[r:REPORTS_TO]->(b)
    SET r = row.properties
    ```
    """
    return Step(
        f"MATCH (a:{source})-[r:{type}]->(b:{target}) WITH a, r, b ORDER BY r.id, a.id "
        "RETURN {source: a.id, target: b.id, properties: properties(r)}",
        f"UNWIND $rows AS row\nMATCH (a:{source} {{id: row.source}})\nMATCH (b:{target} {{id: row.target}})\n"
        f"CREATE (a)-[r:{type}]->(b)\nSET r = row.properties",
    )


STEPS = (
    _nodes("Party:Organisation"),
    _relationships("Organisation", "SUBSIDIARY_OF", "Organisation"),
    _nodes("Party:OrgUnit"),
    _relationships("OrgUnit", "PART_OF", "Party"),
    _nodes("Party:Person"),
    _nodes("Category"),
    _relationships("Category", "IN_CATEGORY", "Category"),
    _nodes("Product", {"maker": ("MADE_BY", "Organisation"), "category": ("IN_CATEGORY", "Category")}),
    _relationships("Product", "COMPONENT_OF", "Product"),
    _relationships("Product", "SUBSTITUTE_FOR", "Product"),
    _nodes("Offer", {"seller": ("OFFERED_BY", "Party"), "product": ("OFFER_OF", "Product")}),
    _relationships("Offer", "SOURCED_FROM", "Organisation"),
    _nodes("Employment", {"person": ("PARTY", "Person"), "employer": ("EMPLOYER", "Party")}),
    _relationships("Person", "WORKS_FOR", "Party"),
    _relationships("Person", "REPORTS_TO", "Person"),
    _nodes("Customer", {"party": ("PARTY", "Party"), "seller": ("SELLER", "Party")}),
    _relationships("Party", "CUSTOMER_OF", "Party"),
    _nodes("Purchase", {"buyer": ("BOUGHT_BY", "Party"), "seller": ("SOLD_BY", "Party")}),
    _nodes("PurchaseLine", {"purchase": ("LINE_OF", "Purchase"), "product": ("LINE_FOR", "Product")}),
    _nodes("Change"),
    _nodes("Event"),
    _nodes("Counter"),
    _nodes("Lock"),
    _nodes("Migration"),
)


def read(session: neo4j.Session) -> Copy:
    """The rows of the graph in the database, in the order of ids, and what its schema is made with."""
    return Copy(
        [(step, session.run(step.read).value()) for step in STEPS],
        session.run(_CONSTRAINTS).value(),
        session.run(_INDEXES).value(),
    )


def write(session: neo4j.Session, copy: Copy) -> None:
    """Writes the graph into an empty database."""
    for command in copy.constraints:
        session.run(command).consume()
    for step, rows in copy.rows:
        for batch in _batches(rows):
            session.execute_write(_write, step.write, batch)
    for command in copy.indexes:
        session.run(command).consume()
    session.run(WAIT).consume()


def _write(transaction: neo4j.ManagedTransaction, statement: str, rows: Rows) -> None:
    transaction.run(statement, rows=rows).consume()


def _batches(rows: Rows) -> Iterator[Rows]:
    waiting = iter(rows)
    while batch := list(islice(waiting, BATCH)):
        yield batch
