"""A relay between the client and Neo4j that loses connections where it is told to."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

COMMIT = b"\x00\x02\xb0\x12\x00\x00"
"""A whole COMMIT message of Bolt, as it goes over the line."""
_Pair = tuple[asyncio.StreamWriter, asyncio.StreamWriter]


class Relay:
    """Passes bytes both ways, and keeps those that went to the server in `sent` where `keeps` says so.

    `lose_all` and `lose_one` cut what is open. `lose_at` cuts everything once a connection has sent this message, after
    passing it on, so that the answer never arrives. `lose_commits` is the share of commits around which the connection
    that sends them is cut: half of them before the database has seen the commit, half of them after.
    """

    def __init__(self, uri: str, *, keeps: bool = True) -> None:
        self.uri = uri
        self.keeps = keeps
        self.lose_at: bytes | None = None
        self.lose_commits = 0.0
        self.accepted = 0
        self.cuts = 0
        self.sent = bytearray()
        self._open: list[_Pair] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def lose_all(self) -> None:
        """Cuts every connection."""
        for pair in tuple(self._open):
            self._lose(pair)

    def lose_one(self, dice: random.Random) -> None:
        """Cuts one connection, whatever is under way on it."""
        if self._open:
            self._lose(dice.choice(self._open))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Takes a connection of the client; it is refused where the database is away."""
        self.accepted += 1
        target = urlsplit(self.uri)
        try:
            inner, outer = await asyncio.open_connection(target.hostname, target.port)
        except OSError:
            writer.transport.abort()
            return
        pair = (writer, outer)
        self._open.append(pair)
        for source, sink, watched in ((reader, outer, True), (inner, writer, False)):
            task = asyncio.create_task(self._pass(pair, source, sink, watched))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pass(self, pair: _Pair, source: asyncio.StreamReader, sink: asyncio.StreamWriter, watched: bool) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                if watched and self.keeps:
                    self.sent += data
                fate = random.random() if watched and data.endswith(COMMIT) else 1.0
                if fate < self.lose_commits / 2:
                    self._lose(pair)
                    break
                sink.write(data)
                await sink.drain()
                if fate < self.lose_commits:
                    self._lose(pair)
                if watched and self.lose_at is not None and data.endswith(self.lose_at):
                    self.lose_all()
        sink.close()
        with suppress(ValueError):
            self._open.remove(pair)

    def _lose(self, pair: _Pair) -> None:
        self.cuts += 1
        for writer in pair:
            writer.transport.abort()

    async def stop(self) -> None:
        """Cuts everything and waits for the end of it."""
        self.lose_all()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@asynccontextmanager
async def relay_to(uri: str, *, keeps: bool = True) -> AsyncIterator[tuple[Relay, str]]:
    """A relay and the URI that leads through it."""
    relay = Relay(uri, keeps=keeps)
    server = await asyncio.start_server(relay.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield relay, f"bolt://127.0.0.1:{port}"
    finally:
        server.close()
        await relay.stop()
