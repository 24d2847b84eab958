"""A database that a command can use: the one of the settings, or the embedded one, joined or started."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

from commands.services import Services
from graph.client import Database, DatabaseSettings
from graph.embedded import open_embedded, progress_on

T = TypeVar("T")


@contextmanager
def open_database(services: Services) -> Iterator[DatabaseSettings]:
    """Where the database answers, for as long as the block runs; an embedded one that was started here stops after it.

    Raises:
        EmbeddedError: the embedded database cannot be used.
    """
    if services.database.uri:
        yield services.database
        return
    with open_embedded(services.embedded, progress_on(sys.stderr)) as endpoint:
        yield replace(
            services.database, uri=endpoint.uri, user=endpoint.user, password=endpoint.password, database=None
        )


def with_database(settings: DatabaseSettings, work: Callable[[Database], Awaitable[T]]) -> T:
    """What `work` returns, run in an event loop of its own on a connected database.

    Raises:
        UnavailableError: the database does not answer.
    """

    async def connected() -> T:
        database = await Database.connect(settings)
        try:
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(connected())
