"""The shortcut edge of a role is there exactly while an open role of its kind leads from party to counterpart."""

from __future__ import annotations

from collections.abc import Sequence

from graph.client import Transaction
from graph.model.elements import NodeType, Role
from graph.model.model import Model
from graph.writer.work import NodeState, Work

_Pair = tuple[str, str]


async def write_shortcuts(transaction: Transaction, work: Work) -> None:
    """Makes and removes the shortcuts of all roles that the batch made, moved, ended or opened again."""
    by_type = work.nodes_by_type()
    for type in work.model.nodes.values():
        if type.role is not None and type.name in by_type:
            await _write(transaction, work.model, type, type.role, by_type[type.name])


async def _write(
    transaction: Transaction, model: Model, type: NodeType, role: Role, states: Sequence[NodeState]
) -> None:
    opened: set[_Pair] = set()
    doubtful: set[_Pair] = set()
    for state in states:
        if not (state.is_new or state.deleted or state.changes() or any(True for _ in state.moved())):
            continue
        now = None if state.deleted else _pair(role, state.references)
        if now is not None and "until" not in state.properties:
            opened.add(now)
        doubtful |= _left(role, state, now)
    party, counterpart = type.reference(role.party), type.reference(role.counterpart)
    ends = model.type(party.target).label, model.type(counterpart.target).label
    await _open(transaction, role, ends, sorted(opened))
    await _close(transaction, role, ends, held(type, role, "a", "b"), sorted(doubtful - opened))


def _left(role: Role, state: NodeState, now: _Pair | None) -> set[_Pair]:
    """The pair that the role connected before, where it may no longer do so."""
    before = _pair(role, state.references_before)
    ended = "until" in state.properties
    return {before} if before is not None and (ended or before != now) else set()


def _pair(role: Role, references: dict[str, str | None]) -> _Pair | None:
    party, counterpart = references.get(role.party), references.get(role.counterpart)
    return (party, counterpart) if party and counterpart else None


async def _open(transaction: Transaction, role: Role, ends: tuple[str, str], pairs: list[_Pair]) -> None:
    """Shortcuts of open roles:

    ```cypher
    UNWIND $pairs AS pair
    MATCH (a:Party {id: pair[0]})
    MATCH (b:Party {id: pair[1]})
    MERGE (a)-[:CUSTOMER_OF]->(b)
    ```
    """
    text = (
        f"UNWIND $pairs AS pair\nMATCH (a:{ends[0]} {{id: pair[0]}})\nMATCH (b:{ends[1]} {{id: pair[1]}})\n"
        f"MERGE (a)-[:{role.shortcut}]->(b)"
    )
    if pairs:
        await transaction.run(text, {"pairs": pairs})


def held(type: NodeType, role: Role, party: str, counterpart: str) -> str:
    """That an open role of the type leads from one variable to the other. As one pattern the planner would be free to
    begin at the counterpart, and walk the 50,000 roles of a hub for each of its customers:

    `EXISTS { MATCH (a)<-[:PARTY]-(r:Customer) WHERE r.until IS NULL AND EXISTS { (r)-[:SELLER]->(b) } }`
    """
    to_party, to_counterpart = (type.reference(name).step.type for name in (role.party, role.counterpart))
    return (
        f"EXISTS {{ MATCH ({party})<-[:{to_party}]-(r:{type.label})"
        f" WHERE r.until IS NULL AND EXISTS {{ (r)-[:{to_counterpart}]->({counterpart}) }} }}"
    )


async def _close(transaction: Transaction, role: Role, ends: tuple[str, str], still: str, pairs: list[_Pair]) -> None:
    """Removes shortcuts that no open role holds any more; locking the party makes concurrent ends see one another:

    ```cypher
    UNWIND $pairs AS pair
    MATCH (a:Party {id: pair[0]})
    SET a._lock = true REMOVE a._lock
    WITH a, pair
    MATCH (a)-[edge:CUSTOMER_OF]->(b:Party {id: pair[1]})
    WHERE NOT EXISTS { MATCH (a)<-[:PARTY]-(r:Customer) WHERE r.until IS NULL AND EXISTS { (r)-[:SELLER]->(b) } }
    DELETE edge
    ```
    """
    text = (
        f"UNWIND $pairs AS pair\nMATCH (a:{ends[0]} {{id: pair[0]}})\nSET a._lock = true REMOVE a._lock\nWITH a, pair\n"
        f"MATCH (a)-[edge:{role.shortcut}]->(b:{ends[1]} {{id: pair[1]}})\n"
        f"WHERE NOT {still}\nDELETE edge"
    )
    if pairs:
        await transaction.run(text, {"pairs": pairs})
