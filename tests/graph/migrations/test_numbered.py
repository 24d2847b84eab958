import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from graph.client import Database, DatabaseSettings, Transaction
from graph.errors import InputError
from graph.migrations import Migration, migrations, status, upgrade
from graph.migrations.numbered import run_missing
from schema.declarations import model

FIRST = 9001


@pytest_asyncio.fixture(loop_scope="session")
async def migrated(upgraded: Database) -> AsyncIterator[Database]:
    yield upgraded
    await upgraded.run_implicit("MATCH (n:Migration) WHERE n.number >= $first DELETE n", {"first": FIRST})
    await upgraded.run_implicit("MATCH (n:MigrationTrace) DELETE n")


async def leave_trace(transaction: Transaction) -> None:
    await transaction.run("MATCH (t:MigrationTrace) RETURN count(t)")
    await asyncio.sleep(0.05)
    await transaction.run("CREATE (:MigrationTrace)")


async def traces(database: Database) -> int:
    [[count]] = await database.read("MATCH (t:MigrationTrace) RETURN count(t)", {})
    return int(count)


def test_numbers_have_no_gaps() -> None:
    assert [m.number for m in migrations()] == list(range(1, len(migrations()) + 1))


async def test_a_migration_runs_once_and_is_recorded(migrated: Database) -> None:
    one = Migration(FIRST, "trace", leave_trace)

    first, second = await run_missing(migrated, [one]), await run_missing(migrated, [one])

    assert (first, second) == ((one,), ())
    assert await traces(migrated) == 1
    text = "MATCH (m:Migration {number: $n}) RETURN m.name, m.at IS NOT NULL"
    assert await migrated.read(text, {"n": FIRST}) == [["trace", True]]


async def test_two_processes_run_it_once(migrated: Database, neo4j_settings: DatabaseSettings) -> None:
    other = await Database.connect(neo4j_settings)
    several = [Migration(FIRST + n, "trace", leave_trace) for n in range(4)]

    ran = await asyncio.gather(run_missing(migrated, several), run_missing(other, several))

    assert sorted(m.number for found in ran for m in found) == [m.number for m in several]
    assert await traces(migrated) == len(several)
    await other.close()


async def test_a_failed_migration_leaves_nothing_and_can_run_later(migrated: Database) -> None:
    async def fail(transaction: Transaction) -> None:
        await leave_trace(transaction)
        raise InputError(reason="not yet")

    with pytest.raises(InputError):
        await run_missing(migrated, [Migration(FIRST, "trace", fail)])

    assert await traces(migrated) == 0
    assert len(await run_missing(migrated, [Migration(FIRST, "trace", leave_trace)])) == 1


async def test_a_missing_migration_is_named_and_runs_with_the_next_upgrade(upgraded: Database) -> None:
    await upgraded.run_implicit("MATCH (m:Migration {number: 1}) DELETE m")

    assert (await status(upgraded, model())).migrations == ("0001_counters",)
    assert (await upgrade(upgraded, model())).migrated == ("0001_counters",)


async def test_the_counter_of_events_is_there(upgraded: Database) -> None:
    assert await upgraded.read("MATCH (c:Counter {id: 'events'}) RETURN c.seq >= 0", {}) == [[True]]
