from collections.abc import AsyncIterator

import pytest_asyncio

from graph.client import Database
from graph.migrations import upgrade
from schema.declarations import model
from tests.oracle.demo import left_as_found
from tests.support.desk import Desk


@pytest_asyncio.fixture(loop_scope="session")
async def desk(database: Database) -> AsyncIterator[Desk]:
    """A desk on a database that holds nothing else; what comes into being is removed afterwards."""
    await upgrade(database, model())
    async with left_as_found(database):
        yield Desk(database, model(), "test")
