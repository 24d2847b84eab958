"""The sender of the benchmarks takes an answer in any pieces, and nothing but a whole answer with status 200."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from bench.client import RefusedError, connected

OK = b"HTTP/1.1 200 OK\r\n"
Answering = Callable[..., Awaitable[str]]


@pytest.fixture
async def answering() -> AsyncIterator[Answering]:
    """Starts a server that sends these pieces for each request; its URL."""
    servers = []

    async def start(*pieces: bytes) -> str:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while await reader.read(65536):
                for piece in pieces:
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(0.01)
                if not pieces:
                    break
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        servers.append(server)
        return "http://{}:{}".format(*server.sockets[0].getsockname())

    yield start
    for server in servers:
        server.close()


@pytest.mark.parametrize(
    "pieces",
    [
        (OK + b"Content-Length: 4\r\n\r\nhere",),
        (OK, b"Content-Length: 4\r\n\r\nhe", b"re"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n2\r\n", b"re\r\n0\r\n\r\n"),
    ],
)
async def test_an_answer_comes_in_any_pieces(answering: Answering, pieces: tuple[bytes, ...]) -> None:
    async with connected(await answering(*pieces)) as connection:
        assert [await connection.ask("/"), await connection.ask("/", b"{}")] == [b"here", b"here"]


async def test_any_other_status_is_no_answer(answering: Answering) -> None:
    url = await answering(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\ngone")
    async with connected(url) as connection:
        with pytest.raises(RefusedError, match="503 b'gone'"):
            await connection.ask("/")


async def test_half_an_answer_is_none(answering: Answering) -> None:
    async with connected(await answering()) as connection:
        with pytest.raises(ConnectionError, match="no whole answer"):
            await connection.ask("/")
