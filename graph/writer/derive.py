"""Derived values are right again after a change: what concerns them is found before and after, then computed anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from graphlib import TopologicalSorter

from graph.client import Database, Transaction
from graph.model.elements import NodeType
from graph.model.model import Model
from graph.writer.derived import Derived, Trigger, derived_values
from graph.writer.work import NodeState, Work

_SECONDS = 120.0


class Derivation:
    """Keeps the derived values of one batch.

    `before` runs on the graph as it was, so that a node which loses something is found too; `after` on what is written.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._model: Model = work.model
        self._derived = derived_values(work.model)
        self._followers = _followers(self._derived)
        self._fields: dict[str, dict[str, set[str]]] = {}
        self._new: dict[str, list[str]] = {}
        self._affected: dict[int, set[str]] = {}
        for state in work.nodes():
            self._take(state)
        for edge in work.relationships():
            leads_elsewhere = edge.deleted or any(True for _ in edge.moved())
            fields = edge.type.fields if edge.is_new or leads_elsewhere else edge.changes()
            for source in {edge.source, *(edge.ends_before or ())[:1]}:
                self._touch(edge.type.name, fields, source)

    def _take(self, state: NodeState) -> None:
        if state.is_new:
            self._new.setdefault(state.type.name, []).append(state.id)
        else:
            fields: tuple[str, ...] = (*state.changes(), *(name for name, _, _ in state.moved()))
            if state.deleted:
                fields = (*state.properties, *state.references)
            self._touch(state.type.name, fields, state.id)

    def _touch(self, type: str, fields: Iterable[str], id: str) -> None:
        for name in fields:
            self._fields.setdefault(type, {}).setdefault(name, set()).add(id)

    def _touched(self, trigger: Trigger, *, old: bool) -> set[str]:
        """The changed nodes that pull the trigger: those that were there before only, or new ones too."""
        found = self._fields.get(trigger.type, {})
        ids = set().union(*(found.get(name, ()) for name in trigger.fields))
        return ids if old else ids.union(self._new.get(trigger.type, ()))

    def changed(self, type: str, fields: tuple[str, ...]) -> set[str]:
        """The nodes of a type that are new, or that another value is in one of the fields of; after `after`, the
        derived ones among them too. Those that the batch deletes are none."""
        gone = {state.id for state in self._work.nodes() if state.deleted}
        return self._touched(Trigger(type, fields, ""), old=False) - gone

    async def before(self, transaction: Transaction) -> None:
        """Finds what the changed nodes concern as long as nothing is written."""
        for place, item in enumerate(self._derived):
            for trigger in item.triggers:
                if trigger.type in self._model.nodes:
                    ids = self._touched(trigger, old=True)
                    self._affected.setdefault(place, set()).update(await self._find(transaction, trigger, ids))

    async def after(self, transaction: Transaction) -> None:
        """Computes the values of new nodes, then of all nodes that the changes concern."""
        for type in _in_order(self._derived):
            await self._fill(transaction, self._model.nodes[type])
        for place, item in enumerate(self._derived):
            if item in self._followers:
                continue
            ids = self._affected.get(place, set())
            own = Trigger(item.type, item.own, "")
            ids |= self._touched(own, old=True)
            for trigger in item.triggers:
                ids |= await self._find(transaction, trigger, self._touched(trigger, old=trigger.passes_over_new))
            ids -= set(self._new.get(item.type, ()))
            following = [f for f in self._followers if f.type == item.type and item.property in f.own]
            for id in await self._compute(transaction, item, following, sorted(ids)):
                self._touch(item.type, [each.property for each in (item, *following)], id)

    async def _find(self, transaction: Transaction, trigger: Trigger, ids: set[str]) -> set[str]:
        """The nodes that a change concerns:

        ```cypher
        UNWIND $ids AS id
        MATCH (m:PurchaseLine {id: id})
        MATCH (m)-[:LINE_OF]->(n:Purchase)
        RETURN collect(DISTINCT n.id)
        ```
        """
        if not ids:
            return set()
        relationship = self._model.relationships.get(trigger.type)
        type = self._model.type(relationship.source) if relationship else self._model.nodes[trigger.type]
        text = f"UNWIND $ids AS id\nMATCH (m:{type.label} {{id: id}})\nMATCH {trigger.path}\n"
        ((found,),) = await transaction.run(f"{text}RETURN collect(DISTINCT n.id)", {"ids": sorted(ids)})
        return set(found)

    async def _fill(self, transaction: Transaction, type: NodeType) -> None:
        """All derived values of new nodes of a type:

        ```cypher
        UNWIND $ids AS id
        MATCH (n:PurchaseLine {id: id})
        SET n.currency = head([(n)-[:LINE_OF]->(whole:Purchase) | whole.currency])
        SET n.at = head([(n)-[:LINE_OF]->(source:Purchase) | source.at])
        ```
        """
        ids = self._new.get(type.name)
        if ids:
            sets = "\n".join(f"SET n.{d.property} = {d.expression}" for d in self._derived if d.type == type.name)
            text = f"UNWIND $ids AS id\nMATCH (n:{type.label} {{id: id}})\n{sets}"
            await transaction.run(text, {"ids": ids})

    async def _compute(
        self, transaction: Transaction, item: Derived, following: Sequence[Derived], ids: list[str]
    ) -> set[str]:
        """One derived value where it is no longer right, under the lock of its node, and those that follow from it; the
        ids of the nodes on which it changed:

        ```cypher
        UNWIND $ids AS id
        MATCH (n:Purchase {id: id})
        SET n._lock = true REMOVE n._lock
        WITH n, reduce(total = 0, amount IN [(n)<-[:LINE_OF]-(line) | line.amount] | total + amount) AS value
        WHERE NOT coalesce(n.gross = value, n.gross IS NULL AND value IS NULL)
        SET n.gross = value
        SET n.net = n.gross - n.refunded
        RETURN collect(n.id)
        ```
        """
        if not ids:
            return set()
        stored = f"n.{item.property}"
        sets = "\n".join([f"SET {stored} = value", *(f"SET n.{f.property} = {f.expression}" for f in following)])
        text = (
            f"UNWIND $ids AS id\nMATCH (n:{self._model.nodes[item.type].label} {{id: id}})\n"
            f"SET n._lock = true REMOVE n._lock\nWITH n, {item.expression} AS value\n"
            f"WHERE NOT coalesce({stored} = value, {stored} IS NULL AND value IS NULL)\n{sets}\nRETURN collect(n.id)"
        )
        ((found,),) = await transaction.run(text, {"ids": ids})
        self._work.locked.update(ids)
        return set(found)


