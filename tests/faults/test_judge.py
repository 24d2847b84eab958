"""The judge of `make faults` sees what is lost, partial and broken: each test damages a graph that was right."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio

from faults.clients import Clients, hot_parties
from faults.imports import compare, graph_of
from faults.judge import Verdict, judge_graph, judge_writes, read
from faults.writes import Hot, Write, buy, count, relate
from graph.client import Database
from graph.migrations import upgrade
from graph.mutations.repeats import request_id
from schema.declarations import model
from tests.faults.test_short import sender
from tests.oracle.demo import left_as_found

Judge = Callable[[], Awaitable[Verdict]]


@pytest_asyncio.fixture(loop_scope="session")
async def clients(database: Database) -> AsyncIterator[tuple[Clients, Hot]]:
    """Clients of the run's database, on a graph of hot parties and nothing else."""
    await upgrade(database, model())
    await database.run_implicit("MATCH (e:Event) DELETE e")
    async with left_as_found(database):
        send = sender([database])
        hot = await hot_parties(send)
        yield Clients(send, hot, 1), hot


@pytest_asyncio.fixture(loop_scope="session")
async def written(clients: tuple[Clients, Hot], database: Database) -> list[Write]:
    """A membership, a purchase with two lines and a count that were acknowledged, in a graph that is right."""
    desk, hot = clients
    dice = random.Random(1)  # noqa: S311  # dice
    desk.ledger += [
        relate(hot, dice, *hot.next()),
        buy(hot, dice, *hot.next()),
        count(hot.organisations[0], 1, 0, *hot.next()),
    ]
    for write in desk.ledger:
        await desk.send(write)
    assert desk.amiss == []
    assert await judged(database, desk.ledger) == Verdict()
    return desk.ledger


async def judged(database: Database, ledger: list[Write]) -> Verdict:
    found = await read(database, ledger)
    verdict = judge_writes(found, ledger)
    verdict.add(judge_graph(found, ledger))
    return verdict


@pytest.mark.parametrize(
    ("damage", "kind", "sentence"),
    [
        ("MATCH ()-[r:MEMBER_OF]->() DELETE r", "partial", "relate mark-1. (acknowledged) is there in part"),
        ("MATCH (l:PurchaseLine {position: 2}) DETACH DELETE l", "partial", "buy mark-2. (acknowledged) is there in"),
        ("MATCH (a)-[r:MEMBER_OF]->(b) CREATE (a)-[s:MEMBER_OF]->(b) SET s = r{.*, id: 'm'}", "broken", "more than"),
        ("MATCH (o:Organisation {name: 'Seller 0'}) SET o.loyalWithinDays = 0", "lost", "counted 0 of 1 updates"),
        ("MATCH (o:Organisation {name: 'Seller 0'}) SET o.version = 1", "lost", "version 1 after 1 updates"),
        ("MATCH (p:Person {name: 'Somebody 0'}) SET p.version = 2", "broken", "version 2, and 1 changes"),
        ("CREATE (:Product {id: 'pro_1', version: 0})", "broken", "Product: 4 are there, 3 were acknowledged"),
        ("MATCH (e:Event {kind: 'UPDATED'}) DETACH DELETE e", "broken", "are not numbered one after the other"),
        ("MATCH (e:Event {kind: 'UPDATED'}) SET e.nodeIds = []", "broken", "events and changes differ"),
    ],
)  # fmt: skip
async def test_damage_is_seen(written: list[Write], database: Database, damage: str, kind: str, sentence: str) -> None:
    await database.run_implicit(damage)
    verdict = await judged(database, written)
    assert any(sentence in found for found in getattr(verdict, kind)), verdict


async def test_a_write_of_which_nothing_is_left_is_lost(written: list[Write], database: Database) -> None:
    await database.run_implicit(
        "MATCH ()-[r:MEMBER_OF]->() MATCH (c:Change {relationshipId: r.id}) MATCH (q:Request {id: $request}) "
        "DELETE r DETACH DELETE c, q",
        {"request": request_id("local", "mark-1.")},
    )
    assert (await judged(database, written)).lost == ["relate mark-1. (acknowledged) is not there"]


async def test_what_was_refused_must_not_be_there(written: list[Write], database: Database) -> None:
    written[0].state = "refused"
    assert any("relate mark-1. (refused)" in found for found in (await judged(database, written)).broken)


async def test_another_answer_to_the_same_key_is_seen(clients: tuple[Clients, Hot], written: list[Write]) -> None:
    desk, _ = clients
    written[0].id = "mem_another"
    await desk.send(written[0])
    [told] = desk.amiss
    assert told.endswith("after mem_another")


async def test_what_is_undecided_is_sent_again_until_it_is_decided(
    clients: tuple[Clients, Hot], written: list[Write], database: Database
) -> None:
    desk, _ = clients
    for write in written:
        write.state = "unknown"
    await asyncio.wait_for(desk.settle(), 60)
    assert {write.state for write in written} == {"acknowledged"}
    assert await judged(database, written) == Verdict()


async def test_imports_that_differ_by_one_value_are_told_apart(written: list[Write], database: Database) -> None:
    assert written
    before = await graph_of(database)
    await database.run_implicit("MATCH (p:Purchase) SET p.currency = 'EUR'")
    verdict = compare(before, await graph_of(database))
    assert any("VND" in found for found in verdict.lost)
    assert any("EUR" in found for found in verdict.broken)
