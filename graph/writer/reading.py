"""Before anything changes: names become ids, locks are taken, and the present state is read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress

from graph.client import Transaction
from graph.errors import CustomerGraphError
from graph.model.elements import NodeType
from graph.model.model import Model
from graph.model.values import id_prefix
from graph.writer.changes import Change, Delete, Put
from graph.writer.concerned import Names
from graph.writer.cycles import Cycles
from graph.writer.edges import read_edges
from graph.writer.forms import Stored, encode, form, settle
from graph.writer.names import by_type
from graph.writer.removing import read_users
from graph.writer.stages import read_stages
from graph.writer.work import NodeState, Work

IDENTIFIED = "UNWIND $keys AS key\nMATCH (:ExternalKey {key: key})-[:IDENTIFIES]->(n)\nRETURN collect([key, n.id])"
"""Ids of the nodes that external keys identify."""


async def read_state(transaction: Transaction, work: Work, changes: Sequence[Change]) -> Cycles:
    """Loads into `work` all that the changes name; what is not there is simply not loaded."""
    names = Names(work.model, changes)
    await resolve(transaction, work, names.every)
    changed = {id for name in names.changed if (id := work.id_of(name)) is not None}
    locked = {(id, as_) for name, as_ in names.locked if (id := work.id_of(name)) is not None and id not in changed}
    for type, ids in by_type(work.model, changed):
        await _nodes(transaction, work, type, ids)
        await read_stages(transaction, work, type, ids)
    for type, ids in by_type(work.model, {id for id, _ in locked}):
        await lock(transaction, work, type, [id for id in ids if (id, type.label) in locked or (id, None) in locked])
    into = {change.node for change in changes if isinstance(change, Delete) and change.into is not None}
    gone = {id for name in names.deleted if (id := work.id_of(name)) is not None}
    await read_users(transaction, work, gone - into)
    await read_users(transaction, work, into, keys=True)
    await _holders(transaction, work, changes)
    return await read_edges(transaction, work, changes)


async def resolve(transaction: Transaction, work: Work, names: Iterable[str]) -> None:
    """Finds the ids behind names: keys of other systems, ids, and ids of nodes that are one with another one by now,
    which are kept as its keys."""
    named = sorted(name for name in names if not name.startswith("_:"))
    await _keys(transaction, work, [name for name in named if id_prefix(name) is None])
    ids = [name for name in named if id_prefix(name) is not None]
    await _check_ids(transaction, work, ids)
    await _keys(transaction, work, [id for id in ids if id not in work.ids])


async def _keys(transaction: Transaction, work: Work, keys: list[str]) -> None:
    """Ids of the nodes that external keys identify:

    ```cypher
    UNWIND $keys AS key
    MATCH (:ExternalKey {key: key})-[:IDENTIFIES]->(n)
    RETURN collect([key, n.id])
    ```

    One row, here and below: every row is a message of its own on the way.
    """
    if keys:
        ((found,),) = await transaction.run(IDENTIFIED, {"keys": keys})
        work.ids.update(found)


async def _check_ids(transaction: Transaction, work: Work, ids: Iterable[str]) -> None:
    """Ids that are named and exist:

    ```cypher
    UNWIND $ids AS id
    MATCH (n:Person {id: id})
    RETURN collect(n.id)
    ```
    """
    for type, some in by_type(work.model, ids):
        text = f"UNWIND $ids AS id\nMATCH (n:{type.label} {{id: id}})\nRETURN collect(n.id)"
        ((found,),) = await transaction.run(text, {"ids": some})
        work.ids.update((id, id) for id in found)


async def lock(transaction: Transaction, work: Work, type: NodeType, ids: list[str]) -> None:
    """Takes the write locks that the batch does not have yet, and stores nothing. A property that no node ever had
    could be removed without a lock, so it is set first:

    ```cypher
    UNWIND $ids AS id
    MATCH (n:Person {id: id})
    SET n._lock = true REMOVE n._lock
    ```
    """
    if missing := [id for id in ids if id not in work.locked]:
        work.locked.update(missing)
        text = f"UNWIND $ids AS id\nMATCH (n:{type.label} {{id: id}})\nSET n._lock = true REMOVE n._lock"
        await transaction.run(text, {"ids": missing})


async def _nodes(transaction: Transaction, work: Work, type: NodeType, ids: list[str]) -> None:
    """Locks nodes and reads what they hold:

    ```cypher
    UNWIND $ids AS id
    MATCH (n:Product {id: id})
    SET n._lock = true REMOVE n._lock
    WITH n
    RETURN collect([properties(n), [head([(n)-[:MADE_BY]->(t:Organisation) | t.id])]])
    ```
    """
    own = form(type).references.values()
    targets = ", ".join(f"head([(n)-[:{r.step.type}]->(t{_far(work.model, r.target)}) | t.id])" for r in own)
    text = (
        f"UNWIND $ids AS id\nMATCH (n:{type.label} {{id: id}})\nSET n._lock = true REMOVE n._lock\nWITH n\n"
        f"RETURN collect([properties(n), [{targets}]])"
    )
    ((nodes,),) = await transaction.run(text, {"ids": ids})
    work.locked.update(ids)
    for properties, found in nodes:
        held = {r.name: t for r, t in zip(own, found, strict=True)}
        work.load(NodeState(type, properties["id"], properties, held, dict(properties), dict(held)))


def _far(model: Model, target: str) -> str:
    return "" if target == "Node" else f":{model.type(target).label}"


async def _holders(transaction: Transaction, work: Work, changes: Sequence[Change]) -> None:
    """Who has the unique values that the changes give:

    ```cypher
    UNWIND $values AS value
    MATCH (n:Organisation {taxId: value})
    RETURN collect([value, n.id])
    ```
    """
    wanted: dict[tuple[str, str], set[object]] = {}
    for change in changes:
        if isinstance(change, Put) and change.type in work.model.nodes:
            type = work.model.nodes[change.type]
            with suppress(CustomerGraphError):
                after = _identifying(work, type, change)
                for item in form(type).unique:
                    if after.get(item.name) is not None:
                        wanted.setdefault((change.type, item.name), set()).add(after[item.name])
    for (owner, name), values in wanted.items():
        node = f"n:{work.model.nodes[owner].label} {{{name}: value}}"
        text = f"UNWIND $values AS value\nMATCH ({node})\nRETURN collect([value, n.id])"
        ((found,),) = await transaction.run(text, {"values": sorted(values, key=str)})
        work.holders.update({(owner, name, value): id for value, id in found})


def _identifying(work: Work, type: NodeType, change: Put) -> Stored:
    """The unique values of a node after the change, as far as it and the database tell; the constraint tells the rest.

    Raises what `encode` and `settle` raise; taking the change raises it again.
    """
    names = {n for item in form(type).unique for n in (item.name, item.within)}
    given = {n: v for n, v in change.values.items() if n in names}
    if not given:
        return {}
    id = None if change.node is None else work.id_of(change.node)
    state = None if id is None else work.state(id)
    return settle(type, state.properties if state else {}, encode(type, given))
