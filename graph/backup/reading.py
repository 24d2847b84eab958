"""Nodes, relationships and events as they are stored, page by page in the order of their ids, or by their ids.

A row of a node is its properties and the ids behind its references; one of a relationship is its properties and the ids
of its ends. What is not there is left out.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

from graph.backup.shape import EdgeShape, Link, NodeShape
from graph.client import Bookmarks, Database, Transaction

P = ParamSpec("P")
T = TypeVar("T")

_SECONDS = 120.0
_LOCK = "MATCH (c:Counter {id: 'events'}) SET c._lock = true REMOVE c._lock RETURN c.seq"


@dataclass(frozen=True, slots=True)
class Row:
    """A node with its references by name, or a relationship with its `source` and `target`."""

    properties: dict[str, Any]
    references: dict[str, str]

    @property
    def id(self) -> str:
        """Its id."""
        return str(self.properties["id"])


class Reader:
    """Reads on one database; what was committed before the first read is seen, on a replica too."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._bookmarks = Bookmarks()

    async def position(self) -> int:
        """The number of the last event, when whoever was committing has done so:

        ```cypher
        MATCH (c:Counter {id: 'events'}) SET c._lock = true REMOVE c._lock RETURN c.seq
        ```
        """
        return await self.together(lock_events)

    async def count(self, shape: NodeShape | EdgeShape) -> int:
        """How many there are; the store knows.

        ```cypher
        MATCH (n:Customer) RETURN count(n)
        MATCH ()-[n:PART_OF]->() RETURN count(n)
        ```
        """
        pattern = f"(n:{shape.type.label})" if isinstance(shape, NodeShape) else f"()-[n:{shape.type.type}]->()"
        return int((await self._read(f"MATCH {pattern} RETURN count(n)"))[0][0])

    async def nodes(self, shape: NodeShape, after: str, size: int) -> list[Row]:
        """The next nodes of a type:

        ```cypher
        MATCH (n:Consent) WHERE n.id > $after
        WITH n ORDER BY n.id LIMIT $size
        RETURN collect([[n.id, n.since], [head([(n)-[:CONSENT_OF]->(t:Party) | t.id])]])
        ```
        """
        text = f"MATCH (n:{shape.type.label}) WHERE n.id > $after\nWITH n ORDER BY n.id LIMIT $size\n{_node(shape)}"
        return _rows(shape, await self._read(text, after=after, size=size))

    async def edges(self, shape: EdgeShape, after: str, size: int) -> list[Row]:
        """The next relationships of a type:

        ```cypher
        MATCH (a)-[n:PART_OF]->(b) WHERE n.id > $after
        WITH a, n, b ORDER BY n.id LIMIT $size
        RETURN collect([[n.id, n.since], [a.id, b.id]])
        ```
        """
        text = (
            f"MATCH (a)-[n:{shape.type.type}]->(b) WHERE n.id > $after\nWITH a, n, b ORDER BY n.id LIMIT $size\n"
            f"{_edge(shape)}"
        )
        return _rows(shape, await self._read(text, after=after, size=size))

    async def late(self, shape: NodeShape, link: Link, after: str, size: int) -> list[tuple[str, str]]:
        """The ids of the next nodes that have a late reference, each with the id behind it:

        ```cypher
        MATCH (n:Category)-[:IN_CATEGORY]->(t:Category) WHERE n.id > $after
        RETURN n.id, t.id ORDER BY n.id LIMIT $size
        ```
        """
        text = (
            f"MATCH (n:{shape.type.label})-[:{link.type}]->(t{link.far}) WHERE n.id > $after\n"
            "RETURN n.id, t.id ORDER BY n.id LIMIT $size"
        )
        return [(source, target) for source, target in await self._read(text, after=after, size=size)]

    async def events(self, after: int, last: int, size: int) -> list[list[Any]]:
        """The next events up to a number, as they are stored:

        ```cypher
        MATCH (e:Event) WHERE e.seq > $after AND e.seq <= $last
        RETURN e.seq, e.at, e.kind, e.type, e.nodeIds ORDER BY e.seq LIMIT $size
        ```
        """
        text = (
            "MATCH (e:Event) WHERE e.seq > $after AND e.seq <= $last\n"
            "RETURN e.seq, e.at, e.kind, e.type, e.nodeIds ORDER BY e.seq LIMIT $size"
        )
        return await self._read(text, after=after, last=last, size=size)

    async def removed(self) -> int:
        """The number up to which events were removed: `MATCH (c:Counter {id: 'removedEvents'}) RETURN c.seq`."""
        rows = await self._read("MATCH (c:Counter {id: 'removedEvents'}) RETURN c.seq")
        return int(rows[0][0]) if rows else 0

    async def migrations(self) -> list[list[Any]]:
        """Number, name and time of each migration that the database has seen:

        ```cypher
        MATCH (m:Migration) RETURN m.number, m.name, m.at ORDER BY m.number
        ```
        """
        return await self._read("MATCH (m:Migration) RETURN m.number, m.name, m.at ORDER BY m.number")

    async def together(
        self, read: Callable[Concatenate[Transaction, P], Awaitable[T]], *given: P.args, **named: P.kwargs
    ) -> T:
        """What `read` returns, in a transaction of its own that sees every commit before it."""

        async def work(transaction: Transaction) -> T:
            return await read(transaction, *given, **named)

        return await self._database.write(work, seconds=_SECONDS, bookmarks=self._bookmarks)

    async def _read(self, text: str, **parameters: Any) -> list[list[Any]]:
        return await self._database.read(text, parameters, seconds=_SECONDS, bookmarks=self._bookmarks)


