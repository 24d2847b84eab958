"""A client that leaves ends what is done for it, and nothing else does."""

from __future__ import annotations

import asyncio

import pytest
from starlette.requests import ClientDisconnect
from starlette.types import Message

from endpoint.leaving import while_connected


class Client:
    """A client that leaves when it is told to."""

    def __init__(self) -> None:
        self._left = asyncio.Event()

    def leave(self) -> None:
        self._left.set()

    async def receive(self) -> Message:
        await self._left.wait()
        return {"type": "http.disconnect"}


async def answer(seconds: float) -> str:
    await asyncio.sleep(seconds)
    return "answer"


@pytest.mark.parametrize("seconds", [0, 0.1])
async def test_whoever_stays_gets_its_answer(seconds: float) -> None:
    assert await while_connected(Client().receive, answer(seconds)) == "answer"


async def test_what_fails_fails() -> None:
    async def fail() -> None:
        await asyncio.sleep(0.1)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await while_connected(Client().receive, fail())


async def test_whoever_leaves_ends_the_work() -> None:
    client, ended = Client(), asyncio.Event()

    async def work() -> None:
        try:
            client.leave()
            await asyncio.Event().wait()
        finally:
            ended.set()

    with pytest.raises(ClientDisconnect):
        await while_connected(client.receive, work())
    assert ended.is_set()


async def test_to_cancel_the_request_ends_the_work_too() -> None:
    started, ended = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        try:
            started.set()
            await asyncio.Event().wait()
        finally:
            ended.set()

    request = asyncio.create_task(while_connected(Client().receive, work()))
    await started.wait()
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
    assert ended.is_set()
