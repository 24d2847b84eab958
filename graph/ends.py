"""What stands at the ends of nodes that events tell of, also of those that are gone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from graph.client import Database
from graph.merging import led_by
from graph.model.elements import NodeType, RelationshipType

Ends = Mapping[str, str | None]
"""Name of each reference to the id of the node behind it."""


async def ends_of(database: Database, node: NodeType, ids: Iterable[str]) -> dict[str, Ends]:
    """The ends of nodes of a type, by id: as they are now; of a node that became one with another one, those of that
    one; of a deleted one those that it had last. What was never there, or left no trace, is absent."""
    asked = list(dict.fromkeys(ids))
    found = await _now(database, node, asked)
    missing = [id for id in asked if id not in found]
    if missing and (led := await led_by(database, missing)):
        kept = await _now(database, node, list(set(led.values())))
        found |= {id: kept[into] for id, into in led.items() if into in kept}
        missing = [id for id in missing if id not in found]
    return found | (await _last(database, missing) if missing else {})


async def _now(database: Database, node: NodeType, ids: list[str]) -> dict[str, Ends]:
    """The keys that repeat the ids behind references:

    ```cypher
    MATCH (n:Customer) WHERE n.id IN $ids RETURN n.id, [n.partyId, n.sellerId]
    ```
    """
    names = {reference.name: reference.key for reference in node.references if reference.key}
    keys = ", ".join(f"n.{key}" for key in names.values())
    rows = await database.read(f"MATCH (n:{node.label}) WHERE n.id IN $ids RETURN n.id, [{keys}]", {"ids": ids})
    return {id: dict(zip(names, values, strict=True)) for id, values in rows}


async def _last(database: Database, ids: list[str]) -> dict[str, Ends]:
    """What history says that deleted nodes held:

    ```cypher
    MATCH (c:Change) WHERE c.nodeId IN $ids AND c.kind = 'DELETED' RETURN c.nodeId, c.before
    ```
    """
    text = "MATCH (c:Change) WHERE c.nodeId IN $ids AND c.kind = 'DELETED' RETURN c.nodeId, c.before"
    return {id: json.loads(before) for id, before in await database.read(text, {"ids": ids}) if before}


async def between(database: Database, type: RelationshipType, ids: Iterable[str]) -> dict[str, Ends]:
    """`source` and `target` of relationships, by id, also of those that are gone:

    ```cypher
    MATCH (a)-[r:REPORTS_TO]->(b) WHERE r.id IN $ids RETURN r.id, a.id, b.id
    ```

    ```cypher
    MATCH (c:Change) WHERE c.relationshipId IN $ids AND c.kind = 'DELETED' RETURN c.relationshipId, c.nodeId, c.targetId
    ```
    """
    asked = list(dict.fromkeys(ids))
    text = f"MATCH (a)-[r:{type.type}]->(b) WHERE r.id IN $ids RETURN r.id, a.id, b.id"
    rows = await database.read(text, {"ids": asked})
    found = {id for id, _, _ in rows}
    if missing := [id for id in asked if id not in found]:
        text = (
            "MATCH (c:Change) WHERE c.relationshipId IN $ids AND c.kind = 'DELETED' "
            "RETURN c.relationshipId, c.nodeId, c.targetId"
        )
        rows += await database.read(text, {"ids": missing})
    return {id: {"source": source, "target": target} for id, source, target in rows}
