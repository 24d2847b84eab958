"""The floor: one hand-written statement of positional lists, straight to orjson; no GraphQL, no names, no checks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import orjson
from neo4j import READ_ACCESS, AsyncManagedTransaction
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.peers.base import Neo4j, serve
from bench.peers.floor_screens import CUSTOMER_360, LIST, SEARCH, SUPPLIER

LOOKUP = "MATCH (p:Person {id: $id}) RETURN [p.id, p.name, p.email, p.country, p.createdAt]"
NESTED = """
RETURN COLLECT {
  MATCH (o:Organisation) WHERE o.nameKey IS NOT NULL AND o.id IS NOT NULL
  WITH o ORDER BY o.nameKey, o.id LIMIT $first
  RETURN [o.id, o.name, COLLECT {
    MATCH (c:Customer) WHERE c.sellerId = o.id AND c.since >= '' AND c.id IS NOT NULL AND c.until IS NULL
    WITH c ORDER BY c.sellerId, c.since, c.id LIMIT $each
    MATCH (c)-[:PARTY]->(p)
    RETURN [c.id, c.since, p.id, p.name]
  }]
}"""
ROWS = """
RETURN COLLECT {
  MATCH (p:Person) WHERE p.nameKey IS NOT NULL AND p.id IS NOT NULL
  WITH p ORDER BY p.nameKey, p.id LIMIT $first
  RETURN [p.id, p.name, p.email, p.country, p.createdAt]
}"""
UPDATE = """
MATCH (p:Person {id: $id})
SET p._lock = true REMOVE p._lock
WITH p, p.title AS before
SET p.title = $title, p.updatedAt = $at, p.version = p.version + 1
CREATE (h:Change {id: $change, at: $at, by: $by, kind: 'UPDATED', type: 'Person', affected: 1, nodeId: p.id,
  subjectId: p.id, before: $shown + before, after: $shown + $title})-[:CHANGE_OF]->(p)
WITH p
MATCH (c:Counter {id: 'events'})
SET c.seq = c.seq + 1
CREATE (:Event {seq: c.seq, at: $at, kind: 'UPDATED', type: 'Person', nodeIds: [p.id]})
RETURN [p.id, p.name, p.email, p.country, p.createdAt]"""

neo4j = Neo4j()


async def _read(text: str, parameters: dict[str, Any]) -> Any:
    async with neo4j.driver.session(default_access_mode=READ_ACCESS, fetch_size=-1) as session:
        result = await session.run(text, parameters)
        rows = await result.values()
    return rows[0][0]


def _json(value: Any) -> Response:
    return Response(orjson.dumps(value), media_type="application/json")


async def lookup(request: Request) -> Response:
    """One person."""
    return _json(await _read(LOOKUP, {"id": request.query_params["id"]}))


async def nested50(_: Request) -> Response:
    """50 organisations with up to 5 customers each."""
    return _json(await _read(NESTED, {"first": 50, "each": 5}))


async def rows2000(_: Request) -> Response:
    """2,000 persons."""
    return _json(await _read(ROWS, {"first": 2000}))


async def update(request: Request) -> Response:
    """A person with another title: one statement that locks, changes, notes and numbers, in a managed transaction."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    values = {"id": request.query_params["id"], "title": f"Title {at}", "at": at, "by": "floor", "shown": "title: "}

    async def work(transaction: AsyncManagedTransaction) -> Any:
        result = await transaction.run(UPDATE, {**values, "change": f"chg_{uuid4().hex}"})
        return (await result.values())[0][0]

    async with neo4j.driver.session() as session:
        return _json(await session.execute_write(work))


async def customer360(request: Request) -> Response:
    """A person with everything around it."""
    return _json(await _read(CUSTOMER_360, {"id": request.query_params["id"]}))


async def customers(request: Request) -> Response:
    """25 customers of a seller; one more is read to see whether there are more."""
    asked = {"id": request.query_params["id"], "lifecycle": ["CURRENT", "LOYAL", "LAPSED"]}
    id, name, total, rows = await _read(LIST, asked)
    page = rows[:25]
    return _json([id, name, min(total, 10_000), page, len(rows) > 25, page[-1][0] if page else None])


async def supplier(request: Request) -> Response:
    """An organisation with what it offers and makes."""
    return _json(await _read(SUPPLIER, {"id": request.query_params["id"]}))


async def search(request: Request) -> Response:
    """The 10 best for a text of letters."""
    text = request.query_params["text"]
    return _json(await _read(SEARCH, {"words": f"+({text}^4 OR {text}*^2)", "text": text}))


application = Starlette(
    routes=[
        Route("/lookup", lookup),
        Route("/nested50", nested50),
        Route("/rows2000", rows2000),
        Route("/update", update),
        Route("/customer360", customer360),
        Route("/list", customers),
        Route("/supplier", supplier),
        Route("/search", search),
    ],
    lifespan=neo4j.lifespan,
)

if __name__ == "__main__":
    serve(application)
