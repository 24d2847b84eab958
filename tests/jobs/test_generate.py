from collections import Counter
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from graph.check import check
from graph.client import Database
from graph.contents import NotEmptyError
from graph.migrations import upgrade
from graph.writer.load import New, NewNode, load, prepare
from jobs.generator import generate
from jobs.generator.contents import stages
from jobs.generator.referrals import DEPTH
from jobs.generator.world import TIERS, World
from schema.declarations import model

SMALL = 120


def things(parties: int, seed: int) -> list[New]:
    """Everything that a world consists of."""
    world = World(model(), parties, seed)
    return [new for _, _, made in stages(world) for thing in made for new in thing]


@pytest_asyncio.fixture(loop_scope="session")
async def small(database: Database) -> AsyncIterator[list[New]]:
    """A small world in the database, as long as the test runs."""
    await upgrade(database, model())
    made = things(SMALL, seed=7)
    await load(database, prepare(model(), made, at="2023-01-01T00:00:00.000Z"), by="generate")
    yield made
    ids = [new.id for new in made]
    await database.run_implicit("MATCH (n) WHERE n.id IN $ids DETACH DELETE n", {"ids": ids})
    await database.run_implicit("MATCH (c:Change {by: 'generate'}) DETACH DELETE c")


def test_the_same_size_and_seed_give_the_same_graph() -> None:
    assert things(SMALL, seed=7) == things(SMALL, seed=7)
    assert things(SMALL, seed=7) != things(SMALL, seed=8)


@pytest.mark.parametrize("parties", [20, 1_000])
def test_there_are_as_many_parties_as_asked_for(parties: int) -> None:
    kinds = [new.type for new in things(parties, seed=1)]
    assert sum(kinds.count(kind) for kind in ("Person", "Organisation", "OrgUnit")) == parties


def test_every_person_buys_twice_and_the_first_seller_is_a_hub() -> None:
    world = World(model(), 10_000, seed=1)
    made = things(10_000, seed=1)
    assert sum(new.type == "Purchase" for new in made) == 2 * world.persons
    hub = world.id("Organisation", 0)
    customers = [new for new in made if new.type == "Customer"]
    assert (
        sum(new.references["seller"] == hub for new in customers if hasattr(new, "references")) == world.hub_customers
    )


def test_products_are_made_of_products_of_the_next_tier() -> None:
    world = World(model(), 5_000, seed=1)
    for product in range(world.products):
        assert {part % TIERS for part in world.parts_of(product)} <= {product % TIERS + 1}


def test_referrals_form_trees_of_fifteen_levels_at_most() -> None:
    above = {
        new.references["referred"]: new.references["referrer"]
        for new in things(20_000, seed=1)
        if isinstance(new, NewNode) and new.type == "Referral"
    }

    def level(person: object) -> int:
        return level(above[person]) + 1 if person in above else 0

    assert {level(person) for person in above} == set(range(1, DEPTH + 1))
    assert max(Counter(above.values()).values()) > 100


async def test_what_is_loaded_is_consistent(database: Database, small: list[New]) -> None:
    own = {new.id for new in small}
    findings = await check(database, model(), examples=1_000)
    assert [f for f in findings if own & {e.id for e in f.examples}] == []


async def test_a_database_that_holds_something_is_left_alone(database: Database, small: list[New]) -> None:
    assert small
    with pytest.raises(NotEmptyError):
        await generate(database, model(), SMALL, seed=1)
