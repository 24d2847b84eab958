"""What belongs to a selection: ids that are found from ids."""

from __future__ import annotations

from collections.abc import Sequence

from graph.backup.shape import EdgeShape, Link, NodeShape
from graph.client import Transaction


async def all_ids(transaction: Transaction, shape: NodeShape) -> set[str]:
    """The ids of all nodes of a type: `MATCH (n:Product) RETURN n.id`."""
    return {id for (id,) in await transaction.run(f"MATCH (n:{shape.type.label}) RETURN n.id")}


async def id_of_key(transaction: Transaction, key: str) -> str | None:
    """The id of the node that another system knows by this key:

    ```cypher
    MATCH (k:ExternalKey {key: $key})-[:IDENTIFIES]->(n) RETURN n.id
    ```
    """
    rows = await transaction.run("MATCH (k:ExternalKey {key: $key})-[:IDENTIFIES]->(n) RETURN n.id", {"key": key})
    return str(rows[0][0]) if rows else None


async def behind(transaction: Transaction, shape: NodeShape, ids: Sequence[str]) -> set[str]:
    """The ids that nodes of a type refer to:

    ```cypher
    UNWIND $ids AS id
    MATCH (n:Offer {id: id})-[:OFFERED_BY|OFFER_OF]->(t) RETURN DISTINCT t.id
    ```
    """
    types = "|".join(dict.fromkeys(link.type for link in shape.references))
    if not types:
        return set()
    text = f"UNWIND $ids AS id\nMATCH (n:{shape.type.label} {{id: id}})-[:{types}]->(t) RETURN DISTINCT t.id"
    return {id for (id,) in await transaction.run(text, {"ids": list(ids)})}


async def referring(transaction: Transaction, shape: NodeShape, link: Link, label: str, ids: Sequence[str]) -> set[str]:
    """The ids of the nodes of a type that refer to these nodes of a label:

    ```cypher
    UNWIND $ids AS id
    MATCH (n:Refund)-[:REFUND_OF]->(:PurchaseLine {id: id}) RETURN n.id
    ```
    """
    own = shape.type.label
    text = f"UNWIND $ids AS id\nMATCH (n:{own})-[:{link.type}]->(:{label} {{id: id}}) RETURN n.id"
    return {id for (id,) in await transaction.run(text, {"ids": list(ids)})}


async def related(
    transaction: Transaction, shape: EdgeShape, label: str, ids: Sequence[str]
) -> list[tuple[str, str, str]]:
    """The ids of the relationships that nodes of a label have, each with the ids of its ends:

    ```cypher
    UNWIND $ids AS id
    MATCH (:Person {id: id})-[n:REPORTS_TO]-() RETURN DISTINCT n.id, startNode(n).id, endNode(n).id
    ```
    """
    text = (
        f"UNWIND $ids AS id\nMATCH (:{label} {{id: id}})-[n:{shape.type.type}]-()\n"
        "RETURN DISTINCT n.id, startNode(n).id, endNode(n).id"
    )
    return [(id, source, target) for id, source, target in await transaction.run(text, {"ids": list(ids)})]
