"""Nodes go for good: only such that no other node refers to, found under their lock."""

from __future__ import annotations

from collections.abc import Iterable

from graph.client import Transaction
from graph.writer.forms import form
from graph.writer.names import by_type
from graph.writer.statements import EXTERNAL_KEY
from graph.writer.work import NodeState, Work


async def read_users(transaction: Transaction, work: Work, ids: Iterable[str], *, keys: bool = False) -> None:
    """Notes for nodes that may be deleted what uses them: any relationship but their own references and, where `keys`
    does not count them as well, their keys:

    ```cypher
    UNWIND $ids AS id
    MATCH (n:Product {id: id})
    RETURN collect([id, COLLECT {
      MATCH (n)-[r]-(o) WHERE NOT o:Change|ExternalKey AND NOT (startNode(r) = n AND type(r) IN $own)
      RETURN [type(r), o.id] LIMIT 1 }])
    ```
    """
    beside = "Change" if keys else f"Change|{EXTERNAL_KEY}"
    for type, some in by_type(work.model, ids):
        text = (
            f"UNWIND $ids AS id\nMATCH (n:{type.label} {{id: id}})\nRETURN collect([id, COLLECT {{\n"
            f"  MATCH (n)-[r]-(o) WHERE NOT o:{beside} AND NOT (startNode(r) = n AND type(r) IN $own)\n"
            "  RETURN [type(r), o.id] LIMIT 1 }])"
        )
        own = [r.step.type for r in form(type).references.values()]
        ((found,),) = await transaction.run(text, {"ids": some, "own": own})
        for id, users in found:
            state = work.state(id)
            if users and isinstance(state, NodeState):
                state.used_by = (users[0][0], users[0][1])


async def delete_nodes(transaction: Transaction, work: Work) -> None:
    """Removes the deleted nodes with their references and keys, and leaves their history. A node that came into use
    meanwhile breaks the commit:

    ```cypher
    UNWIND $ids AS id
    MATCH (n:Product {id: id})
    CALL (n) { MATCH (k:ExternalKey)-[:IDENTIFIES]->(n) DETACH DELETE k }
    CALL (n) { MATCH (n)<-[r:CHANGE_OF|CHANGE_TOWARDS]-() DELETE r }
    CALL (n) { MATCH (n)-[r:MADE_BY|BRANDED|IN_CATEGORY]->() DELETE r }
    DELETE n
    ```
    """
    for type, ids in by_type(work.model, (s.id for s in work.nodes() if s.deleted)):
        own = "|".join(r.step.type for r in form(type).references.values())
        references = f"CALL (n) {{ MATCH (n)-[r:{own}]->() DELETE r }}\n" if own else ""
        text = (
            f"UNWIND $ids AS id\nMATCH (n:{type.label} {{id: id}})\n"
            f"CALL (n) {{ MATCH (k:{EXTERNAL_KEY})-[:IDENTIFIES]->(n) DETACH DELETE k }}\n"
            f"CALL (n) {{ MATCH (n)<-[r:CHANGE_OF|CHANGE_TOWARDS]-() DELETE r }}\n{references}DELETE n"
        )
        await transaction.run(text, {"ids": ids})
