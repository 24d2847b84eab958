import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest_asyncio

from access.viewer import Viewer
from graph.client import Database
from graph.migrations import upgrade
from resolvers.executor.execute import Executor
from resolvers.executor.request import Request
from resolvers.types.query import build_schema, core_schema
from schema.declarations import model
from tests.resolvers.partner.forest import Forest, plant
from tests.support.desk import Desk, clear

Ask = Callable[..., Awaitable[dict[str, Any]]]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def forest(database: Database) -> AsyncIterator[Forest]:
    """150 people who referred one another, down to depth 8 and more."""
    await upgrade(database, model())
    desk = Desk(database, model(), f"test{uuid4().hex}")
    yield await plant(desk, seed=7, people=150)
    await clear(database, desk.source)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ask(database: Database, forest: Forest) -> Ask:
    """Asks as the partner of this name, or as somebody else: the whole response."""
    executor = Executor(core_schema(build_schema(model())), model(), database)

    async def asked(
        query: str,
        name: str | None = None,
        viewer: Viewer | None = None,
        extensions: dict[str, Any] | None = None,
        **more: Any,
    ) -> dict[str, Any]:
        party = forest.ids[name] if name else None
        asking = viewer or Viewer(frozenset({"partner"}), party=party, subject="partner")
        variables = {"programme": {"id": forest.ids["programme"]}, **more}
        return dict(json.loads((await executor.execute(Request(query, variables, extensions=extensions), asking)).body))

    return asked
