"""What a running service does by itself: old events go, and idempotency keys that nobody can repeat any more."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress

import structlog

from graph.client import Database
from graph.errors import CustomerGraphError
from graph.events import remove_events
from graph.mutations.repeats import remove_requests

_log = structlog.get_logger(__name__)
_FIRST = 60.0
_EVERY = 3600.0


@asynccontextmanager
async def upkeep(
    database: Database, *, event_days: int, first: float = _FIRST, every: float = _EVERY
) -> AsyncIterator[None]:
    """While the block runs, events that are older than this are removed, and idempotency keys that are no longer kept:
    after about `first` seconds, and then again and again. Several processes may do so at once."""
    task = asyncio.create_task(_again_and_again(database, event_days, first, every))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _again_and_again(database: Database, event_days: int, first: float, every: float) -> None:
    pause = first
    while True:
        await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311  # keeps workers apart; nothing secret
        pause = every
        await _remove("events", remove_events(database, days=event_days))
        await _remove("requests", remove_requests(database))


async def _remove(what: str, removal: Awaitable[int]) -> None:
    """Removes it, or says why not: the next hour is another chance."""
    try:
        if count := await removal:
            _log.info("removed", what=what, count=count)
    except CustomerGraphError as error:
        _log.warning("not_removed", what=what, reason=str(error))
