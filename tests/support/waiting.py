"""Waiting for what another task brings about."""

import asyncio
from collections.abc import Callable


async def until(holds: Callable[[], object]) -> None:
    """Returns when the condition holds; fails where it does not in a long time."""
    async with asyncio.timeout(60):
        while True:
            if holds():
                return
            await asyncio.sleep(0.01)
