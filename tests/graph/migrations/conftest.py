from collections.abc import AsyncIterator

import pytest_asyncio

from graph.client import Database
from graph.migrations import upgrade
from schema.declarations import model


@pytest_asyncio.fixture(loop_scope="session")
async def upgraded(database: Database) -> AsyncIterator[Database]:
    """A database as this version needs it, and again so after the test."""
    await upgrade(database, model())
    yield database
    await upgrade(database, model())
