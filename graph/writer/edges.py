"""The relationships that changes concern, as they are before anything changes."""

from __future__ import annotations

from collections.abc import Sequence

from graph.client import Transaction
from graph.model.elements import RelationshipType
from graph.writer.changes import Amend, Change, End, Erase, Put, Redirect, Relate
from graph.writer.cycles import Cycles
from graph.writer.work import EdgeState, Work


async def read_edges(transaction: Transaction, work: Work, changes: Sequence[Change]) -> Cycles:
    """Loads the relationships that the changes concern, and what their acyclic types can reach."""
    cycles = Cycles()
    concerned = [change for change in changes if not isinstance(change, Put)]
    for type in work.model.relationships.values():
        pairs: set[tuple[str, str]] = set()
        targets: set[str] = set()
        ids: set[str] = set()
        for change in concerned:
            match change:
                case Relate() if change.relationship == type.name:
                    source, target = work.id_of(change.source), work.id_of(change.target)
                    if target:
                        targets.add(target)
                    if source and target:
                        swapped = type.symmetric and source > target
                        pairs.add((target, source) if swapped else (source, target))
                case Amend() if change.relationship == type.name:
                    ids.add(change.id)
                case End() if change.type == type.name:
                    ids.add(change.node)
                case Redirect() | Erase() if change.type == type.name:
                    ids.add(change.node)
        if ids:
            await _by_id(transaction, work, type, sorted(ids))
        for change in concerned:
            if isinstance(change, Redirect) and (pair := redirected(work, type, change)):
                pairs.add(pair)
                targets.add(pair[1])
        if pairs:
            await _between(transaction, work, type, sorted(pairs))
        targets |= {e.target for e in work.relationships() if e.type is type}
        if type.acyclic and targets:
            await cycles.read(transaction, work.model, type, targets)
    return cycles


def redirected(work: Work, type: RelationshipType, change: Redirect) -> tuple[str, str] | None:
    """Between which nodes a redirected relationship will lead; None where it is of another type or not there."""
    state = work.state(change.node)
    if not isinstance(state, EdgeState) or state.type is not type:
        return None
    source, target = (change.to, state.target) if change.field == "source" else (state.source, change.to)
    return (target, source) if type.symmetric and source > target else (source, target)


async def _between(transaction: Transaction, work: Work, type: RelationshipType, pairs: list[tuple[str, str]]) -> None:
    """The relationships of one type between pairs of nodes, whose sources are locked by now:

    ```cypher
    UNWIND $pairs AS pair
    MATCH (a:Person {id: pair[0]})-[r:REPORTS_TO]->(b:Person {id: pair[1]})
    RETURN collect([a.id, b.id, properties(r)])
    ```
    """
    source, target = work.model.type(type.source).label, work.model.type(type.target).label
    text = (
        f"UNWIND $pairs AS pair\nMATCH (a:{source} {{id: pair[0]}})-[r:{type.type}]->(b:{target} {{id: pair[1]}})\n"
        "RETURN collect([a.id, b.id, properties(r)])"
    )
    ((edges,),) = await transaction.run(text, {"pairs": pairs})
    for a, b, properties in edges:
        if work.state(properties["id"]) is None:
            work.load(EdgeState(type, a, b, properties, dict(properties), ends_before=(a, b)))


async def _by_id(transaction: Transaction, work: Work, type: RelationshipType, ids: list[str]) -> None:
    """Locks relationships and reads what they hold:

    ```cypher
    UNWIND $ids AS id
    MATCH (a)-[r:REPORTS_TO {id: id}]->(b)
    SET r._lock = true REMOVE r._lock
    WITH a, r, b
    RETURN a.id, b.id, properties(r)
    ```
    """
    text = (
        f"UNWIND $ids AS id\nMATCH (a)-[r:{type.type} {{id: id}}]->(b)\n"
        "SET r._lock = true REMOVE r._lock\nWITH a, r, b\n"
        "RETURN a.id, b.id, properties(r)"
    )
    for a, b, properties in await transaction.run(text, {"ids": ids}):
        if work.state(properties["id"]) is None:
            work.load(EdgeState(type, a, b, properties, dict(properties), ends_before=(a, b)))
