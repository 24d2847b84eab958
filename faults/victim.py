"""What is hurt: an embedded database that is killed and started again, and the service in front of it."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx

import server
from bench.processes import started
from faults.relay import Relay, relay_to
from graph.client import Database, DatabaseSettings
from graph.embedded import EmbeddedSettings, Endpoint, QuietProgress, open_embedded, status
from graph.migrations import upgrade
from schema.declarations import model

_SECONDS = 90.0


class NotRunningError(Exception):
    """The database that was to be killed does not run."""


class Victim:
    """An embedded Neo4j of this process's own. Starting and ending it takes seconds, in a thread."""

    def __init__(self, folder: Path) -> None:
        self.kills = 0
        self._settings: EmbeddedSettings = replace(server.load_settings().embedded(), data=folder, port=0)
        self._stack = ExitStack()
        self._endpoint: Endpoint | None = None

    @property
    def endpoint(self) -> Endpoint:
        """Where it answers now."""
        if self._endpoint is None:
            raise NotRunningError
        return self._endpoint

    @property
    def settings(self) -> DatabaseSettings:
        """How it is reached directly."""
        return DatabaseSettings(self.endpoint.uri, self.endpoint.user, self.endpoint.password)

    async def start(self) -> None:
        """Starts it on what its folder holds."""
        self._endpoint = await asyncio.to_thread(
            self._stack.enter_context, open_embedded(self._settings, QuietProgress())
        )

    async def stop(self) -> None:
        """Ends it; it may be gone already."""
        await asyncio.to_thread(self._stack.close)

    async def kill(self) -> None:
        """Ends it as a power cut would its process, and returns when it is gone."""
        found = status(self._settings)
        if found is None:
            raise NotRunningError
        os.kill(found.pid, signal.SIGKILL)
        self.kills += 1
        await self.stop()


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Victim]:
    """A database with its data in the folder."""
    victim = Victim(folder)
    await victim.start()
    try:
        yield victim
    finally:
        await victim.stop()


@asynccontextmanager
async def connected(settings: DatabaseSettings) -> AsyncIterator[Database]:
    """A connection of our own, past relay and service."""
    database = await Database.connect(settings)
    try:
        yield database
    finally:
        await database.close()


class Service:
    """The service over HTTP, whose connections to the database go through a relay."""

    def __init__(self, relay: Relay, client: httpx.AsyncClient) -> None:
        self.relay = relay
        self._client = client

    async def send(self, text: str, variables: Mapping[str, Any]) -> dict[str, Any] | None:
        """The response; None where none came."""
        try:
            answer = await self._client.post("/graphql", json={"query": text, "variables": dict(variables)})
        except httpx.TransportError:
            return None
        return dict(answer.json())


@asynccontextmanager
async def serving(victim: Victim, logs: Path, workers: int) -> AsyncIterator[Service]:
    """The real service, in several processes, as `customer-graph serve` runs it."""
    async with connected(victim.settings) as database:
        await upgrade(database, model())
    settings = {"CUSTOMER_GRAPH_WORKERS": str(workers), "CUSTOMER_GRAPH_DEMO": "never"}
    async with relay_to(victim.endpoint.uri, keeps=False) as (relay, uri):
        with ExitStack() as stack:
            entered = started("customer-graph", replace(victim.endpoint, uri=uri), logs, settings)
            service = await asyncio.to_thread(stack.enter_context, entered)
            if service is None:
                raise NotRunningError
            try:
                async with httpx.AsyncClient(base_url=service.url, timeout=_SECONDS) as client:
                    yield Service(relay, client)
            finally:
                # In a thread, because the service says goodbye to the database through the relay.
                await asyncio.to_thread(stack.close)
