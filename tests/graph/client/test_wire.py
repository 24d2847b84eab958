"""What a cluster's router and replicas would see: access mode and bookmarks, read off the wire."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from faults.relay import relay_to
from graph.client import Bookmarks, Database, DatabaseSettings, Transaction

READS = b"\x84mode\x81r"
"""`mode: "r"` in the extra map of RUN or BEGIN; a write says nothing, because write is Bolt's default."""


@asynccontextmanager
async def listening(settings: DatabaseSettings) -> AsyncIterator[tuple[Database, bytearray]]:
    """A database, and the bytes that go to the server from now on."""
    async with relay_to(settings.uri) as (relay, uri):
        database = await Database.connect(replace(settings, uri=uri))
        relay.sent.clear()
        yield database, relay.sent
        await database.close()


async def test_a_read_says_that_it_is_one(neo4j_settings: DatabaseSettings) -> None:
    async with listening(neo4j_settings) as (database, sent):
        await database.read("RETURN 1", {})
        assert sent.count(READS) == 1
        assert sent.count(b"RETURN 1") == 1


async def test_reads_together_say_that_they_are_reads(neo4j_settings: DatabaseSettings) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.run("RETURN 1", {})

    async with listening(neo4j_settings) as (database, sent):
        await database.read_together(work)
        assert READS in sent


async def test_a_write_does_not(neo4j_settings: DatabaseSettings) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.run("RETURN 1", {})

    async with listening(neo4j_settings) as (database, sent):
        await database.write(work)
        assert READS not in sent
        assert b"RETURN 1" in sent


async def test_bookmarks_of_a_write_go_with_the_next_read(neo4j_settings: DatabaseSettings) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.run("RETURN 1", {})

    async with listening(neo4j_settings) as (database, sent):
        bookmarks = Bookmarks()
        await database.write(work, bookmarks=bookmarks)
        assert bookmarks
        assert all(value.encode() not in sent for value in bookmarks.values)
        await database.read("RETURN 2", {}, bookmarks=bookmarks)
        assert all(value.encode() in sent for value in bookmarks.values)
        assert READS in sent
