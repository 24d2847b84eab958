"""A whole generation, and one that is interrupted: each needs a database with nothing in it."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

import server
from commands.check import told
from graph.check import check
from graph.client import Database, DatabaseSettings
from graph.contents import UnfinishedLoadError, unfinished_loads
from graph.embedded import QuietProgress, open_embedded
from jobs.generator import Generated, generate
from schema.declarations import model

SMALL = 120


class StoppedError(Exception):
    """Ends a generation in its midst."""


@pytest.fixture(scope="module")
def own_settings() -> Iterator[DatabaseSettings]:
    """A database beside that of the other tests, which may hold something."""
    embedded = server.load_settings().embedded()
    with (
        tempfile.TemporaryDirectory(prefix="customer-graph-test-") as folder,
        open_embedded(replace(embedded, data=Path(folder), port=0), QuietProgress()) as endpoint,
    ):
        yield DatabaseSettings(endpoint.uri, endpoint.user, endpoint.password)


@pytest_asyncio.fixture(loop_scope="session")
async def empty(own_settings: DatabaseSettings) -> AsyncIterator[Database]:
    connected = await Database.connect(own_settings)
    yield connected
    await connected.run_implicit("MATCH (n) DETACH DELETE n")
    await connected.close()


async def interrupt(database: Database) -> None:
    """A generation that ends after its first transactions."""

    def stop(state: Generated) -> None:
        if state.stage == "persons":
            raise StoppedError

    with pytest.raises(StoppedError):
        await generate(database, model(), SMALL, seed=1, progress=stop)


async def test_what_is_generated_is_whole_and_consistent(empty: Database) -> None:
    seen: list[tuple[str, int]] = []
    made = await generate(empty, model(), SMALL, seed=1, progress=lambda s: seen.append((s.stage, s.done)))

    assert await check(empty, model()) == []
    assert [stage for stage, _ in seen] == list(dict.fromkeys(stage for stage, _ in seen))
    assert seen[-2:] == [("referrals", made.total), ("indexes", made.total)]
    assert made.types["Person"] + made.types["Organisation"] + made.types["OrgUnit"] == SMALL
    assert await empty.read("MATCH (n:Purchase) RETURN count(n)", {}) == [[made.types["Purchase"]]]


async def test_after_an_interruption_generation_and_check_say_what_to_do_and_an_emptied_database_is_filled(
    empty: Database,
) -> None:
    await interrupt(empty)

    with pytest.raises(UnfinishedLoadError, match="The load 'generate' was interrupted") as caught:
        await generate(empty, model(), SMALL, seed=1)
    assert "Generate again into another folder" in caught.value.advice()

    found = [f for f in await check(empty, model()) if f.rule == "load"]
    lines = list(told(found))
    assert lines[0] == "generate: the rule 'load' is broken once"
    assert lines[1].startswith("  generate: should be whole, is interrupted. Generate again into another folder")
    assert len(lines) == 2

    await empty.run_implicit("MATCH (n) WHERE NOT n:UnfinishedLoad DETACH DELETE n")
    made = await generate(empty, model(), SMALL, seed=1)
    counted = dict(map(tuple, await empty.read("MATCH (n) UNWIND labels(n) AS label RETURN label, count(*)", {})))
    nodes = {name: count for name, count in made.types.items() if name in model().nodes}
    assert {name: counted.get(name) for name in nodes} == nodes
    assert await unfinished_loads(empty) == ()
