"""Who changed what and when, and the outbox that tells others.

Each node and relationship that a transaction changes has a `Change` of its own, tied to its node, or to both ends of
its relationship; it says what the fields held before and after. Making something needs no values: the node holds them,
and later changes say what they were; so it is told in the statement that makes it. Events are shared: one tells of all
that was changed in one way, by type. They are numbered by the counter in the last statement of the transaction, so that
no reader can miss one (graph/events.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from graph.client import Transaction
from graph.model.elements import NodeType
from graph.model.values import new_id
from graph.writer.errors import NotPreparedError
from graph.writer.statements import Note
from graph.writer.subjects import chain, holds_personal, note_subjects, personal_properties, subject_of
from graph.writer.work import EdgeState, NodeState, State, Work

_PREFIX = "chg"
_HIDDEN = frozenset({"updatedAt", "version"})
Row = dict[str, Any]


def noting(work: Work, by: str) -> Note:
    """What tells of each new node and relationship, in the order in which they were asked for."""
    rows = {s.id: _row(s, _shared(work, by, "CREATED", s.type.name)) for s in work.states.values() if s.is_new}
    return lambda state: rows[state.id]


async def write_history(transaction: Transaction, work: Work, by: str, *, at_once: bool = False) -> int | None:
    """Writes the changes of what was there before and, last of all, the events; the number of the last event, None
    where nothing changed.

    `at_once` tells of all that was made of one type in one change, which leads to no node: a load of a whole graph
    would otherwise write half as much again.
    """
    changed: dict[tuple[str, str], list[State]] = {}
    for state in work.states.values():
        if kind := _kind(state):
            changed.setdefault((kind, state.type.name), []).append(state)
    if not changed:
        return None
    for (kind, type), states in changed.items():
        shared = _shared(work, by, kind, type)
        if kind != "CREATED":
            await _write(transaction, work, [(state, _row(state, shared)) for state in states])
        elif at_once:
            await _write_alone(transaction, [{"id": new_id(_PREFIX), **shared, "affected": len(states)}])
    events = [{"at": work.now, "kind": k, "type": t, "nodeIds": [s.id for s in ss]} for (k, t), ss in changed.items()]
    return await _number(transaction, events)


def _shared(work: Work, by: str, kind: str, type: str) -> Row:
    return {"at": work.now, "by": by, "kind": kind, "type": type}


async def _write(transaction: Transaction, work: Work, rows: list[tuple[State, Row]]) -> None:
    """The changes of one type and kind, each with whose personal data it holds, where it holds any."""
    far: list[tuple[str, str]] = []
    first = rows[0][0]
    way = chain(work.model, first.type) if isinstance(first.type, NodeType) else None
    for state, row in rows:
        if _is_personal(state):
            subject = subject_of(state, way)
            if subject.is_found:
                row["subjectId"] = subject.id
            else:
                far.append((row["id"], subject.id))
    if isinstance(first, EdgeState):
        await _write_between(transaction, work, first, [row for _, row in rows])
    else:
        gone = [state.deleted and state.into is None for state, _ in rows]
        await _write_alone(transaction, [row for (_, row), alone in zip(rows, gone, strict=True) if alone])
        rest = [row for (_, row), alone in zip(rows, gone, strict=True) if not alone]
        await _write_of(transaction, first.type.label, rest)
        if way and far:
            await note_subjects(transaction, work.model, first.type, way, far)


def _kind(state: State) -> str | None:
    """What became of it; None where clients would see no difference."""
    if state.is_new:
        return "CREATED"
    if state.erased:
        return "ERASED"
    if state.deleted:
        return "DELETED" if state.into is None else "MERGED"
    if not any(True for _ in _fields(state)):
        return None
    return "ENDED" if state.ended else "UPDATED"


def _row(state: State, shared: Row) -> Row:
    ends = (
        {"nodeId": state.source, "targetId": state.target, "relationshipId": state.id}
        if isinstance(state, EdgeState)
        else {"nodeId": state.into or state.id}
    )
    row = {"id": new_id(_PREFIX), **shared, "affected": 1, **ends}
    if not state.is_new:
        fields = list(_fields(state))
        row["before"] = json_text({name: old for name, old, _ in fields})
        row["after"] = json_text({name: new for name, _, new in fields})
    return row


def _is_personal(state: State) -> bool:
    """Whether its entry in history holds anything personal."""
    if state.erased or state.is_new or not holds_personal(state.type):
        return False
    names = {item.name for item in personal_properties(state.type)}
    whole = isinstance(state, NodeState) and state.type.personal
    return whole or any(name in names for name, _, _ in _fields(state))


def _fields(state: State) -> Iterator[tuple[str, Any, Any]]:
    """The fields that clients know and that differ, with what is stored before and after; references by the id they
    lead to."""
    held = state.before or {}
    if state.erased:
        yield from _erased(state, held)
        return
    if state.deleted:
        changes: Row = dict.fromkeys(held)
        led = state.references_before if isinstance(state, NodeState) else {}
        moved: list[tuple[str, str | None, str | None]] = [(n, id, None) for n, id in led.items() if id is not None]
    else:
        changes, moved = state.changes(), list(state.moved())
    for item in state.type.properties:
        if item.name in changes and not item.hidden and item.name not in _HIDDEN:
            yield item.name, held.get(item.name), changes[item.name]
    yield from moved


def _erased(state: State, held: Row) -> Iterator[tuple[str, Any, Any]]:
    """The fields that held something personal, without what they held, and what came instead."""
    whole = isinstance(state, NodeState) and state.type.personal
    for item in state.type.properties:
        if item.name in held and not item.hidden and (item.personal or whole) and not item.derived:
            yield item.name, None, None if whole else state.properties.get(item.name)


def json_text(values: Row) -> str:
    """How an entry stores what fields held."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True)


