"""The benchmark of chains works: it walks, counts what there is, and reports. No figure is judged here."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bench.chains import Figure, Forest, WrongCountError, report, walks
from graph.client import Database
from graph.migrations import upgrade
from graph.referrals import find_programme
from graph.writer.load import New, NewNode, load, prepare
from jobs.generator.contents import stages
from jobs.generator.world import World
from schema.declarations import model

STAGES = ("organisations", "persons", "programmes", "codes", "referrals")


@pytest_asyncio.fixture(loop_scope="session")
async def world(database: Database) -> AsyncIterator[World]:
    """People who referred one another, in the database as long as the test runs."""
    await upgrade(database, model())
    made = World(model(), 150, seed=11)
    news: list[New] = [
        new
        for stage, _, things in stages(made)
        if stage in STAGES
        for thing in things
        for new in thing
        if isinstance(new, NewNode)
    ]
    await load(database, prepare(model(), news, at=made.first_day), by="chains")
    yield made
    ids = [new.id for new in news]
    await database.run_implicit("MATCH (n) WHERE n.id IN $ids DETACH DELETE n", {"ids": ids})
    await database.run_implicit("MATCH (c:Change {by: 'chains'}) DETACH DELETE c")


async def test_every_walk_is_measured(database: Database, world: World) -> None:
    programme = await find_programme(database, world.id("ReferralProgramme", 0))
    figures = await walks(database, programme, Forest(world), world.id("Person", 0), 150)
    assert len(figures) == 6
    assert all(figure.db_hits > 0 for figure in figures)


async def test_a_walk_that_counts_other_people_is_not_measured(database: Database, world: World) -> None:
    programme = await find_programme(database, world.id("ReferralProgramme", 0))
    with pytest.raises(WrongCountError):
        await walks(database, programme, Forest(World(model(), 150, seed=12)), world.id("Person", 0), 150)


def test_the_report_has_a_row_for_each_walk_and_size() -> None:
    figures = [Figure("levels", 1_000, 104, 900, 3), Figure("levels", 10_000, 98, 870, 3)]
    assert "| levels | about 100 | 900 (104) | 870 (98) |" in report(figures)
