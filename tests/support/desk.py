"""Writing and looking, within names of one test; what it wrote is found by its source and removed afterwards."""

from collections.abc import Mapping, Sequence
from typing import Any

from graph.client import Database
from graph.model.model import Model
from graph.writer import Change, Group, Outcome, Put, write

SINCE = "2024-01-01T00:00:00.000Z"
REQUIRED: Mapping[str, Mapping[str, Any]] = {
    "Person": {"name": "Somebody"},
    "Organisation": {"name": "Some company", "kind": "BUSINESS"},
    "OrgUnit": {"name": "Some unit", "kind": "DEPARTMENT"},
    "Customer": {"lifecycle": "CURRENT", "since": SINCE},
    "Employment": {"since": SINCE},
    "Brand": {"name": "Some brand"},
    "Category": {"name": "Things"},
    "Product": {"name": "Thing", "kind": "GOOD", "discontinued": False},
    "Offer": {"since": SINCE, "currency": "USD"},
    "Purchase": {"at": SINCE, "currency": "USD"},
    "ReferralProgramme": {"name": "Some programme", "levels": 3, "currency": "USD", "since": SINCE},
    "RewardRule": {"since": SINCE},
    "Referral": {"state": "SUBMITTED", "since": SINCE},
    "PurchaseLine": {"position": 1, "quantity": "1", "unitPrice": "10", "discount": "0"},
}
"""The values that a new node of the type must have."""


class Desk:
    """Writes as `source`; names are given without it: `person:an` is `<source>:person:an`."""

    def __init__(self, database: Database, model: Model, source: str) -> None:
        self.database = database
        self.model = model
        self.source = source

    def key(self, name: str) -> str:
        """The external key of a name."""
        return f"{self.source}:{name}"

    def new(self, type: str, name: str, values: Mapping[str, Any] | None = None, **references: str | None) -> Put:
        """A new node with the values it must have; references are given by name."""
        return self.change(type, name, {**REQUIRED[type], **(values or {})}, **references)

    def change(self, type: str, name: str, values: Mapping[str, Any] | None = None, **references: str | None) -> Put:
        """Only these values and references of a node."""
        targets = {r: None if t is None else self.key(t) for r, t in references.items()}
        return Put(type, self.key(name), values or {}, targets)

    async def write(self, *changes: Change) -> Outcome:
        """All changes as one group; the error is raised where it is rejected."""
        (outcome,) = await self.groups([changes])
        if outcome.error is not None:
            raise outcome.error
        return outcome

    async def groups(self, groups: Sequence[Group], *, dry_run: bool = False) -> tuple[Outcome, ...]:
        """One outcome for each group."""
        return await write(
            self.database, self.model, groups, by=self.source, dry_run=dry_run, waived=frozenset({"NOT_OFFERED"})
        )

    async def rows(self, text: str, **parameters: Any) -> list[list[Any]]:
        """The rows of a statement, which sees `$source`."""
        return await self.database.read(text, {"source": self.source, **parameters})

    async def node(self, name: str) -> dict[str, Any]:
        """What the database holds of a node."""
        text = "MATCH (:ExternalKey {key: $key})-[:IDENTIFIES]->(n) RETURN properties(n)"
        ((found,),) = await self.rows(text, key=self.key(name))
        return dict(found)

    async def targets(self, name: str, relationship: str) -> list[str]:
        """The names that relationships of a type lead to from a node."""
        text = (
            "MATCH (:ExternalKey {key: $key})-[:IDENTIFIES]->(n)-[r]->(m)<-[:IDENTIFIES]-(k:ExternalKey) "
            "WHERE type(r) = $type RETURN k.key ORDER BY k.key"
        )
        rows = await self.rows(text, key=self.key(name), type=relationship)
        return [key.removeprefix(f"{self.source}:") for (key,) in rows]

    async def events(self) -> list[list[Any]]:
        """Kind, type and count of nodes of the events about this source's nodes, in order."""
        text = (
            "MATCH (k:ExternalKey)-[:IDENTIFIES]->(n) WHERE k.key STARTS WITH $source + ':' "
            "WITH collect(n.id) AS ids MATCH (e:Event) WHERE any(id IN e.nodeIds WHERE id IN ids) "
            "RETURN e.kind, e.type, size(e.nodeIds) ORDER BY e.seq"
        )
        return await self.rows(text)

    async def history(self) -> list[list[Any]]:
        """Kind, type, before and after of the changes by this source, in order."""
        text = "MATCH (c:Change {by: $source}) RETURN c.kind, c.type, c.before, c.after ORDER BY c.at, c.id"
        return await self.rows(text)


async def clear(database: Database, source: str) -> None:
    """Removes all that was written under keys of the source, or by it, what followed from it by itself included."""
    await database.run_implicit(
        "MATCH (k:ExternalKey) WHERE k.key STARTS WITH $source + ':' OPTIONAL MATCH (k)-[:IDENTIFIES]->(n) "
        "WITH collect(k) AS keys, collect(n) AS named "
        "WITH keys, named + COLLECT { MATCH (:Change {by: $source})-[:CHANGE_OF]->(n) "
        "WHERE NOT n:Change RETURN DISTINCT n } AS nodes "
        "WITH keys, nodes, [n IN nodes | n.id] AS ids "
        "OPTIONAL MATCH (e:Event) WHERE any(id IN e.nodeIds WHERE id IN ids) "
        "WITH keys, nodes, collect(e) AS events "
        "FOREACH (e IN events | DELETE e) FOREACH (k IN keys | DETACH DELETE k) FOREACH (n IN nodes | DETACH DELETE n)",
        {"source": source},
    )
    await database.run_implicit("MATCH (c:Change {by: $source}) DETACH DELETE c", {"source": source})
