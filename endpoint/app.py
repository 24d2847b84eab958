"""The ASGI application, put together from what it is given."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import Lifespan

from endpoint.drain import Drain
from endpoint.errors import MethodError, PathError
from endpoint.graphiql.page import graphiql_routes
from endpoint.health import Readiness, Ready, healthz, readyz
from endpoint.hosts import HostMiddleware
from endpoint.http import GraphQLOverHttp
from endpoint.metrics import Answered, metrics
from endpoint.middleware import RequestMiddleware
from endpoint.protocol import Authenticate, Executor
from endpoint.settings import EndpointSettings
from endpoint.sse import GraphQLOverSse
from endpoint.statement import StatementTable
from endpoint.websocket.socket import GraphQLOverWebSocket


def build_app(
    executor: Executor,
    authenticate: Authenticate,
    ready: Ready,
    settings: EndpointSettings,
    lifespan: Lifespan[Starlette] | None = None,
    drain: Drain | None = None,
) -> Starlette:
    """The application that serves /graphql, /statement.csv, /healthz, /readyz and, if the settings say so, /metrics and
    /graphiql.

    `executor` runs operations for the viewer that `authenticate` makes of the headers; `ready` looks at the parts that
    serving needs; `lifespan` opens and closes what they hold; `drain` tells that the service stops.
    """
    answered = Answered()
    drain = drain or Drain()
    return Starlette(
        routes=_routes(executor, authenticate, ready, settings, answered, drain),
        middleware=_middleware(settings, answered, drain),
        exception_handlers={HTTPException: _refuse},
        lifespan=lifespan,
    )


def _middleware(settings: EndpointSettings, answered: Answered, drain: Drain) -> list[Middleware]:
    """What is around every request, the outermost first: pages of listed origins may read failures, too."""
    cors = Middleware(
        CORSMiddleware,
        allow_origins=settings.origins,
        allow_methods=("GET", "POST"),
        allow_headers=("authorization", "x-request-id"),
        expose_headers=("x-request-id", "retry-after", "ratelimit", "ratelimit-policy"),
    )
    return [
        *([cors] if settings.origins else ()),
        Middleware(RequestMiddleware, answered, drain),
        *([Middleware(HostMiddleware, settings.hosts)] if settings.hosts is not None else ()),
    ]


def _routes(
    executor: Executor,
    authenticate: Authenticate,
    ready: Ready,
    settings: EndpointSettings,
    answered: Answered,
    drain: Drain,
) -> list[BaseRoute]:
    """Every path there is; the one that carries the load is tried first."""
    streams = GraphQLOverSse(executor, authenticate, settings, drain)

    async def ready_unless_stopping() -> Readiness:
        return Readiness({"service": "It is stopping."}) if drain.begun else await ready()

    return [
        Route("/graphql", GraphQLOverHttp(executor, authenticate, settings, streams)),
        WebSocketRoute("/graphql", GraphQLOverWebSocket(executor, authenticate, settings, drain)),
        Route("/statement.csv", StatementTable(executor, authenticate)),
        Route("/healthz", healthz),
        Route("/readyz", readyz(ready_unless_stopping, settings.ready_timeout_seconds)),
        *([Route("/metrics", metrics(executor, answered))] if settings.metrics else ()),
        *(graphiql_routes(settings.examples) if settings.graphiql else ()),
    ]


async def _refuse(request: Request, refusal: Exception) -> Response:
    """What Starlette's router refuses (404, 405), raised on as an error of the tree."""
    path = request.url.path
    if isinstance(refusal, HTTPException) and refusal.status_code == 405:
        allowed = (refusal.headers or {}).get("Allow", "GET")
        raise MethodError(path=path, method=request.method, allowed=", ".join(sorted(allowed.split(", "))))
    raise PathError(path=path)
