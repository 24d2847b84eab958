"""The time of a request is shared by everything that it asks of the database."""

import asyncio
from dataclasses import replace

import pytest

from faults.relay import relay_to
from graph.client import Database, DatabaseSettings, Transaction, within
from graph.client.deadline import left
from graph.client.errors import QueryTimeoutError
from tests.graph.client.test_reads import ENDLESS

RUNNING = "SHOW TRANSACTIONS YIELD currentQuery WHERE currentQuery STARTS WITH $start RETURN count(*)"


async def test_a_read_may_take_what_is_left_and_the_database_is_not_left_working(database: Database) -> None:
    with within(0.5), pytest.raises(QueryTimeoutError, match=r"within 0\.5 seconds"):
        await database.read(ENDLESS, {})
    assert await database.read(RUNNING, {"start": ENDLESS}) == [[0]]


async def test_a_write_may_take_what_is_left_too(database: Database) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.run(ENDLESS)

    with within(0.5), pytest.raises(QueryTimeoutError):
        await database.write(work)
    assert await database.read(RUNNING, {"start": ENDLESS}) == [[0]]


async def test_when_the_time_is_over_nothing_begins(database: Database) -> None:
    with within(1e-9), pytest.raises(QueryTimeoutError):
        await database.read("RETURN 1", {})
    assert await database.read("RETURN 1", {}) == [[1]]


async def test_the_time_ends_what_would_be_tried_again(neo4j_settings: DatabaseSettings) -> None:
    async with relay_to(neo4j_settings.uri) as (_, uri):
        database = await Database.connect(replace(neo4j_settings, uri=uri, retry_time=600))
    with within(0.3), pytest.raises(QueryTimeoutError):
        await database.read("RETURN 1", {})
    await database.close()


async def test_a_statement_has_the_less_of_its_own_time_and_what_is_left() -> None:
    assert left(15) == 15
    with within(60):
        assert left(15) == 15
        with within(10):
            assert 9 < left(15) <= 10
        assert left(90) > 50


async def test_requests_do_not_share_their_time() -> None:
    async def request(seconds: float) -> float:
        with within(seconds):
            await asyncio.sleep(0)
            return left(1_000)

    found = await asyncio.gather(request(10), request(500))
    assert 9 < found[0] <= 10
    assert 499 < found[1] <= 500
