"""A small service to try the HTTP side with: graphql-core over three customers.

`python -m tests.endpoint.toy PORT` serves it on loopback.
"""

from __future__ import annotations

import asyncio
import inspect
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import uvicorn
from graphql import (
    ExecutionResult,
    GraphQLError,
    OperationType,
    build_schema,
    get_operation_ast,
    graphql_sync,
    parse,
    subscribe,
)
from starlette.applications import Starlette

from access.viewer import Viewer
from endpoint.app import build_app
from endpoint.health import Readiness
from endpoint.settings import EndpointSettings
from resolvers.executor.figures import LoadFigures
from resolvers.executor.lru import CacheFigures
from resolvers.executor.request import Answer, Request
from resolvers.live.hub import LiveFigures

EXAMPLES = Path(__file__).parent / "examples"

SCHEMA = build_schema('''
"""Whoever buys, uses or benefits."""
type Customer { "Its name as it is written." name: String!  spent: String! }
type Query {
  "Customers whose name starts with the text, all of them without one."
  customers(startsWith: String = ""): [Customer!]!
  language: String!
  viewer: String!
}
type Mutation { rename(name: String!): Customer }
type Subscription { "Counts to a number." count(to: Int!): Int! "Says nothing, for ever." silence: Int! }
''')

CUSTOMERS = [
    {"name": "QUICK-Stop", "spent": "110277.305"},
    {"name": "Phở Bát Đàn", "spent": "1200"},
    {"name": "FISSA", "spent": "0"},
]


class ToyExecutor:
    """Runs operations with graphql-core and keeps the requests it was given."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.running = 0

    def load_figures(self) -> LoadFigures:
        return LoadFigures(operations=7, cost=210, running=2, waiting=1, connections=3, connections_max=100)

    def live_figures(self) -> LiveFigures:
        return LiveFigures(subscribers=self.running, channels=1, lag=0.25)

    def caches(self) -> Mapping[str, CacheFigures]:
        return {"documents": CacheFigures(entries=3, limit=10, hits=5, misses=4)}

    async def execute(self, request: Request, viewer: Viewer) -> Answer:
        self.requests.append(request)
        if not request.mutations_allowed and _kind(request) is OperationType.MUTATION:
            return _answer(ExecutionResult(errors=[GraphQLError("Mutations need POST.")]), 405, None)
        root = {
            "customers": lambda _info, **given: [c for c in CUSTOMERS if c["name"].startswith(given["startsWith"])],
            "language": request.language,
            "viewer": next(iter(viewer.roles)),
        }
        result = graphql_sync(SCHEMA, request.query, root, None, dict(request.variables or {}), request.operation_name)
        return _answer(result, 200 if result.data is not None else 400, request.operation_name)

    async def subscribe(self, request: Request, viewer: Viewer) -> AsyncGenerator[Answer, None]:
        if _kind(request) is not OperationType.SUBSCRIPTION:
            yield await self.execute(request, viewer)
            return
        self.requests.append(request)
        self.running += 1
        try:
            root = {"count": _count(int(request.after or 0)), "silence": _silence}
            given = dict(request.variables or {})
            asked = subscribe(SCHEMA, parse(request.query), root, None, given)
            found = await asked if inspect.isawaitable(asked) else asked
            if isinstance(found, ExecutionResult):
                yield _answer(found, 400, None)
                return
            async for result in found:
                yield replace(_answer(result, 200, None), after=str((result.data or {}).get("count")))
        finally:
            self.running -= 1


def _count(after: int) -> Callable[..., AsyncIterator[dict[str, int]]]:
    async def count(_info: Any, to: int) -> AsyncIterator[dict[str, int]]:
        for number in range(after + 1, to + 1):
            yield {"count": number}

    return count


async def _silence(_info: Any) -> AsyncIterator[dict[str, int]]:
    await asyncio.Event().wait()
    yield {"silence": 0}


def _kind(request: Request) -> OperationType | None:
    try:
        operation = get_operation_ast(parse(request.query), request.operation_name)
    except GraphQLError:
        return None
    return operation.operation if operation else None


def _answer(result: ExecutionResult, status: int, operation: str | None) -> Answer:
    content: dict[str, Any] = {}
    if result.data is not None:
        content["data"] = result.data
    if result.errors:
        content["errors"] = [error.formatted for error in result.errors]
    return Answer(orjson.dumps(content), status, result.data is not None, operation=operation)


async def authenticate(headers: Mapping[str, str]) -> Viewer:
    return Viewer(frozenset({headers.get("authorization", "anyone")}))


async def ready() -> Readiness:
    return Readiness({"database": None, "migrations": None})


def toy_app(executor: ToyExecutor | None = None, **settings: Any) -> Starlette:
    return build_app(executor or ToyExecutor(), authenticate, ready, EndpointSettings(**settings))


if __name__ == "__main__":
    uvicorn.run(toy_app(examples=EXAMPLES), host="127.0.0.1", port=int(sys.argv[1]), access_log=False)