async def lock_events(transaction: Transaction) -> int:
    """The number of the last event; until the transaction ends nobody commits another one."""
    rows = await transaction.run(_LOCK)
    return int(rows[0][0]) if rows else 0


async def changed(transaction: Transaction, after: int, last: int) -> dict[str, set[str]]:
    """The ids of what events tell of, by the name of its type:

    ```cypher
    MATCH (e:Event) WHERE e.seq > $after AND e.seq <= $last RETURN e.type, e.nodeIds
    ```
    """
    text = "MATCH (e:Event) WHERE e.seq > $after AND e.seq <= $last RETURN e.type, e.nodeIds"
    found: dict[str, set[str]] = {}
    for type, ids in await transaction.run(text, {"after": after, "last": last}):
        found.setdefault(type, set()).update(ids)
    return found


async def rows_by_ids(transaction: Transaction, shape: NodeShape | EdgeShape, ids: Sequence[str]) -> list[Row]:
    """Those of the nodes or relationships that are there, whatever references are late:

    ```cypher
    UNWIND $ids AS id
    MATCH (n:Consent {id: id})
    RETURN collect([[n.id, n.since], [head([(n)-[:CONSENT_OF]->(t:Party) | t.id])]])

    UNWIND $ids AS id
    MATCH (a)-[n:PART_OF {id: id}]->(b)
    RETURN collect([[n.id, n.since], [a.id, b.id]])
    ```
    """
    if isinstance(shape, NodeShape):
        text = f"UNWIND $ids AS id\nMATCH (n:{shape.type.label} {{id: id}})\n{_node(shape, every=True)}"
    else:
        text = f"UNWIND $ids AS id\nMATCH (a)-[n:{shape.type.type} {{id: id}}]->(b)\n{_edge(shape)}"
    return _rows(shape, await transaction.run(text, {"ids": list(ids)}), every=True)


async def tied_ids(transaction: Transaction, shape: NodeShape, label: str | None, ids: Sequence[str]) -> set[str]:
    """The ids of nodes that tell of any of these nodes (of one label) or relationships (no label):

    ```cypher
    UNWIND $ids AS id
    MATCH (n:Change) WHERE n.nodeId = id AND n.id > '' RETURN n.id

    UNWIND $ids AS id
    MATCH (n:ExternalKey)-[:IDENTIFIES]->(:Person {id: id}) RETURN n.id
    ```
    """
    # The index on such a property goes on with the id, and serves only where both are named.
    texts = [f"MATCH (n:{shape.type.label}) WHERE n.{name} = id AND n.id > '' RETURN n.id" for name in shape.named]
    if label is not None:
        own = shape.type.label
        texts += [f"MATCH (n:{own})-[:{link.type}]->(:{label} {{id: id}}) RETURN n.id" for link in shape.tied]
    found: set[str] = set()
    for text in texts:
        found.update(id for (id,) in await transaction.run(f"UNWIND $ids AS id\n{text}", {"ids": list(ids)}))
    return found


def _node(shape: NodeShape, *, every: bool = False) -> str:
    properties = ", ".join(f"n.{name}" for name in shape.properties)
    links = ", ".join(f"head([(n)-[:{link.type}]->(t{link.far}) | t.id])" for link in _links(shape, every=every))
    return f"RETURN collect([[{properties}], [{links}]])"


def _edge(shape: EdgeShape) -> str:
    return f"RETURN collect([[{', '.join(f'n.{name}' for name in shape.properties)}], [a.id, b.id]])"


def _links(shape: NodeShape, *, every: bool) -> tuple[Link, ...]:
    return shape.references if every else shape.links


def _rows(shape: NodeShape | EdgeShape, found: list[list[Any]], *, every: bool = False) -> list[Row]:
    """The rows of one record: for each of many, the driver would take longer than all else together."""
    names = ["source", "target"]
    if isinstance(shape, NodeShape):
        names = [link.name for link in _links(shape, every=every)]
    return [
        Row(
            {name: value for name, value in zip(shape.properties, properties, strict=True) if value is not None},
            {name: id for name, id in zip(names, references, strict=True) if id is not None},
        )
        for properties, references in found[0][0]
    ]
