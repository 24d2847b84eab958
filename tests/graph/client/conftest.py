from collections.abc import AsyncIterator
from uuid import uuid4

import pytest_asyncio

from graph.client import Database


@pytest_asyncio.fixture(loop_scope="session")
async def label(database: Database) -> AsyncIterator[str]:
    """A label of the test's own; its nodes and constraints are gone afterwards."""
    name = f"Client{uuid4().hex}"
    yield name
    await database.run_implicit(f"MATCH (n:{name}) DETACH DELETE n")
    await database.run_implicit(f"DROP CONSTRAINT `{name}` IF EXISTS")
