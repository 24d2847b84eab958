"""Idempotency keys go when nobody can repeat them any more."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio

from graph.client import Database
from graph.migrations import upgrade
from graph.model.values import earlier, now_text
from graph.mutations.repeats import remove_requests
from schema.declarations import model


@pytest_asyncio.fixture(loop_scope="session")
async def requests(database: Database) -> AsyncIterator[Database]:
    """Seven keys of two days ago, and two of an hour ago."""
    await upgrade(database, model())
    now = now_text()
    ages = [("old", n, earlier(now, timedelta(days=2))) for n in range(7)]
    ages += [("young", n, earlier(now, timedelta(hours=1))) for n in range(2)]
    rows = [{"id": f"requests-test:{age}-{n}", "at": at} for age, n, at in ages]
    await database.run_implicit("UNWIND $rows AS row CREATE (r:Request) SET r = row", {"rows": rows})
    yield database
    await database.run_implicit("MATCH (r:Request) WHERE r.id STARTS WITH 'requests-test:' DELETE r")


async def kept(database: Database) -> list[str]:
    text = "MATCH (r:Request) WHERE r.id STARTS WITH 'requests-test:' RETURN r.id ORDER BY r.id"
    return [id.partition(":")[2] for (id,) in await database.read(text, {})]


async def test_keys_older_than_a_day_go_in_batches_and_the_others_stay(requests: Database) -> None:
    assert await remove_requests(requests, batch=3) == 7
    assert await kept(requests) == ["young-0", "young-1"]


async def test_a_full_last_batch_is_not_the_end(requests: Database) -> None:
    assert await remove_requests(requests, batch=7) == 7
    assert await remove_requests(requests, batch=7) == 0


async def test_they_are_found_through_an_index(requests: Database) -> None:
    text = "MATCH (r:Request) WHERE r.at < $before WITH r LIMIT $batch SET r._lock = true RETURN collect(r.id)"
    plan = str(await requests.explain(text, {"before": now_text(), "batch": 3}))
    assert "NodeIndexSeek" in plan
