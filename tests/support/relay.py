"""A relay between the client and Neo4j that loses connections where a test wants it to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

COMMIT = b"\x00\x02\xb0\x12\x00\x00"
"""A whole COMMIT message of Bolt, as it goes over the line."""


class Relay:
    """Passes bytes both ways, and keeps those that went to the server in `sent`.

    `lose_all` cuts what is open; `lose_at` cuts a connection once it has sent this message, after passing it on, so
    that the answer never arrives.
    """

    def __init__(self, uri: str) -> None:
        self._target = urlsplit(uri)
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.lose_at: bytes | None = None
        self.accepted = 0
        self.sent = bytearray()

    def lose_all(self) -> None:
        for writer in self._open:
            writer.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        inner, outer = await asyncio.open_connection(self._target.hostname, self._target.port)
        self._open |= {writer, outer}
        for source, sink, watched in ((reader, outer, True), (inner, writer, False)):
            task = asyncio.create_task(self._pass(source, sink, watched))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pass(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, watched: bool) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                if watched:
                    self.sent += data
                sink.write(data)
                await sink.drain()
                if watched and self.lose_at is not None and data.endswith(self.lose_at):
                    self.lose_all()
        sink.close()

    async def stop(self) -> None:
        self.lose_all()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@asynccontextmanager
async def relay_to(uri: str) -> AsyncIterator[tuple[Relay, str]]:
    """A relay and the URI that leads through it."""
    relay = Relay(uri)
    server = await asyncio.start_server(relay.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield relay, f"bolt://127.0.0.1:{port}"
    finally:
        server.close()
        await relay.stop()
