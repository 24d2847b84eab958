"""A small service to try the HTTP side with: graphql-core over three customers.

`python -m tests.endpoint.toy PORT` serves it on loopback.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
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
)
from starlette.applications import Starlette

from access.viewer import Viewer
from endpoint.app import build_app
from endpoint.health import Readiness
from endpoint.settings import EndpointSettings
from resolvers.executor.lru import CacheFigures
from resolvers.executor.request import Answer, Request

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

    def caches(self) -> Mapping[str, CacheFigures]:
        return {"documents": CacheFigures(entries=3, limit=10, hits=5, misses=4)}

    async def execute(self, request: Request, viewer: Viewer) -> Answer:
        self.requests.append(request)
        if not request.mutations_allowed and _is_mutation(request):
            return _answer(ExecutionResult(errors=[GraphQLError("Mutations need POST.")]), 405, None)
        root = {
            "customers": lambda _info, **given: [c for c in CUSTOMERS if c["name"].startswith(given["startsWith"])],
            "language": request.language,
            "viewer": next(iter(viewer.roles)),
        }
        result = graphql_sync(SCHEMA, request.query, root, None, dict(request.variables or {}), request.operation_name)
        return _answer(result, 200 if result.data is not None else 400, request.operation_name)


def _is_mutation(request: Request) -> bool:
    try:
        operation = get_operation_ast(parse(request.query), request.operation_name)
    except GraphQLError:
        return False
    return operation is not None and operation.operation is OperationType.MUTATION


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
