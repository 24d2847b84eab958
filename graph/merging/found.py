"""What leads to nodes that are to become one with others, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from graph.client import Transaction
from graph.model.elements import NodeType, Reference, RelationshipType
from graph.model.model import Model
from graph.writer.rules import alike

Pairs = Mapping[str, str]
"""Id of each node that goes to the id of the one that it becomes."""
End = Literal["source", "target"]


@dataclass(frozen=True, slots=True)
class Leading:
    """A way on which so many nodes, or relationships, lead to others: a reference of theirs, or one of their ends."""

    owner: NodeType | RelationshipType
    way: Reference | End
    count: int


def ends(model: Model, type: NodeType) -> Iterator[tuple[RelationshipType, End]]:
    """Every relationship type with each of its ends that the type may be at."""
    for relationship in model.relationships.values():
        if type in model.concrete(relationship.source):
            yield relationship, "source"
        if type in model.concrete(relationship.target):
            yield relationship, "target"


async def referring(
    transaction: Transaction, type: NodeType, owner: NodeType, reference: Reference, ids: Iterable[str], limit: int
) -> list[tuple[str, str]]:
    """Pairs of the id of a node that is referred to and of one that refers to it:

    ```cypher
    UNWIND $ids AS id
    MATCH (m:Person {id: id})<-[:BOUGHT_BY]-(n:Purchase)
    WITH m, n LIMIT $limit
    RETURN collect([m.id, n.id])
    ```
    """
    text = (
        f"UNWIND $ids AS id\nMATCH (m:{type.label} {{id: id}})<-[:{reference.step.type}]-(n:{owner.label})\n"
        "WITH m, n LIMIT $limit\nRETURN collect([m.id, n.id])"
    )
    return await _pairs(transaction, text, ids, limit)


async def related(
    transaction: Transaction, type: NodeType, relationship: RelationshipType, end: End, ids: Iterable[str], limit: int
) -> list[tuple[str, str]]:
    """Pairs of the id of a node and of a relationship that has it at this end:

    ```cypher
    UNWIND $ids AS id
    MATCH (m:Person {id: id})<-[r:REPORTS_TO]-()
    WITH m, r LIMIT $limit
    RETURN collect([m.id, r.id])
    ```
    """
    text = (
        f"UNWIND $ids AS id\nMATCH (m:{type.label} {{id: id}}){_arrow(relationship, end, 'r')}()\n"
        "WITH m, r LIMIT $limit\nRETURN collect([m.id, r.id])"
    )
    return await _pairs(transaction, text, ids, limit)


def _arrow(relationship: RelationshipType, end: Reference | End, name: str = "") -> str:
    return f"-[{name}:{relationship.type}]->" if end == "source" else f"<-[{name}:{relationship.type}]-"


async def _pairs(transaction: Transaction, text: str, ids: Iterable[str], limit: int) -> list[tuple[str, str]]:
    ((found,),) = await transaction.run(text, {"ids": list(ids), "limit": limit})
    return [(a, b) for a, b in found]


async def twins(
    transaction: Transaction, owner: NodeType, reference: Reference, leads_to: Mapping[str, str]
) -> dict[str, str]:
    """The open nodes that would say what another open one says already once their reference leads where `leads_to`
    tells, each with that other one:

    ```cypher
    UNWIND $rows AS row
    MATCH (n:Customer {id: row[0]}) WHERE n.until IS NULL
    MATCH (o:Customer) USING INDEX o:Customer(partyId, id)
    WHERE o.id <> n.id AND o.until IS NULL AND o.partyId = row[1] AND o.sellerId = n.sellerId AND ...
    RETURN collect([n.id, o.id])
    ```
    """
    if reference.name not in owner.once_open:
        return {}
    text = (
        f"UNWIND $rows AS row\nMATCH (n:{owner.label} {{id: row[0]}}) WHERE n.until IS NULL\n"
        f"{alike(owner, reference.name, 'row[1]')}\nRETURN collect([n.id, o.id])"
    )
    ((found,),) = await transaction.run(text, {"rows": [list(pair) for pair in leads_to.items()]})
    return dict(found)


async def move_history(transaction: Transaction, type: NodeType, reference: Reference, pairs: Pairs, limit: int) -> int:
    """History of the nodes that go becomes that of those that they become, a batch at a time; how much moved:

    ```cypher
    UNWIND $rows AS row
    MATCH (m:Person {id: row[0]})<-[r:CHANGE_OF]-(c:Change)
    WITH row, r, c LIMIT $limit
    MATCH (k:Person {id: row[1]})
    CREATE (c)-[:CHANGE_OF]->(k) SET c.nodeId = row[1]
    DELETE r
    RETURN count(*)
    ```
    """
    step = reference.step.type
    text = (
        f"UNWIND $rows AS row\nMATCH (m:{type.label} {{id: row[0]}})<-[r:{step}]-(c:Change)\n"
        f"WITH row, r, c LIMIT $limit\nMATCH (k:{type.label} {{id: row[1]}})\n"
        f"CREATE (c)-[:{step}]->(k) SET c.{reference.key} = row[1]\nDELETE r\nRETURN count(*)"
    )
    ((count,),) = await transaction.run(text, {"rows": [list(pair) for pair in pairs.items()], "limit": limit})
    return int(count)


async def move_subjects(transaction: Transaction, pairs: Pairs, limit: int) -> int:
    """History that holds personal data of the nodes that go holds it of those that they become; how much:

    ```cypher
    UNWIND $rows AS row
    MATCH (c:Change) WHERE c.subjectId = row[0]
    WITH c, row LIMIT $limit
    SET c.subjectId = row[1]
    RETURN count(*)
    ```
    """
    text = (
        "UNWIND $rows AS row\nMATCH (c:Change) WHERE c.subjectId = row[0]\nWITH c, row LIMIT $limit\n"
        "SET c.subjectId = row[1]\nRETURN count(*)"
    )
    ((count,),) = await transaction.run(text, {"rows": [list(pair) for pair in pairs.items()], "limit": limit})
    return int(count)


async def leading(transaction: Transaction, model: Model, type: NodeType, ids: Iterable[str]) -> list[Leading]:
    """Ways on which anything leads to the nodes, and how much does; history comes last, so that what is written on the
    way moves too:

    ```cypher
    UNWIND $ids AS id
    MATCH (m:Person {id: id})
    RETURN [sum(COUNT { (m)<-[:BOUGHT_BY]-(:Purchase) }), sum(COUNT { (m)<-[:REPORTS_TO]-() }), ...]
    ```
    """
    ways = _ways(model, type)
    counts = ", ".join(f"sum(COUNT {{ (m){_pattern(owner, way)} }})" for owner, way in ways)
    text = f"UNWIND $ids AS id\nMATCH (m:{type.label} {{id: id}})\nRETURN [{counts}]"
    ((found,),) = await transaction.run(text, {"ids": list(ids)})
    return [Leading(owner, way, count) for (owner, way), count in zip(ways, found, strict=True) if count]


def _ways(model: Model, type: NodeType) -> list[tuple[NodeType | RelationshipType, Reference | End]]:
    held = [(o, r) for o, r in model.references_to(type) if r.step.relationship is None]
    found: list[tuple[NodeType | RelationshipType, Reference | End]] = [pair for pair in held if not pair[0].read_only]
    found += ends(model, type)
    return [*found, *(pair for pair in held if pair[0].read_only)]


def _pattern(owner: NodeType | RelationshipType, way: Reference | End) -> str:
    if isinstance(owner, RelationshipType):
        return f"{_arrow(owner, way)}()"
    return f"<-[:{way.step.type}]-(:{owner.label})" if isinstance(way, Reference) else ""
