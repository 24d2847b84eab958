from __future__ import annotations

import asyncio

import pytest

from graph.client import Database, DatabaseSettings
from graph.client.errors import DuplicatesError
from graph.migrations import SEARCH_INDEX, reconcile, status, upgrade
from graph.model.build import build_model
from graph.model.declare import node, prop
from graph.model.types import ID
from schema.declarations import declared_classes, model


@node("sto", default_order="name")
class Store:
    """A place with a counter."""

    id: ID = prop("", unique=True, derived=True)
    name: str = prop("", order=True, search=True)


WITH_STORES = build_model([*declared_classes(), Store])


async def names(database: Database) -> set[str]:
    return {name for (name,) in await database.read("SHOW INDEXES YIELD name RETURN name", {})}


async def properties(database: Database, index: str) -> list[str]:
    text = "SHOW INDEXES YIELD name, properties WHERE name = $name RETURN properties"
    [[found]] = await database.read(text, {"name": index})
    return list(found)


async def test_an_upgraded_database_is_ready(upgraded: Database) -> None:
    assert (await status(upgraded, model())).ready


async def test_a_second_upgrade_does_nothing(upgraded: Database) -> None:
    done = await upgrade(upgraded, model())

    assert (done.created, done.dropped, done.migrated) == ((), (), ())


async def test_what_is_missing_is_named_and_made(upgraded: Database) -> None:
    await upgraded.run_implicit("DROP CONSTRAINT cg_unique_Brand_id")
    await upgraded.run_implicit("DROP INDEX cg_range_Brand_nameKey_id")

    missing = await status(upgraded, model())
    done = await reconcile(upgraded, model())

    assert missing.schema == done.created == ("cg_unique_Brand_id", "cg_range_Brand_nameKey_id")
    assert not missing.ready
    assert (await status(upgraded, model())).ready


async def test_a_name_that_another_definition_has_taken_is_made_anew(upgraded: Database) -> None:
    await upgraded.run_implicit("DROP INDEX cg_range_Brand_nameKey_id")
    await upgraded.run_implicit("CREATE INDEX cg_range_Brand_nameKey_id FOR (n:Brand) ON (n.name)")

    done = await reconcile(upgraded, model())

    assert done.dropped == done.created == ("cg_range_Brand_nameKey_id",)
    assert await properties(upgraded, "cg_range_Brand_nameKey_id") == ["nameKey", "id"]


async def test_ours_that_nothing_wants_goes_and_what_is_not_ours_stays(upgraded: Database) -> None:
    await upgraded.run_implicit("CREATE INDEX cg_range_Gone_x FOR (n:Gone) ON (n.x)")
    await upgraded.run_implicit("CREATE INDEX somebody_elses FOR (n:Gone) ON (n.y)")

    done = await reconcile(upgraded, model())

    assert done.dropped == ("cg_range_Gone_x",)
    assert "somebody_elses" in await names(upgraded)
    await upgraded.run_implicit("DROP INDEX somebody_elses")


async def test_an_equal_index_of_another_name_serves(upgraded: Database) -> None:
    await upgraded.run_implicit("DROP INDEX cg_range_Brand_nameKey_id")
    await upgraded.run_implicit("CREATE INDEX somebody_elses FOR (n:Brand) ON (n.nameKey, n.id)")

    done = await reconcile(upgraded, model())

    assert (done.created, done.dropped) == ((), ())
    assert (await status(upgraded, model())).ready
    await upgraded.run_implicit("DROP INDEX somebody_elses")


async def test_an_index_that_stands_where_a_constraint_must_makes_way(upgraded: Database) -> None:
    await upgraded.run_implicit("DROP CONSTRAINT cg_unique_Brand_id")
    await upgraded.run_implicit("CREATE INDEX somebody_elses FOR (n:Brand) ON (n.id)")

    done = await reconcile(upgraded, model())

    assert (done.created, done.dropped) == (("cg_unique_Brand_id",), ("somebody_elses",))


async def test_data_that_breaks_a_constraint_is_named(upgraded: Database) -> None:
    await upgraded.run_implicit("DROP CONSTRAINT cg_unique_Brand_id")
    await upgraded.run_implicit("CREATE (:Brand {id: 'bra_double'}), (:Brand {id: 'bra_double'})")

    with pytest.raises(DuplicatesError, match="Several of Brand have the same id"):
        await reconcile(upgraded, model())
    await upgraded.run_implicit("MATCH (n:Brand {id: 'bra_double'}) DELETE n")


async def test_a_new_concept_comes_and_goes_with_its_declaration(upgraded: Database) -> None:
    came = await reconcile(upgraded, WITH_STORES)
    went = await reconcile(upgraded, model())

    assert set(came.created) == {"cg_unique_Store_id", "cg_range_Store_nameKey_id", SEARCH_INDEX}
    assert came.dropped == (SEARCH_INDEX,)
    assert set(went.dropped) == set(came.created)


async def test_two_processes_may_upgrade_at_once(upgraded: Database, neo4j_settings: DatabaseSettings) -> None:
    other = await Database.connect(neo4j_settings)
    for _ in range(3):
        await upgraded.run_implicit("DROP CONSTRAINT cg_unique_Brand_id")
        await upgraded.run_implicit("DROP INDEX search")
        await upgraded.run_implicit("CREATE INDEX cg_range_Gone_x FOR (n:Gone) ON (n.x)")

        await asyncio.gather(upgrade(upgraded, model()), upgrade(other, model()))

        assert (await status(other, model())).ready
        assert "cg_range_Gone_x" not in await names(other)
    await other.close()
