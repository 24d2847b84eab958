"""Several processes tell the same events; one that stops says goodbye, and its clients go on at another one."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest_asyncio
from websockets.asyncio.client import ClientConnection, connect

from commands.errors import ExitCode
from graph.client import Database, DatabaseSettings
from graph.migrations import upgrade
from schema.declarations import model
from tests.endpoint.wire import PROTOCOL, closed, heard, say
from tests.oracle.demo import left_as_found
from tests.support.desk import Desk
from tests.support.processes import free_port, ready, start

WATCH = """subscription ($ids: [ID!]!, $after: String) {
  partyChanged(ids: $ids, after: $after) { after event { kind } party { name } }
}"""

RENAME = """mutation ($id: ID!) {
  updatePerson(input: { by: { id: $id }, name: "Anh" }) { userErrors { code } }
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def desk(database: Database) -> AsyncIterator[Desk]:
    await upgrade(database, model())
    async with left_as_found(database):
        yield Desk(database, model(), f"test{uuid4().hex}")


async def watch(connection: ClientConnection, id: str, after: str | None = None) -> None:
    await say(connection, type="connection_init")
    assert (await heard(connection))["type"] == "connection_ack"
    await say(
        connection, type="subscribe", id="w", payload={"query": WATCH, "variables": {"ids": [id], "after": after}}
    )


async def told(connection: ClientConnection) -> dict[str, Any]:
    message = await heard(connection)
    assert message["type"] == "next", message
    return dict(message["payload"]["data"]["partyChanged"])


async def ask(port: int, query: str, **variables: Any) -> dict[str, Any]:
    async with httpx.AsyncClient() as client:
        answer = await client.post(
            f"http://127.0.0.1:{port}/graphql", json={"query": query, "variables": variables}, timeout=30
        )
    return dict(answer.json()["data"])


async def test_two_processes_tell_the_same_and_one_goes_on_where_the_other_stopped(
    desk: Desk, neo4j_settings: DatabaseSettings
) -> None:
    await desk.write(desk.new("Person", "an", {"name": "An"}))
    an = str((await desk.node("an"))["id"])
    ports = free_port(), free_port()
    processes = [start(neo4j_settings, port, {}) for port in ports]
    try:
        await asyncio.gather(*map(ready, ports))
        position = (await ask(ports[0], "{ eventPosition }"))["eventPosition"]
        first, second = [connect(f"ws://127.0.0.1:{port}/graphql", subprotocols=[PROTOCOL]) for port in ports]
        async with first as leaving, second as staying:
            for connection in (leaving, staying):
                await watch(connection, an, position)
            assert await ask(ports[1], RENAME, id=an) == {"updatePerson": {"userErrors": []}}
            messages = await asyncio.gather(told(leaving), told(staying))
            assert messages[0] == messages[1]
            assert messages[0]["party"] == {"name": "Anh"}

            processes[0].send_signal(signal.SIGTERM)
            assert await closed(leaving) == (1001, "Going away")
            assert await asyncio.to_thread(processes[0].wait, 30) == ExitCode.OK

            await desk.write(desk.change("Person", "an", {"name": "An Nguyễn"}))
            assert (await told(staying))["party"] == {"name": "An Nguyễn"}
            async with connect(f"ws://127.0.0.1:{ports[1]}/graphql", subprotocols=[PROTOCOL]) as again:
                await watch(again, an, messages[0]["after"])
                assert (await told(again))["party"] == {"name": "An Nguyễn"}
    finally:
        for process in processes:
            process.kill()
            process.wait()
