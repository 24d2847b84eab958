"""Around every request: an id, one line in the access log, and an answer to whatever failed."""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass
from time import perf_counter
from typing import cast

import structlog
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, reset_contextvars

from endpoint.answers import send_failure
from endpoint.drain import Drain
from endpoint.metrics import Answered

_access_log = structlog.get_logger("access")
# What a proxy may hand down as it is: nothing that could break a line of a log or a header.
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_RECORD = "customer_graph.request"


@dataclass(slots=True)
class RequestRecord:
    """What the access log will say of a request: its id, the status sent (None: the client left), the operation."""

    id: str
    status: int | None = None
    operation: str | None = None


def request_record(scope: Scope) -> RequestRecord:
    """The record of the request that the scope belongs to."""
    return cast("RequestRecord", scope[_RECORD])


class RequestMiddleware:
    """Gives each HTTP request an id, logs it, and answers its failure where nothing has been sent yet.

    The id is the client's X-Request-Id where that is plain, else a new one; it goes back in the same header and into
    every line logged meanwhile (`request_id` in structlog's context). `answered` counts what was sent, by status. While
    the service stops, each answer is the last one of its connection: clients then open another one, elsewhere.
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
        record = scope[_RECORD] = RequestRecord(_request_id(scope["headers"]))
        tokens = bind_contextvars(request_id=record.id)

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
            self._answered[record.status] += 1
            _access_log.info(
                "request",
                request_id=record.id,
                method=scope["method"],
                path=_plain(scope["path"]),
                status=record.status,
                duration_ms=round((perf_counter() - started) * 1000, 3),
                operation=record.operation,
            )
            reset_contextvars(**tokens)


def _plain(path: str) -> str:
    """The path as a log may show it: a line feed or an escape sequence in it would write lines of its own."""
    return path if path.isprintable() else path.encode("unicode_escape").decode()


def _request_id(headers: Iterable[tuple[bytes, bytes]]) -> str:
    for name, value in headers:
        if name == b"x-request-id" and _REQUEST_ID.fullmatch(value):
            return value.decode()
    return secrets.token_hex(16)
