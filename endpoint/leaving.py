"""A client that leaves ends what is done for it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect
from starlette.types import Receive

T = TypeVar("T")
_SOON = 0.05
"""Seconds after which it is worth looking whether anybody still waits."""


async def while_connected(receive: Receive, work: Coroutine[Any, Any, T]) -> T:
    """What the work returns; it is cancelled, and ClientDisconnect raised, when the client leaves before."""
    working = asyncio.create_task(work)
    try:
        await asyncio.wait({working}, timeout=_SOON)
        if not working.done():
            leaving = asyncio.create_task(left(receive))
            try:
                await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                await cancelled(leaving)
    finally:
        if not working.done():
            await cancelled(working)
    if working.cancelled():
        raise ClientDisconnect
    return working.result()


async def left(receive: Receive) -> None:
    """Returns when the client has left; what it still sends is dropped."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def cancelled(*tasks: asyncio.Task[Any]) -> None:
    """Cancels the tasks and waits until they are over: what they ran in the database is over then."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