def _followers(derived: Sequence[Derived]) -> tuple[Derived, ...]:
    """The values that follow from derived ones of their own node alone: they are set with those."""
    known = {(item.type, item.property) for item in derived}
    return tuple(d for d in derived if d.own and not d.triggers and all((d.type, name) in known for name in d.own))


def _in_order(derived: Sequence[Derived]) -> Iterable[str]:
    """The types with derived values, each after those whose derived values its own follow from."""
    known = {(item.type, item.property) for item in derived}
    order: TopologicalSorter[str] = TopologicalSorter({item.type: () for item in derived})
    for item in derived:
        for trigger in item.triggers:
            if trigger.type != item.type and any((trigger.type, name) in known for name in trigger.fields):
                order.add(item.type, trigger.type)
    return order.static_order()


async def derive_all(database: Database, model: Model, *, batch: int = 2_000) -> None:
    """Every derived value of the graph is right again, one after another in the order in which they follow from one
    another, `batch` nodes in a transaction:

    ```cypher
    MATCH (n:Purchase) WHERE n.id > $after
    WITH n ORDER BY n.id LIMIT $size
    WITH n, n.gross - n.refunded AS value
    CALL (n, value) {
      WITH n, value WHERE NOT coalesce(n.net = value, n.net IS NULL AND value IS NULL)
      SET n.net = value
    }
    RETURN max(n.id)
    ```
    """
    for item in derived_values(model):
        stored = f"n.{item.property}"
        text = (
            f"MATCH (n:{model.nodes[item.type].label}) WHERE n.id > $after\nWITH n ORDER BY n.id LIMIT $size\n"
            f"WITH n, {item.expression} AS value\nCALL (n, value) {{\n"
            f"  WITH n, value WHERE NOT coalesce({stored} = value, {stored} IS NULL AND value IS NULL)\n"
            f"  SET {stored} = value\n}}\nRETURN max(n.id)"
        )
        after: str | None = ""
        while after is not None:
            after = await database.write(partial(_last, text=text, after=after, size=batch), seconds=_SECONDS)


async def _last(transaction: Transaction, *, text: str, after: str, size: int) -> str | None:
    ((last,),) = await transaction.run(text, {"after": after, "size": size})
    return None if last is None else str(last)
