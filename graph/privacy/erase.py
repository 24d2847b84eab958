"""Personal data of a party is gone from the graph; figures and chains stay whole under a pseudonym.

In this order, each step a transaction, so that what was interrupted is gone on with by the same call:

1. The party itself: a pseudonym instead of its name, nothing instead of the rest; what is copied from it follows.
2. What tells of it: nodes that are personal as a whole go, personal values of others are taken away.
3. History: entries that hold values of its personal fields keep the names of these fields alone.

Events and idempotency records hold ids and digests, and nothing that could be erased.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from graph.client import Database, Transaction
from graph.merging.begin import expect_settled
from graph.model.elements import NodeType, RelationshipType
from graph.model.model import Model
from graph.model.values import ID_FORM, id_prefix, now_text
from graph.writer import Change, Erase, apply
from graph.writer.erasing import ERASED_AT
from graph.writer.errors import NotFoundError
from graph.writer.history import json_text
from graph.writer.reading import resolve
from graph.writer.subjects import Chain, about_chain, chain, personal_properties
from graph.writer.work import Work

BATCH = 200
Counts = Counter[tuple[str, str]]
"""How many of each kind (`deleted`, `blanked`, `entries`) and type."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased of one type: nodes or relationships that went, those that lost personal values, and entries of
    history that did."""

    type: str
    deleted: int
    blanked: int
    entries: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """Whose data was erased, when, and what it was; where the time was over before all was, it is not complete."""

    party: str
    at: str
    erased: tuple[Erased, ...]
    is_complete: bool


async def erase_party(database: Database, model: Model, target: str, name: str, *, by: str, seconds: float) -> Receipt:
    """Erases the personal data of a node of the type `target`, named by id or key.

    What is erased already stays so, and is not told again. Raises NotFoundError, and MergeUnfinishedError where a part
    of the node is on its way to another one.
    """
    eraser = _Eraser(database, model, by, time.monotonic() + seconds)
    type, id, at = await database.write(lambda transaction: eraser.begin(transaction, target, name))
    is_complete = await eraser.around(type, id)
    return Receipt(id, at, eraser.told(), is_complete)


@dataclass
class _Eraser:
    database: Database
    model: Model
    by: str
    until: float
    counts: Counts = field(default_factory=Counter)

    def told(self) -> tuple[Erased, ...]:
        """What was erased so far, by type."""
        names = sorted({name for _, name in self.counts})
        return tuple(Erased(n, *(self.counts[what, n] for what in ("deleted", "blanked", "entries"))) for n in names)

    async def begin(self, transaction: Transaction, target: str, name: str) -> tuple[NodeType, str, str]:
        """Erases the party itself; its type, its id and when it was erased first:

        ```cypher
        MATCH (n:Person {id: $id}) RETURN n.erasedAt
        ```
        """
        self.counts.clear()
        work = Work(self.model, now_text())
        await resolve(transaction, work, [name])
        id = work.id_of(name)
        type = self.model.by_prefix.get(id_prefix(id or "") or "")
        if id is None or type is None or type not in self.model.concrete(target):
            raise NotFoundError(type=target, value=name)
        await expect_settled(transaction, id)
        self.counts.update(await self._apply(transaction, [Erase(type.name, id)]))
        ((at,),) = await transaction.run(f"MATCH (n:{type.label} {{id: $id}}) RETURN n.{ERASED_AT}", {"id": id})
        return type, id, at

    async def around(self, type: NodeType, id: str) -> bool:
        """Erases what tells of the party, and what history tells; whether all of it."""
        model = self.model
        nodes = [
            o
            for o in model.writable.values()
            if o.about is not None and type in model.concrete(about_chain(model, o).end)
        ]
        edges = [o for o in model.relationships.values() if o.about and type in model.concrete(getattr(o, o.about))]
        steps: list[Callable[[Transaction], Awaitable[Counts]]] = [
            *(partial(self._nodes, type, owner, id) for owner in nodes),
            *(partial(self._relationships, type, owner, id) for owner in edges),
            partial(self._history, id),
        ]
        for step in steps:
            if not await self._until_none(step):
                return False
        return True

    async def _until_none(self, step: Callable[[Transaction], Awaitable[Counts]]) -> bool:
        """Runs a step until it finds nothing more; false where the time is over before."""
        while time.monotonic() < self.until:
            counts = await self.database.write(step)
            if not counts:
                return True
            self.counts.update(counts)
        return False

    async def _nodes(self, type: NodeType, owner: NodeType, id: str, transaction: Transaction) -> Counts:
        """A batch of the nodes that tell of the party and still do so:

        ```cypher
        MATCH (n:CustomerStage)-[:STAGE_OF]->()-[:PARTY]->(p:Person {id: $id})
        WHERE n.reason IS NOT NULL
        RETURN n.id LIMIT $limit
        ```
        """
        found = chain(self.model, owner)
        if found is None:
            return Counter()
        # The id that a party had before it was merged is a key too; it tells nothing, and leads to what stays.
        own = "n.key IS NULL OR NOT n.key =~ $old" if owner.personal else _holding(owner, "n")
        pattern = Chain(found.steps, f"{type.label} {{id: $id}}").pattern(f"n:{owner.label}", "p")
        text = f"MATCH {pattern}\nWHERE {own}\nRETURN n.id LIMIT $limit"
        rows = await transaction.run(text, {"id": id, "limit": BATCH, "old": ID_FORM})
        return await self._apply(transaction, [Erase(owner.name, n) for (n,) in rows])

    async def _relationships(self, type: NodeType, item: RelationshipType, id: str, transaction: Transaction) -> Counts:
        """A batch of the relationships that hold values of the party:

        ```cypher
        MATCH (:Person {id: $id})-[r:REPRESENTS]->() WHERE r.title IS NOT NULL RETURN r.id LIMIT $limit
        ```
        """
        way = f"-[r:{item.type}]->" if item.about == "source" else f"<-[r:{item.type}]-"
        text = f"MATCH (:{type.label} {{id: $id}}){way}() WHERE {_holding(item, 'r')} RETURN r.id LIMIT $limit"
        rows = await transaction.run(text, {"id": id, "limit": BATCH})
        return await self._apply(transaction, [Erase(item.name, r) for (r,) in rows])

    async def _history(self, id: str, transaction: Transaction) -> Counts:
        """A batch of the entries of history that hold values of the party:

        ```cypher
        MATCH (c:Change) WHERE c.subjectId = $id RETURN c.id, c.type, c.before, c.after LIMIT $limit

        UNWIND $rows AS row
        MATCH (c:Change {id: row[0]}) SET c.before = row[1], c.after = row[2] REMOVE c.subjectId
        ```
        """
        find = "MATCH (c:Change) WHERE c.subjectId = $id RETURN c.id, c.type, c.before, c.after LIMIT $limit"
        found = await transaction.run(find, {"id": id, "limit": BATCH})
        rows = [[key, self._blank(type, before), self._blank(type, after)] for key, type, before, after in found]
        blank = "MATCH (c:Change {id: row[0]}) SET c.before = row[1], c.after = row[2] REMOVE c.subjectId"
        if rows:
            await transaction.run(f"UNWIND $rows AS row\n{blank}", {"rows": rows})
        return Counter(("entries", type) for _, type, _, _ in found)

    def _blank(self, type: str, told: str) -> str:
        owner = self.model.nodes.get(type) or self.model.relationships[type]
        whole = isinstance(owner, NodeType) and owner.personal
        personal = {item.name for item in (owner.properties if whole else personal_properties(owner))}
        return json_text({n: None if n in personal else v for n, v in json.loads(told).items()})

    async def _apply(self, transaction: Transaction, changes: list[Change]) -> Counts:
        """What the changes did, each for itself."""
        groups = [[change] for change in changes]
        outcomes = await apply(transaction, self.model, groups, by=self.by, react=False) if groups else ()
        for outcome in outcomes:
            if outcome.error is not None:
                raise outcome.error
        told = (written for outcome in outcomes for written in outcome.written if written.status != "unchanged")
        return Counter(("deleted" if w.status == "deleted" else "blanked", w.type) for w in told)


def _holding(owner: NodeType | RelationshipType, name: str) -> str:
    return " OR ".join(f"{name}.{item.name} IS NOT NULL" for item in personal_properties(owner))
