"""Acyclic relationships stay acyclic: decided under one lock node for each relationship type.

Two writers who each add half of a circle would not see one another; the lock node makes the second one wait and read
what the first one wrote. A circle counts only where all its relationships are open at some common time.
"""

from __future__ import annotations

from collections.abc import Iterable

from graph.client import Transaction
from graph.model.elements import RelationshipType
from graph.model.model import Model
from graph.writer.errors import CycleError
from graph.writer.work import EdgeState

_END = "9999-12-31T23:59:59.999Z"
_Edge = tuple[str, str, str]
"""Target, since and until."""


class Cycles:
    """The relationships that can be reached from the targets of a batch, by type and source."""

    def __init__(self) -> None:
        self._edges: dict[str, dict[str, dict[str, _Edge]]] = {}
        self._undo: list[tuple[dict[str, _Edge], str, _Edge | None]] = []

    async def read(
        self, transaction: Transaction, model: Model, type: RelationshipType, targets: Iterable[str]
    ) -> None:
        """Locks the type's lock node and reads what can be reached from the targets:

        ```cypher
        MERGE (l:Lock {id: $type}) SET l.turn = coalesce(l.turn, 0) + 1

        UNWIND $ids AS id
        MATCH (:Person {id: id})-[:REPORTS_TO*0..]->(a)-[r:REPORTS_TO]->(b)
        RETURN DISTINCT r.id, a.id, b.id, r.since, r.until
        ```
        """
        await transaction.run("MERGE (l:Lock {id: $type}) SET l.turn = coalesce(l.turn, 0) + 1", {"type": type.type})
        labels = ":".join(model.type(type.target).labels)
        rows = await transaction.run(
            f"UNWIND $ids AS id\nMATCH (:{labels} {{id: id}})-[:{type.type}*0..]->(a)-[r:{type.type}]->(b)\n"
            "RETURN DISTINCT r.id, a.id, b.id, r.since, r.until",
            {"ids": sorted(targets)},
        )
        for id, source, target, since, until in rows:
            self._put(type, id, source, target, since, until)
        self.accept()

    def add(self, state: EdgeState) -> None:
        """Takes a new or changed relationship; raises CycleError where it would close a circle."""
        if not state.type.acyclic:
            return
        since, until = state.properties["since"], state.properties.get("until")
        if self._reaches(state.type.name, state.target, state.source, since, until or _END, set()):
            raise CycleError(type=state.type.name, source=state.source, target=state.target)
        self._put(state.type, state.id, state.source, state.target, since, until)

    def would_close(self, type: RelationshipType, one: str, other: str) -> bool:
        """Whether a circle would close if two nodes were one; a relationship between the two would be gone."""
        for start, goal in ((one, other), (other, one)):
            for target, since, until in self._edges.get(type.name, {}).get(start, {}).values():
                if target != goal and self._reaches(type.name, target, goal, since, until, set()):
                    return True
        return False

    def _put(self, type: RelationshipType, id: str, source: str, target: str, since: str, until: str | None) -> None:
        bucket = self._edges.setdefault(type.name, {}).setdefault(source, {})
        self._undo.append((bucket, id, bucket.get(id)))
        bucket[id] = (target, since, until or _END)

    def accept(self) -> None:
        """What the group at hand added stays."""
        self._undo.clear()

    def drop(self) -> None:
        """What the group at hand added goes."""
        for bucket, id, held in reversed(self._undo):
            if held is None:
                del bucket[id]
            else:
                bucket[id] = held
        self._undo.clear()

    def _reaches(
        self, type: str, start: str, goal: str, since: str, until: str, seen: set[tuple[str, str, str]]
    ) -> bool:
        """Whether a path leads from start to goal whose relationships share a moment with [since, until)."""
        if start == goal:
            return True
        if (start, since, until) in seen:
            return False
        seen.add((start, since, until))
        for target, begins, ends in self._edges.get(type, {}).get(start, {}).values():
            low, high = max(since, begins), min(until, ends)
            if low < high and self._reaches(type, target, goal, low, high, seen):
                return True
        return False
