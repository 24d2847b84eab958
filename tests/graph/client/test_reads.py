import asyncio
from dataclasses import replace

import pytest

from faults.relay import relay_to
from graph.client import Bookmarks, Database, DatabaseSettings, Transaction
from graph.client.errors import BadBookmarkError, DatabaseUnreachableError, QueryTimeoutError
from graph.errors import InternalError

ENDLESS = "UNWIND range(1, 100000000) AS a UNWIND range(1, 1000) AS b RETURN sum(a * 0 + b * 0)"


async def test_a_read_answers_with_positional_values(database: Database) -> None:
    rows = await database.read("UNWIND $names AS name RETURN name, size(name)", {"names": ["An", "Bình"]})

    assert rows == [["An", 2], ["Bình", 4]]


async def test_reads_run_side_by_side(database: Database) -> None:
    answers = await asyncio.gather(*(database.read("RETURN $n", {"n": n}) for n in range(40)))

    assert answers == [[[n]] for n in range(40)]


async def test_a_read_cannot_write(database: Database, label: str) -> None:
    with pytest.raises(InternalError):
        await database.read(f"CREATE (:{label})", {})

    assert await database.read(f"MATCH (n:{label}) RETURN count(n)", {}) == [[0]]


async def test_a_read_that_takes_too_long_is_stopped_and_says_so(database: Database) -> None:
    with pytest.raises(QueryTimeoutError, match=r"within 0\.5 seconds"):
        await database.read(ENDLESS, {}, seconds=0.5)

    running = "SHOW TRANSACTIONS YIELD currentQuery WHERE currentQuery STARTS WITH $start RETURN count(*)"
    assert await database.read(running, {"start": ENDLESS}) == [[0]]


async def test_a_cancelled_read_leaves_the_database_usable(database: Database) -> None:
    task = asyncio.create_task(database.read(ENDLESS, {}))
    await asyncio.sleep(0.2)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert await database.read("RETURN 1", {}) == [[1]]


async def test_a_cancelled_read_is_over_in_the_database(database: Database) -> None:
    running = "SHOW TRANSACTIONS YIELD currentQuery WHERE currentQuery STARTS WITH $start RETURN count(*)"

    async def expect(count: int) -> None:
        async with asyncio.timeout(30):
            while (await database.read(running, {"start": ENDLESS}))[0][0] != count:
                pass

    task = asyncio.create_task(database.read(ENDLESS, {}, seconds=600))
    await expect(1)
    task.cancel()
    await expect(0)
    assert task.cancelled()


async def test_several_reads_can_see_one_state(database: Database) -> None:
    async def work(transaction: Transaction) -> list[int]:
        return [(await transaction.run("RETURN $n * 2", {"n": n}))[0][0] for n in range(3)]

    assert await database.read_together(work) == [0, 2, 4]


async def test_a_lost_connection_is_not_noticed(neo4j_settings: DatabaseSettings) -> None:
    async with relay_to(neo4j_settings.uri) as (relay, uri):
        database = await Database.connect(replace(neo4j_settings, uri=uri))
        relay.lose_all()

        assert await database.read("RETURN 1", {}) == [[1]]
        assert relay.accepted == 2
        await database.close()


async def test_a_read_without_retry_reports_the_lost_connection(neo4j_settings: DatabaseSettings) -> None:
    async with relay_to(neo4j_settings.uri) as (relay, uri):
        database = await Database.connect(replace(neo4j_settings, uri=uri))
        relay.lose_all()

        with pytest.raises(DatabaseUnreachableError, match=uri):
            await database.read("RETURN 1", {}, retry=False)
        await database.close()


async def test_retries_end(neo4j_settings: DatabaseSettings) -> None:
    async with relay_to(neo4j_settings.uri) as (relay, uri):
        database = await Database.connect(replace(neo4j_settings, uri=uri, retry_time=0.3))
    with pytest.raises(DatabaseUnreachableError):
        await database.read("RETURN 1", {})
    await database.close()
    assert relay.accepted == 1


async def test_a_read_after_a_bookmark_sees_what_was_written(database: Database, label: str) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.run(f"CREATE (:{label})")

    reached = Bookmarks()
    assert not reached
    await database.write(work, bookmarks=reached)
    handed_out = Bookmarks.parse(str(reached))

    assert handed_out.values == reached.values != frozenset()
    assert await database.read(f"MATCH (n:{label}) RETURN count(n)", {}, bookmarks=handed_out) == [[1]]


async def test_a_bookmark_that_nobody_gave_out_is_refused(database: Database) -> None:
    with pytest.raises(BadBookmarkError):
        await database.read("RETURN 1", {}, bookmarks=Bookmarks.parse("made up"))
