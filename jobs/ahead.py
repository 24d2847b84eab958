"""The next batch is made while the last one is written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from typing import TypeVar

B = TypeVar("B")


async def ahead(batches: Iterator[B]) -> AsyncGenerator[B, None]:
    """The batches, each made in another thread while the one before it is worked on."""
    ready = asyncio.ensure_future(asyncio.to_thread(next, batches, None))
    try:
        while (batch := await ready) is not None:
            ready = asyncio.ensure_future(asyncio.to_thread(next, batches, None))
            yield batch
    finally:
        # The thread goes on to the end of its batch: whoever owns what it reads from must not close that before.
        await asyncio.gather(ready, return_exceptions=True)
