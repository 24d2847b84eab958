"""A running service looks after its events and idempotency keys by itself."""

import asyncio

import pytest

from graph.client import Database
from graph.errors import UnavailableError
from jobs import upkeep as module
from jobs.upkeep import upkeep


async def test_what_is_old_is_removed_again_and_again_whatever_fails(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[float] = []
    keys: list[Database] = []
    enough = asyncio.Event()

    async def remove(_: Database, *, days: float) -> int:
        calls.append(days)
        if len(calls) == 1:
            raise UnavailableError(reason="it is away")
        return 1

    async def remove_keys(given: Database) -> int:
        keys.append(given)
        if len(keys) == 3:
            enough.set()
        return 0

    monkeypatch.setattr(module, "remove_events", remove)
    monkeypatch.setattr(module, "remove_requests", remove_keys)
    async with upkeep(database, event_days=7, first=0.001, every=0.001):
        await asyncio.wait_for(enough.wait(), 10)
    seen = len(calls)
    await asyncio.sleep(0.05)
    assert calls == [7] * seen
    assert keys == [database] * len(keys)


async def test_nothing_is_removed_before_the_first_pause_is_over(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[float] = []

    async def remove(_: Database, *, days: float) -> int:
        calls.append(days)
        return 0

    monkeypatch.setattr(module, "remove_events", remove)
    async with upkeep(database, event_days=7, first=3600, every=3600):
        await asyncio.sleep(0)
    assert calls == []
