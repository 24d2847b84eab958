"""Who changed what and when, and the outbox that tells others.

A `Change` of a node says what its fields held before and after. Making nodes needs no values (the node holds them, and
later changes say what they were), so all nodes of one type made by one transaction share one `Change`, found by the
time at which they were made. Events are shared the same way and numbered by the counter in the last statement of the
transaction, so that no reader can miss one.
"""

from __future__ import annotations

import json
from typing import Any

from graph.client import Transaction
from graph.model.values import new_id
from graph.writer.errors import NotPreparedError
from graph.writer.work import NodeState, State, Work

_PREFIX = "chg"
_HIDDEN = frozenset({"updatedAt", "version"})


async def write_history(transaction: Transaction, work: Work, by: str) -> int | None:
    """Writes the changes and, last of all, the events; the number of the last event, None where nothing changed:

    ```cypher
    UNWIND $rows AS row
    CREATE (c:Change) SET c = row
    ```
    """
    changes = list(_changes(work, by))
    if not changes:
        return None
    await transaction.run("UNWIND $rows AS row\nCREATE (c:Change) SET c = row", {"rows": changes})
    kinds: dict[tuple[str, str], list[str]] = {}
    for change in changes:
        kinds.setdefault((change["kind"], change["type"]), []).extend(change["nodeIds"])
    events = [{"at": work.now, "kind": k, "type": t, "nodeIds": ids} for (k, t), ids in kinds.items()]
    return await _number(transaction, events)


def _changes(work: Work, by: str) -> list[dict[str, Any]]:
    made: dict[str, list[str]] = {}
    rows: list[dict[str, Any]] = []
    for state in work.states.values():
        if state.is_new:
            made.setdefault(state.type.name, []).append(state.id)
            continue
        before, after = _fields(state)
        if before or after:
            kind = "DELETED" if _deleted(state) else "ENDED" if state.ended else "UPDATED"
            rows.append(
                {
                    **_row(work, by, kind, state.type.name, [state.id]),
                    "nodeId": state.id,
                    "before": json.dumps(before, ensure_ascii=False, sort_keys=True),
                    "after": json.dumps(after, ensure_ascii=False, sort_keys=True),
                }
            )
    return [*(_row(work, by, "CREATED", type, ids) for type, ids in made.items()), *rows]


def _row(work: Work, by: str, kind: str, type: str, ids: list[str]) -> dict[str, Any]:
    return {"id": new_id(_PREFIX), "at": work.now, "by": by, "kind": kind, "type": type, "nodeIds": ids}


def _fields(state: State) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields that clients know, as stored, before and after; references by the id they lead to."""
    shown = {p.name for p in state.type.properties if not p.hidden} - _HIDDEN
    held = state.before or {}
    if _deleted(state):
        references = getattr(state, "references_before", {})
        return {name: value for name, value in (held | references).items() if name in shown or name in references}, {}
    changed = sorted(state.changes().keys() & shown)
    before = {name: held.get(name) for name in changed}
    after = {name: state.properties.get(name) for name in changed}
    for name, old, new in getattr(state, "moved", tuple)():
        before[name], after[name] = old, new
    return before, after


def _deleted(state: State) -> bool:
    return isinstance(state, NodeState) and state.deleted


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
