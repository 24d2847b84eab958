"""Hand-written REST on the raw driver: managed transactions, records as dictionaries, native temporal values."""

from __future__ import annotations

from typing import Any

import orjson
from neo4j import AsyncManagedTransaction
from neo4j.time import DateTime
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.peers.base import Neo4j, serve

LOOKUP = """
MATCH (p:Person {id: $id})
RETURN p.id AS id, p.name AS name, p.email AS email, p.country AS country, p.createdTime AS createdAt"""
NESTED = """
MATCH (o:Organisation) WITH o ORDER BY o.nameKey, o.id LIMIT $first
OPTIONAL CALL (o) {
  MATCH (o)<-[:SELLER]-(c:Customer)-[:PARTY]->(p:Party) WHERE c.until IS NULL
  RETURN c, p ORDER BY c.since, c.id LIMIT $each
}
RETURN o.id AS id, o.name AS name, c.id AS customerId, c.sinceTime AS since, p.id AS partyId, p.name AS partyName"""
ROWS = """
MATCH (p:Person)
RETURN p.id AS id, p.name AS name, p.email AS email, p.country AS country, p.createdTime AS createdAt
ORDER BY p.nameKey, p.id LIMIT $first"""

neo4j = Neo4j()


async def _read(text: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    async def work(transaction: AsyncManagedTransaction) -> list[dict[str, Any]]:
        result = await transaction.run(text, parameters)
        return await result.data()

    async with neo4j.driver.session() as session:
        return await session.execute_read(work)


def _json(value: Any) -> Response:
    return Response(orjson.dumps(value, default=_plain), media_type="application/json")


def _plain(value: Any) -> str:
    if isinstance(value, DateTime):
        return value.to_native().isoformat()
    raise TypeError(value)


async def lookup(request: Request) -> Response:
    """One person."""
    return _json((await _read(LOOKUP, {"id": request.query_params["id"]}))[0])


async def nested50(_: Request) -> Response:
    """50 organisations with up to 5 customers each, put together from rows."""
    organisations: dict[str, dict[str, Any]] = {}
    for row in await _read(NESTED, {"first": 50, "each": 5}):
        organisation = organisations.setdefault(row["id"], {"id": row["id"], "name": row["name"], "customers": []})
        if row["customerId"] is not None:
            party = {"id": row["partyId"], "name": row["partyName"]}
            organisation["customers"].append({"id": row["customerId"], "since": row["since"], "party": party})
    return _json(list(organisations.values()))


async def rows2000(_: Request) -> Response:
    """2,000 persons."""
    return _json(await _read(ROWS, {"first": 2000}))


application = Starlette(
    routes=[Route("/lookup", lookup), Route("/nested50", nested50), Route("/rows2000", rows2000)],
    lifespan=neo4j.lifespan,
)

if __name__ == "__main__":
    serve(application)
