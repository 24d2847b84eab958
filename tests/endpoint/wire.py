"""The toy service on a real socket of loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from access.viewer import Viewer
from endpoint.app import build_app
from endpoint.drain import Drain
from endpoint.settings import EndpointSettings
from graph.errors import NotAllowedError, UnavailableError
from tests.endpoint.toy import ToyExecutor, ready
from tests.support.waiting import until

PROTOCOL = Subprotocol("graphql-transport-ws")


@dataclass
class Callers:
    """Who is refused, of whom nothing can be known now, and whose role is another one than its name."""

    refused: set[str] = field(default_factory=lambda: {"nobody"})
    unknown: set[str] = field(default_factory=lambda: {"unknown"})
    roles: dict[str, str] = field(default_factory=dict)


@dataclass
class Service:
    """A service that answers at `address` (host:port)."""

    address: str
    executor: ToyExecutor
    drain: Drain
    callers: Callers

    def connect(self, *protocols: Subprotocol, **options: Any) -> connect:
        return connect(f"ws://{self.address}/graphql", subprotocols=protocols or (PROTOCOL,), **options)

    @asynccontextmanager
    async def opened(self, payload: Mapping[str, Any] | None = None, **options: Any) -> AsyncIterator[ClientConnection]:
        """A socket that was acknowledged."""
        async with self.connect(**options) as socket:
            await say(socket, type="connection_init", payload=payload)
            assert await heard(socket) == {"type": "connection_ack"}
            yield socket

    async def idle(self) -> None:
        """Returns when no operation runs."""
        await until(lambda: not self.executor.running)


@asynccontextmanager
async def serving(expires_at: float | None = None, **settings: Any) -> AsyncIterator[Service]:
    """The toy service: `nobody` is refused, of `unknown` nothing can be known now, and credentials of others expire."""
    callers = Callers()

    async def identify(headers: Mapping[str, str]) -> Viewer:
        who = headers.get("authorization", "anyone")
        if who in callers.refused:
            raise NotAllowedError(action="enter")
        if who in callers.unknown:
            raise UnavailableError(reason="db7.inside.example is down")
        return Viewer(frozenset({callers.roles.get(who, who)}), expires_at=expires_at)

    executor, drain = ToyExecutor(), Drain()
    app = build_app(executor, identify, ready, EndpointSettings(**settings), drain=drain)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False))
    task = asyncio.create_task(server.serve())
    try:
        await until(lambda: server.started)
        host, port = server.servers[0].sockets[0].getsockname()[:2]
        yield Service(f"{host}:{port}", executor, drain, callers)
    finally:
        server.should_exit = True
        await task


async def say(socket: ClientConnection, **message: Any) -> None:
    await socket.send(orjson.dumps(message).decode())


async def heard(socket: ClientConnection) -> Any:
    return orjson.loads(await asyncio.wait_for(socket.recv(), 10))


async def closed(socket: ClientConnection) -> tuple[int | None, str | None]:
    """The code and the reason that the other side closed the socket with."""
    async with asyncio.timeout(10):
        await socket.wait_closed()
    return socket.close_code, socket.close_reason
