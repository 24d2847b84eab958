"""A connection that sends requests and does little else: the sender shares the cores with what it measures."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import httptools

_SECONDS = 60
_CHUNK = 2**16


class RefusedError(Exception):
    """An answer with a status other than 200."""


class Connection:
    """One connection that is kept; requests go over it one after another, each in one write."""

    def __init__(self, host: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._host = host.encode()
        self._reader = reader
        self._writer = writer
        self._parts: list[bytes] = []
        self._whole = False

    async def ask(self, path: str, body: bytes | None = None) -> bytes:
        """The body of the answer to a POST of JSON, or to a GET where there is no body.

        Raises RefusedError for any status but 200, and ConnectionError where the other side hangs up.
        """
        method = b"GET" if body is None else b"POST"
        head = b"%s %s HTTP/1.1\r\nHost: %s\r\nAccept: */*\r\n" % (method, path.encode(), self._host)
        if body is not None:
            head += b"Content-Type: application/json\r\nContent-Length: %d\r\n" % len(body)
        self._writer.write(b"%s\r\n%s" % (head, body or b""))
        parser = httptools.HttpResponseParser(self)
        self._parts, self._whole = [], False
        while not self._whole:
            received = await asyncio.wait_for(self._reader.read(_CHUNK), _SECONDS)
            if not received:
                raise ConnectionError(f"no whole answer from {self._host.decode()}{path}")
            parser.feed_data(received)
        answer = b"".join(self._parts)
        if parser.get_status_code() != 200:
            raise RefusedError(f"{path}: {parser.get_status_code()} {answer[:500]!r}")
        return answer

    def on_body(self, part: bytes) -> None:
        """The parser's word for a part of the body."""
        self._parts.append(part)

    def on_message_complete(self) -> None:
        """The parser's word for the end of an answer."""
        self._whole = True


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Connection]:
    """A connection to a service for as long as the block runs, a minute at most for each wait of its reader."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        yield Connection(address.netloc, reader, writer)
    finally:
        writer.close()
        await writer.wait_closed()
