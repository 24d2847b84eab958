"""Writing the batch: one statement for each kind of change and type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from graph.client import Transaction
from graph.model.elements import NodeType, Reference, RelationshipType
from graph.model.values import new_id
from graph.writer.forms import references
from graph.writer.reading import labels
from graph.writer.work import EdgeState, NodeState, Work

EXTERNAL_KEY = "ExternalKey"
_KEY_PREFIX = "key"


async def write_nodes(transaction: Transaction, work: Work) -> None:
    """New nodes, changed properties, then references, type by type in the order of the declarations."""
    for type in work.model.nodes.values():
        states = [s for s in work.nodes() if s.type is type]
        await _create(transaction, type, [s for s in states if s.is_new and s.external_key is None])
        await _create_with_keys(transaction, work, type, [s for s in states if s.is_new and s.external_key is not None])
        await _update(transaction, type, [s for s in states if not s.is_new])
    for type in work.model.nodes.values():
        for reference in references(type).values():
            moved = [
                (s.id, old, new)
                for s in work.nodes()
                if s.type is type
                for name, old, new in s.moved()
                if name == reference.name
            ]
            await _move(transaction, work, type, reference, moved)


async def write_relationships(transaction: Transaction, work: Work) -> None:
    """New and changed declared relationships."""
    for type in work.model.relationships.values():
        states = [s for s in work.relationships() if s.type is type]
        await _create_edges(transaction, work, type, [s for s in states if s.is_new])
        await _update_edges(transaction, work, type, [s for s in states if not s.is_new])


async def _create(transaction: Transaction, type: NodeType, states: Sequence[NodeState]) -> None:
    """New nodes:

    ```cypher
    UNWIND $rows AS row
    CREATE (n:Party:Person) SET n = row
    ```
    """
    text = f"UNWIND $rows AS row\nCREATE (n:{labels(type)}) SET n = row"
    await _run(transaction, text, [s.properties for s in states])


async def _create_with_keys(transaction: Transaction, work: Work, type: NodeType, states: Sequence[NodeState]) -> None:
    """New nodes with the keys that identify them; a key that another writer makes meanwhile breaks its constraint:

    ```cypher
    UNWIND $rows AS row
    CREATE (n:Party:Person) SET n = row[0]
    CREATE (k:ExternalKey)-[:IDENTIFIES]->(n) SET k = row[1]
    ```
    """
    text = (
        f"UNWIND $rows AS row\nCREATE (n:{labels(type)}) SET n = row[0]\n"
        f"CREATE (k:{EXTERNAL_KEY})-[:IDENTIFIES]->(n) SET k = row[1]"
    )
    base = {"createdAt": work.now, "updatedAt": work.now, "version": 1}
    rows = [(s.properties, {"id": new_id(_KEY_PREFIX), "key": s.external_key, **base}) for s in states]
    await _run(transaction, text, rows)


async def _update(transaction: Transaction, type: NodeType, states: Sequence[NodeState]) -> None:
    """Changed properties; null takes one away:

    ```cypher
    UNWIND $rows AS row
    MATCH (n:Party:Person {id: row[0]}) SET n += row[1]
    ```
    """
    text = f"UNWIND $rows AS row\nMATCH (n:{labels(type)} {{id: row[0]}}) SET n += row[1]"
    await _run(transaction, text, [(s.id, changes) for s in states if (changes := s.changes())])


async def _move(
    transaction: Transaction,
    work: Work,
    type: NodeType,
    reference: Reference,
    moved: Sequence[tuple[str, str | None, str | None]],
) -> None:
    """References that lead elsewhere: the old ones go, the new ones come:

    ```cypher
    UNWIND $rows AS row
    MATCH (n:Customer {id: row})-[r:SELLER]->(:Party) DELETE r

    UNWIND $rows AS row
    MATCH (n:Customer {id: row[0]})
    MATCH (t:Party {id: row[1]})
    CREATE (n)-[:SELLER]->(t)
    ```
    """
    own, step = labels(type), reference.step.type
    target = "" if reference.target == "Node" else ":" + labels(work.model.type(reference.target))
    text = f"UNWIND $rows AS row\nMATCH (n:{own} {{id: row}})-[r:{step}]->({target}) DELETE r"
    await _run(transaction, text, [id for id, old, _ in moved if old is not None])
    text = (
        f"UNWIND $rows AS row\nMATCH (n:{own} {{id: row[0]}})\nMATCH (t{target} {{id: row[1]}})\n"
        f"CREATE (n)-[:{step}]->(t)"
    )
    await _run(transaction, text, [(id, new) for id, _, new in moved if new is not None])


def _ends(work: Work, type: RelationshipType) -> tuple[str, str]:
    return labels(work.model.type(type.source)), labels(work.model.type(type.target))


async def _create_edges(
    transaction: Transaction, work: Work, type: RelationshipType, states: Sequence[EdgeState]
) -> None:
    """New relationships:

    ```cypher
    UNWIND $rows AS row
    MATCH (a:Party:Person {id: row[0]})
    MATCH (b:Party:Person {id: row[1]})
    CREATE (a)-[r:REPORTS_TO]->(b) SET r = row[2]
    ```
    """
    source, target = _ends(work, type)
    text = (
        f"UNWIND $rows AS row\nMATCH (a:{source} {{id: row[0]}})\nMATCH (b:{target} {{id: row[1]}})\n"
        f"CREATE (a)-[r:{type.type}]->(b) SET r = row[2]"
    )
    await _run(transaction, text, [(s.source, s.target, s.properties) for s in states])


async def _update_edges(
    transaction: Transaction, work: Work, type: RelationshipType, states: Sequence[EdgeState]
) -> None:
    """Changed relationships:

    ```cypher
    UNWIND $rows AS row
    MATCH (a:Party:Person {id: row[0]})-[r:REPORTS_TO {id: row[2]}]->(b:Party:Person {id: row[1]})
    SET r += row[3]
    ```
    """
    source, target = _ends(work, type)
    text = (
        f"UNWIND $rows AS row\nMATCH (a:{source} {{id: row[0]}})-[r:{type.type} {{id: row[2]}}]->"
        f"(b:{target} {{id: row[1]}})\nSET r += row[3]"
    )
    rows = [(s.source, s.target, s.id, changes) for s in states if (changes := s.changes())]
    await _run(transaction, text, rows)


async def _run(transaction: Transaction, text: str, rows: Iterable[Any]) -> None:
    listed = list(rows)
    if listed:
        await transaction.run(text, {"rows": listed})
