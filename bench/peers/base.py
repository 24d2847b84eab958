"""What the Python peers share: where the database is, and how they are served (as the service is: uvicorn)."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from neo4j import AsyncDriver, AsyncGraphDatabase
from starlette.applications import Starlette


class Neo4j:
    """The driver of the process, between start-up and shut-down."""

    driver: AsyncDriver

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """Connects with the driver's own defaults."""
        user, password = os.environ["NEO4J_USER"], os.environ["NEO4J_PASSWORD"]
        async with AsyncGraphDatabase.driver(os.environ["NEO4J_URI"], auth=(user, password)) as self.driver:
            yield


def serve(application: Callable[..., Any]) -> None:
    """Serves on the port that the command line names."""
    uvicorn.run(application, host="127.0.0.1", port=int(sys.argv[1]), access_log=False, log_level="warning")
