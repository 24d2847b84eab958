from collections.abc import AsyncIterator

import pytest_asyncio

from graph.client import Database
from graph.migrations import upgrade
from resolvers.executor.execute import Executor
from resolvers.types.query import build_schema, core_schema
from schema.declarations import model
from tests.oracle.demo import left_as_found, repeatable


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def service(database: Database) -> Executor:
    """An executor on the run's database."""
    await upgrade(database, model())
    return Executor(core_schema(build_schema(model())), model(), database)


@pytest_asyncio.fixture(loop_scope="session")
async def empty(service: Executor) -> AsyncIterator[Executor]:
    """The same while the clock stands still and ids are counted; what comes into being is removed afterwards."""
    async with left_as_found(service.connected):
        with repeatable():
            yield service