async def _write_alone(transaction: Transaction, rows: Iterable[Row]) -> None:
    """Changes that lead to no node:

    ```cypher
    UNWIND $rows AS row
    CREATE (c:Change) SET c = row
    ```
    """
    await _run(transaction, "UNWIND $rows AS row\nCREATE (c:Change) SET c = row", rows)


async def _write_of(transaction: Transaction, label: str, rows: Iterable[Row]) -> None:
    """Changes of nodes of one type:

    ```cypher
    UNWIND $rows AS row
    MATCH (n:Person {id: row.nodeId})
    CREATE (c:Change)-[:CHANGE_OF]->(n) SET c = row
    ```
    """
    text = f"UNWIND $rows AS row\nMATCH (n:{label} {{id: row.nodeId}})\nCREATE (c:Change)-[:CHANGE_OF]->(n) SET c = row"
    await _run(transaction, text, rows)


async def _write_between(transaction: Transaction, work: Work, state: EdgeState, rows: Iterable[Row]) -> None:
    """Changes of relationships of one type:

    ```cypher
    UNWIND $rows AS row
    MATCH (a:OrgUnit {id: row.nodeId})
    MATCH (b:Party {id: row.targetId})
    CREATE (a)<-[:CHANGE_OF]-(c:Change)-[:CHANGE_TOWARDS]->(b) SET c = row
    ```
    """
    source, target = (work.model.type(end).label for end in (state.type.source, state.type.target))
    text = (
        f"UNWIND $rows AS row\nMATCH (a:{source} {{id: row.nodeId}})\nMATCH (b:{target} {{id: row.targetId}})\n"
        "CREATE (a)<-[:CHANGE_OF]-(c:Change)-[:CHANGE_TOWARDS]->(b) SET c = row"
    )
    await _run(transaction, text, rows)


async def _run(transaction: Transaction, text: str, rows: Iterable[Row]) -> None:
    if listed := list(rows):
        await transaction.run(text, {"rows": listed})


async def _number(transaction: Transaction, events: list[dict[str, Any]]) -> int:
    """Locks the counter, numbers and appends in one step:

    ```cypher
    MATCH (c:Counter {id: 'events'})
    SET c.seq = c.seq + size($rows)
    WITH c.seq - size($rows) AS start
    UNWIND $rows AS row
    CREATE (e:Event) SET e = row[1], e.seq = start + row[0]
    RETURN max(e.seq)
    ```
    """
    text = (
        "MATCH (c:Counter {id: 'events'})\nSET c.seq = c.seq + size($rows)\nWITH c.seq - size($rows) AS start\n"
        "UNWIND $rows AS row\nCREATE (e:Event) SET e = row[1], e.seq = start + row[0]\nRETURN max(e.seq)"
    )
    rows = await transaction.run(text, {"rows": list(enumerate(events, 1))})
    if rows[0][0] is None:
        raise NotPreparedError
    return int(rows[0][0])
