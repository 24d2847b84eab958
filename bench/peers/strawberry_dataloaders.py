"""Strawberry with DataLoaders: a type for each node, a resolver for each field that leads on, a loader behind it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import strawberry
from neo4j import AsyncManagedTransaction
from starlette.applications import Starlette
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from strawberry.types import Info

from bench.peers.base import Neo4j, serve

neo4j = Neo4j()


async def read(text: str, **parameters: Any) -> list[dict[str, Any]]:
    """The records of a statement."""

    async def work(transaction: AsyncManagedTransaction) -> list[dict[str, Any]]:
        result = await transaction.run(text, parameters)
        return await result.data()

    async with neo4j.driver.session() as session:
        return await session.execute_read(work)


@dataclass
class Loaders:
    """The loaders of one request."""

    customers: DataLoader[tuple[str, int], list[Customer]]
    parties: DataLoader[str, Person]


Context: TypeAlias = "Info[Loaders, None]"


@strawberry.type
class Person:
    id: strawberry.ID
    name: str
    email: str | None
    country: str | None
    created_at: datetime


def person(node: dict[str, Any]) -> Person:
    """The person of a node."""
    return Person(
        id=node["id"],
        name=node["name"],
        email=node.get("email"),
        country=node.get("country"),
        created_at=node["createdTime"].to_native(),
    )


@strawberry.type
class Customer:
    id: strawberry.ID
    since: datetime

    @strawberry.field
    async def party(self, info: Context) -> Person:
        return await info.context.parties.load(self.id)


@strawberry.type
class Organisation:
    id: strawberry.ID
    name: str

    @strawberry.field
    async def customers(self, info: Context, first: int) -> list[Customer]:
        return await info.context.customers.load((self.id, first))


async def load_customers(keys: list[tuple[str, int]]) -> list[list[Customer]]:
    """The first customers of each organisation."""
    rows = await read(
        "UNWIND $ids AS id MATCH (o:Organisation {id: id}) "
        "CALL (o) { MATCH (o)<-[:SELLER]-(c:Customer) WHERE c.until IS NULL "
        "RETURN c ORDER BY c.since, c.id LIMIT $first } RETURN id, c",
        ids=[id for id, _ in keys],
        first=keys[0][1],
    )
    found: dict[str, list[Customer]] = defaultdict(list)
    for row in rows:
        found[row["id"]].append(Customer(id=row["c"]["id"], since=row["c"]["sinceTime"].to_native()))
    return [found[id] for id, _ in keys]


async def load_parties(ids: list[str]) -> list[Person]:
    """The party behind each customer."""
    rows = await read("MATCH (c:Customer)-[:PARTY]->(p:Person) WHERE c.id IN $ids RETURN c.id AS id, p", ids=ids)
    found = {row["id"]: person(row["p"]) for row in rows}
    return [found[id] for id in ids]


@strawberry.type
class Query:
    @strawberry.field
    async def person(self, id: strawberry.ID) -> Person | None:
        rows = await read("MATCH (p:Person {id: $id}) RETURN p", id=id)
        return person(rows[0]["p"]) if rows else None

    @strawberry.field
    async def persons(self, first: int) -> list[Person]:
        rows = await read("MATCH (p:Person) RETURN p ORDER BY p.nameKey, p.id LIMIT $first", first=first)
        return [person(row["p"]) for row in rows]

    @strawberry.field
    async def organisations(self, first: int) -> list[Organisation]:
        rows = await read("MATCH (o:Organisation) RETURN o ORDER BY o.nameKey, o.id LIMIT $first", first=first)
        return [Organisation(id=row["o"]["id"], name=row["o"]["name"]) for row in rows]


class Endpoint(GraphQL[Loaders, None]):
    """Loaders of their own for each request."""

    async def get_context(self, *_: object, **__: object) -> Loaders:
        """What resolvers find in `info.context`."""
        return Loaders(DataLoader(load_customers), DataLoader(load_parties))


application = Starlette(lifespan=neo4j.lifespan)
application.mount("/graphql", Endpoint(strawberry.Schema(Query)))

if __name__ == "__main__":
    serve(application)
