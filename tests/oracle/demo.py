"""The demo company in the run's database, with the same ids and times in every run."""

from __future__ import annotations

import asyncio
import functools
import importlib
import itertools
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from graphql import GraphQLSchema, print_schema
from graphql import build_schema as schema_of_text

from access.viewer import LOCAL, Viewer
from graph.client import Database
from graph.migrations import upgrade
from graph.model.model import Model
from graph.writer import Put, write
from jobs.importer import import_folder
from resolvers.types.query import build_schema, core_schema
from schema.declarations import model
from tests.oracle.oracle import Oracle, Scores
from tests.oracle.world import World

BACK_AND_FORTH = (
    Put("Product", "demo:product:thep-cuon-song-cam", {"discontinued": True, "unit": None}, {"category": None}),
    Put(
        "Product",
        "demo:product:thep-cuon-song-cam",
        {"discontinued": False, "unit": "kg"},
        {"category": "demo:category:raw-metal"},
    ),
    Put("PurchaseLine", "demo:purchase-line:bo-ba-vi-2023-01-2", {"quantity": "251", "unitCost": "46500.5"}),
    Put("PurchaseLine", "demo:purchase-line:bo-ba-vi-2023-01-2", {"quantity": "250", "unitCost": "46500"}),
)
"""Changes after the import, for its history; together they leave everything as it was."""
MAPPING = Path(__file__).parents[2] / "examples" / "demo" / "mapping.toml"
NOW = "2026-11-01T00:00:00.000Z"
"""When the demo company was written, and what "now" is while it is read."""
_CLOCKS = ("graph.writer.write", "graph.compiler.planner.context", "graph.mutations.run", "graph.mutations.drafts")


@dataclass(frozen=True)
class Demo:
    """The loaded company: the database, what is in it as objects, and the schema with and without resolvers."""

    database: Database
    model: Model
    schema: GraphQLSchema
    plain: GraphQLSchema
    world: World
    ids: Mapping[str, str]

    def __repr__(self) -> str:
        return "the demo company"

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        """Hypothesis would print a dataclass field by field, and never end."""
        printer.text(repr(self))

    def oracle(self, viewer: Viewer = LOCAL, scores: Scores | None = None) -> Oracle:
        """The oracle of a viewer."""
        return Oracle(self.plain, self.world, viewer, NOW, scores or {})


@functools.cache
def _schemas() -> tuple[GraphQLSchema, GraphQLSchema]:
    """The schema with and without resolvers."""
    schema = core_schema(build_schema(model()))
    return schema, schema_of_text(print_schema(schema))


async def loaded(database: Database, world: World | None = None) -> Demo:
    """The company that is in the database already; `world` where it is known."""
    world = world or await World.read(database, model())
    ids = {key: id for id, key in world.external_keys().items()}
    return Demo(database, model(), *_schemas(), world, ids)


@contextmanager
def repeatable() -> Iterator[None]:
    """Ids are counted and the clock stands still."""
    numbers = itertools.count(1)
    with pytest.MonkeyPatch.context() as patch:
        for module in ("history", "statements", "versions"):
            writer = importlib.import_module(f"graph.writer.{module}")
            patch.setattr(writer, "new_id", lambda prefix: f"{prefix}_{next(numbers):032x}")
        for module in _CLOCKS:
            patch.setattr(importlib.import_module(module), "now_text", lambda: NOW)
        yield


@dataclass
class _Copy:
    """The nodes by their labels and the relationships by type and labels of the ends, as they were loaded."""

    world: World
    nodes: dict[str, list[dict[str, Any]]]
    links: dict[tuple[str, str, str], list[list[Any]]]

    @classmethod
    def of(cls, world: World) -> _Copy:
        copy = cls(world, {}, {})
        for thing in world.things.values():
            copy.nodes.setdefault(":".join(thing.type.labels), []).append(thing.stored)
        for link in world.links:
            key = (link.start.type.label, link.type, link.end.type.label)
            copy.links.setdefault(key, []).append([link.start.id, link.stored, link.end.id])
        return copy

    async def write(self, database: Database) -> None:
        for labels, stored in self.nodes.items():
            await database.run_implicit(f"UNWIND $rows AS row CREATE (n:{labels}) SET n = row", {"rows": stored})
        for (start, kind, end), rows in self.links.items():
            text = (
                f"UNWIND $rows AS row MATCH (a:{start} {{id: row[0]}}) MATCH (b:{end} {{id: row[2]}}) "
                f"CREATE (a)-[r:{kind}]->(b) SET r = row[1]"
            )
            await database.run_implicit(text, {"rows": rows})


_copies: list[_Copy] = []
"""What the import made, so that it runs once; modules that want the company again write the copy."""


@asynccontextmanager
async def left_as_found(database: Database) -> AsyncIterator[None]:
    """Nodes that come into being meanwhile are removed at the end."""
    # Neo4j gives the place of a node that is gone to a new one, so its own id belongs to the name of a node.
    name = "elementId(n) + labels(n)[0] + coalesce(n.id, '')"
    before = [found for (found,) in await database.read(f"MATCH (n) RETURN {name}", {})]
    try:
        yield
    finally:
        text = f"MATCH (n) WHERE NOT {name} IN $before CALL (n) {{ DETACH DELETE n }} IN TRANSACTIONS OF 2000 ROWS"
        await _settled(database)
        await database.run_implicit(text, {"before": before})


async def _settled(database: Database) -> None:
    """What a lost client left running is over: it would write after everything was removed."""
    for _ in range(400):
        ((running,),) = await database.read("SHOW TRANSACTIONS YIELD transactionId RETURN count(*)", {})
        if running <= 1:
            return
        await asyncio.sleep(0.05)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def demo(database: Database) -> AsyncIterator[Demo]:
    """The demo company, alone in the database, for one module of tests."""
    await upgrade(database, model())
    assert not (await World.read(database, model())).things, "other tests left nodes behind"
    async with left_as_found(database):
        with repeatable():
            if _copies:
                await _copies[0].write(database)
            else:
                report = await import_folder(database, model(), MAPPING, MAPPING.parent)
                assert not report.rejections, report.rejections
                for put in BACK_AND_FORTH:
                    (outcome,) = await write(database, model(), [[put]], by="desk")
                    assert outcome.error is None, outcome.error
            await database.run_implicit("CALL db.awaitIndexes(60)")
            found = await loaded(database, _copies[0].world if _copies else None)
            if not _copies:
                _copies.append(_Copy.of(found.world))
            yield found


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def counted(demo: Demo) -> Demo:
    """The demo company after the database has counted it anew: plans follow from what it knows of the data."""
    await demo.database.run_implicit("CALL db.prepareForReplanning(60)")
    return demo


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-expectations` writes what the cases give now in place of what they are expected to give."""
    parser.addoption("--update-expectations", action="store_true", help="write the expectations of the cases anew")


@pytest.fixture(scope="session")
def update_expectations(request: pytest.FixtureRequest) -> bool:
    """Whether this run writes expectations instead of comparing with them."""
    return bool(request.config.getoption("--update-expectations"))
