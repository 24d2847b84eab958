from collections.abc import AsyncIterator
from uuid import uuid4

import pytest_asyncio

from graph.client import Database
from graph.migrations import upgrade
from schema.declarations import model
from tests.support.desk import Desk, clear

MODEL = model()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def upgraded(database: Database) -> Database:
    await upgrade(database, MODEL)
    return database


@pytest_asyncio.fixture(loop_scope="session")
async def desk(upgraded: Database) -> AsyncIterator[Desk]:
    source = f"test{uuid4().hex}"
    yield Desk(upgraded, MODEL, source)
    await clear(upgraded, source)
