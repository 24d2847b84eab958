"""A service that asks nobody who they are answers only to its own names.

A page of any site can have its own name lead to loopback once it is loaded (DNS rebinding). To the browser it is then
the same site that answers, and nothing keeps the page from reading and writing. The name in Host gives it away.
"""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from endpoint.errors import HostError

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
"""The names that a machine has for itself."""


class HostMiddleware:
    """Refuses requests and sockets for any other name; `hosts` are names without a port, in lower case."""

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves what is meant for this service; raises HostError for a request, closes a socket."""
        if scope["type"] == "lifespan" or _host(scope) in self._hosts:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            raise HostError


def _host(scope: Scope) -> str | None:
    """The name that is asked for; None where there is none, or more than one."""
    named = [value for name, value in scope["headers"] if name == b"host"]
    if len(named) != 1:
        return None
    try:
        return urlsplit(f"//{named[0].decode('latin-1')}").hostname
    except ValueError:
        return None
