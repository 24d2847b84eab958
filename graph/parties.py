"""Which party a name leads to."""

from __future__ import annotations

from graph.client import Database


async def party_of(database: Database, name: str) -> str | None:
    """Id of the party that has this id or external key, or that became one with the one that had it; None where there
    is none. An id that is gone is a key of the party that was kept (graph/merging):

    ```cypher
    MATCH (p:Party {id: $name}) RETURN p.id AS id
    UNION
    MATCH (:ExternalKey {key: $name})-[:IDENTIFIES]->(p:Party) RETURN p.id AS id
    ```
    """
    text = (
        "MATCH (p:Party {id: $name}) RETURN p.id AS id\nUNION\n"
        "MATCH (:ExternalKey {key: $name})-[:IDENTIFIES]->(p:Party) RETURN p.id AS id"
    )
    rows = await database.read(text, {"name": name})
    return str(rows[0][0]) if rows else None
