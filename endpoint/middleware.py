"""Around every request: an id, one line in the access log, and an answer to whatever failed."""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable
from dataclasses import dataclass
from time import perf_counter
from typing import cast

import structlog
from opentelemetry.context import attach, detach
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, reset_contextvars

from endpoint.answers import send_failure
from endpoint.drain import Drain
from endpoint.metrics import Answered
from resolvers.executor.request import Answer

_access_log = structlog.get_logger("access")
# What a proxy may hand down as it is: nothing that could break a line of a log or a header.
_REQUEST_ID = re.compile("[A-Za-z0-9._-]{1,64}")
_NAMED = frozenset({b"x-request-id", b"traceparent"})
_PARENT = TraceContextTextMapPropagator()
_RECORD = "customer_graph.request"


@dataclass(slots=True)
class RequestRecord:
    """What the access log will say of a request: its id, the status sent (None: the client left), the operation, the
    id of the trace."""

    id: str
    status: int | None = None
    operation: str | None = None
    trace: str | None = None
    is_whole: bool = False

    def tell(self, answer: Answer, *, is_whole: bool = False) -> None:
        """Which operation it was, and in which trace; whether this is all that is answered."""
        self.operation, self.trace, self.is_whole = answer.operation, answer.trace, is_whole


def request_record(scope: Scope) -> RequestRecord:
    """The record of the request that the scope belongs to."""
    return cast("RequestRecord", scope[_RECORD])


class RequestMiddleware:
    """Gives each HTTP request an id, logs it, and answers its failure where nothing has been sent yet.

    The id is the client's X-Request-Id where that is plain, else a new one; it goes back in the same header and into
    every line logged meanwhile (`request_id` in structlog's context). What is done belongs to the trace of the
    client's `traceparent`. `answered` counts what was sent, by status. While the service stops, each answer is the last
    one of its connection: clients then open another one, elsewhere.
    """

    def __init__(self, app: ASGIApp, answered: Answered, drain: Drain) -> None:
        self._app = app
        self._answered = answered
        self._drain = drain

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request; what is not HTTP (lifespan, WebSocket) passes as it is."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        named = {name: value.decode("latin-1") for name, value in scope["headers"] if name in _NAMED}
        given = named.get(b"x-request-id", "")
        record = scope[_RECORD] = RequestRecord(given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(16))
        tokens = bind_contextvars(request_id=record.id)
        parent = named.get(b"traceparent")
        around = attach(_PARENT.extract({"traceparent": parent})) if parent is not None else None

        def send_with_id(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.start":
                record.status = message["status"]
                headers = [*message["headers"], (b"x-request-id", record.id.encode())]
                if self._drain.begun:
                    headers.append((b"connection", b"close"))
                return send({**message, "headers": headers})
            return send(message)

        try:
            await self._app(scope, receive, send_with_id)
        except ClientDisconnect:
            pass  # Nobody is left to answer; the log line says so by its missing status.
        except Exception as failure:
            if record.status is not None:
                raise  # Half an answer is out: the server has to cut the connection.
            await send_failure(failure, record.id, scope, send_with_id)
        finally:
            spent = perf_counter() - started
            self._answered.by_status[record.status] += 1
            if record.is_whole:
                self._answered.seconds.observe(spent)
            _access_log.info(
                "request",
                request_id=record.id,
                method=scope["method"],
                path=_plain(scope["path"]),
                status=record.status,
                duration_ms=round(spent * 1000, 3),
                operation=record.operation,
                trace_id=record.trace,
            )
            reset_contextvars(**tokens)
            if around is not None:
                detach(around)


def _plain(path: str) -> str:
    """The path as a log may show it: a line feed or an escape sequence in it would write lines of its own."""
    return path if path.isprintable() else path.encode("unicode_escape").decode()
