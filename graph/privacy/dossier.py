"""Everything known about one party, as JSON: what it is, what tells of it, what it is related to, and its history."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from graph.client import Database, Transaction
from graph.merging.found import End, ends
from graph.merging.keys import resolved
from graph.model.elements import NodeType, RelationshipType
from graph.model.model import Model
from graph.model.values import id_prefix
from graph.writer.errors import NotFoundError
from graph.writer.forms import form
from graph.writer.subjects import Chain, about_chain

Known = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Dossier:
    """What is known: `isComplete` is false in it where there is more than could be told at once."""

    content: Known
    is_complete: bool


async def dossier(database: Database, model: Model, target: str, name: str, *, limit: int) -> Dossier:
    """What is known about a node of the type `target`, named by id or key; `limit` nodes, relationships and entries of
    history at most.

    Values are as clients send them, by their names; references tell id and name of what they lead to. Raises
    NotFoundError.
    """
    id = await resolved(database, model, name)
    type = model.by_prefix.get(id_prefix(id) or "")
    if type is None or type not in model.concrete(target):
        raise NotFoundError(type=target, value=name)
    reader = _Reader(model, type, id, limit)
    content = await database.read_together(reader.read)
    if content is None:
        raise NotFoundError(type=target, value=name)
    return Dossier({**content, "isComplete": reader.left > 0}, reader.left > 0)


@dataclass
class _Reader:
    """Reads within one transaction; `left` counts down what may still be told."""

    model: Model
    type: NodeType
    id: str
    limit: int
    left: int = field(init=False)

    async def read(self, transaction: Transaction) -> Known | None:
        self.left = self.limit
        me = f"(n:{self.type.label} {{id: $id}})"
        found = await self._nodes(transaction, self.type, f"MATCH {me}")
        if not found:
            return None
        facts: dict[str, list[Known]] = {}
        for owner, pattern in self._ways():
            told = {node["id"]: node for node in facts.get(owner.name, ())}
            nodes = await self._nodes(transaction, owner, f"MATCH {pattern}")
            if rows := told | {node["id"]: node for node in nodes}:
                facts[owner.name] = list(rows.values())
        related: dict[str, list[Known]] = {}
        for relationship, end in ends(self.model, self.type):
            if rows_ := await self._relationships(transaction, relationship, end):
                related.setdefault(relationship.name, []).extend(rows_)
        return {
            "party": found[0],
            "facts": facts,
            "relationships": related,
            "history": await self._history(transaction),
        }

    def _ways(self) -> list[tuple[NodeType, str]]:
        """Types and patterns of the nodes that refer to the party, and of those that tell of it through others."""
        me = f"{self.type.label} {{id: $id}}"
        found: list[tuple[NodeType, str]] = []
        for owner in self.model.writable.values():
            direct = [r for r in form(owner).references.values() if self.type in self.model.concrete(r.target)]
            chain = about_chain(self.model, owner)
            steps: list[tuple[str, ...]] = [(r.step.type,) for r in direct]
            if len(chain.steps) > 1 and self.type in self.model.concrete(chain.end):
                steps.append(chain.steps)
            found += [(owner, Chain(way, me).pattern(f"n:{owner.label}", "p")) for way in steps]
        return found

    async def _nodes(self, transaction: Transaction, type: NodeType, match: str) -> list[Known]:
        """Nodes with what they refer to:

        ```cypher
        MATCH (n:Purchase)-[:BOUGHT_BY]->(p:Person {id: $id})
        RETURN properties(n), [head([(n)-[:SOLD_BY]->(t) | [t.id, t.name]]), ...] LIMIT $limit
        ```
        """
        own = form(type).references.values()
        targets = ", ".join(f"head([(n)-[:{r.step.type}]->(t) | [t.id, t.name]])" for r in own)
        rows = await self._rows(transaction, f"{match}\nRETURN properties(n), [{targets}]")
        return [
            {"type": type.name, **_values(type, held), **{r.name: _far(far) for r, far in zip(own, fars, strict=True)}}
            for held, fars in rows
        ]

    async def _relationships(self, transaction: Transaction, type: RelationshipType, end: End) -> list[Known]:
        """Relationships of one type at one end:

        ```cypher
        MATCH (n:Person {id: $id})-[r:REPORTS_TO]->(t)
        RETURN properties(r), [t.id, t.name] LIMIT $limit
        ```
        """
        way, other = (f"-[r:{type.type}]->", "target") if end == "source" else (f"<-[r:{type.type}]-", "source")
        text = f"MATCH (n:{self.type.label} {{id: $id}}){way}(t)\nRETURN properties(r), [t.id, t.name]"
        return [{**_values(type, held), other: _far(far)} for held, far in await self._rows(transaction, text)]

    async def _history(self, transaction: Transaction) -> list[Known]:
        """What was changed about the party and its relationships, oldest first:

        ```cypher
        MATCH (c:Change) WHERE c.nodeId = $id OR c.targetId = $id
        WITH c ORDER BY c.at, c.id
        RETURN properties(c) LIMIT $limit
        ```
        """
        match = "MATCH (c:Change) WHERE c.nodeId = $id OR c.targetId = $id"
        text = f"{match}\nWITH c ORDER BY c.at, c.id\nRETURN properties(c)"
        return [_entry(self.model, held) for (held,) in await self._rows(transaction, text)]

    async def _rows(self, transaction: Transaction, text: str) -> list[list[Any]]:
        if self.left <= 0:
            return []
        rows = await transaction.run(f"{text} LIMIT $limit", {"id": self.id, "limit": self.left})
        self.left -= len(rows)
        return rows


def _values(type: NodeType | RelationshipType, held: Known) -> Known:
    return {p.name: p.scalar.given(held[p.name]) for p in type.properties if not p.hidden and p.name in held}


def _far(found: list[str | None] | None) -> Known | None:
    return None if found is None else {"id": found[0], **({"name": found[1]} if found[1] else {})}


def _entry(model: Model, held: Known) -> Known:
    """An entry of history, with the values as clients send them."""
    told: Known = {name: held[name] for name in ("at", "by", "kind", "type", "nodeId", "targetId") if name in held}
    type = model.nodes.get(held["type"]) or model.relationships[held["type"]]
    scalars = {p.name: p.scalar for p in type.properties}
    for side in ("before", "after"):
        values: Known = json.loads(held.get(side) or "{}")
        told[side] = {n: scalars[n].given(v) if n in scalars else v for n, v in values.items()}
    return told
