"""`python -m bench.live`: how soon subscribers hear of a commit, and what a message costs the process that sends it."""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from bench.asks import GRAPHQL
from bench.client import connected
from bench.data import filled
from bench.processes import Service, started
from graph.client import Database, DatabaseSettings
from graph.writer import Put, write
from schema.declarations import model

_SECONDS = 60
_WARM = 3
_PROTOCOL = Subprotocol("graphql-transport-ws")
_WATCH = "subscription ($ids: [ID!]!) { partyChanged(ids: $ids) { after event { kind at } party { id name } } }"
_RENAME = """mutation ($id: ID!, $name: String!) {
  updatePerson(input: { by: { id: $id }, name: $name }) { userErrors { code } }
}"""

Commit = Callable[[str, str], Awaitable[None]]
"""Gives a person a name; returns when that is committed."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Milliseconds from the end of a commit to each message, and of CPU of the service for one message."""

    what: str
    messages: int
    median: float
    p99: float
    cpu: float


def main(arguments: Sequence[str] | None = None) -> None:
    """Opens the sockets, commits one change after another, and waits each time for all who are told."""
    parser = argparse.ArgumentParser(prog="python -m bench.live", description=__doc__)
    parser.add_argument("--subscribers", type=int, default=1_000)
    parser.add_argument("--commits", type=int, default=30)
    parser.add_argument("--parties", type=int, default=2_000)
    parser.add_argument("--data", type=Path, help="keep the database here and use it again")
    given = parser.parse_args(arguments)
    settings = {"CUSTOMER_GRAPH_DEMO": "never", "CUSTOMER_GRAPH_LOG_LEVEL": "warning"}
    with (
        filled(given.parties, given.data) as bench,
        started("customer-graph", bench.endpoint, bench.folder, settings) as service,
    ):
        if service is None:
            raise TypeError("the service needs nothing that could be missing")
        database = DatabaseSettings(bench.endpoint.uri, bench.endpoint.user, bench.endpoint.password)
        print(
            f"{given.subscribers} subscribers on one process, {given.commits} commits one after another\n\n"
            "| who is told of what | messages | delay, median ms | p99 ms | CPU of the service, ms a message |\n"
            "|---|---:|---:|---:|---:|",
            flush=True,
        )
        asyncio.run(measured(service, database, bench.subjects["persons"], given.subscribers, given.commits))


async def measured(
    service: Service, settings: DatabaseSettings, persons: Sequence[str], subscribers: int, commits: int
) -> None:
    """All subscribers watch one party, then each one of many; changes come from elsewhere, then through the service."""
    database = await Database.connect(settings)
    try:
        elsewhere, here = _elsewhere(database), _here(service)
        for what, ids in (("all of one party", persons[:1]), ("each of one of many", persons)):
            async with AsyncExitStack() as stack:
                sockets = await _subscribed(stack, service, ids, subscribers)
                for where, commit in (("another process", elsewhere), ("this process", here)):
                    await _told("", service, sockets, ids, commit, _WARM)
                    figures = await _told(f"{what}, by {where}", service, sockets, ids, commit, commits)
                    print(
                        f"| {figures.what} | {figures.messages} | {figures.median:.1f} | {figures.p99:.1f} "
                        f"| {figures.cpu:.3f} |",
                        flush=True,
                    )
    finally:
        await database.close()


def _elsewhere(database: Database) -> Commit:
    async def commit(id: str, name: str) -> None:
        (outcome,) = await write(database, model(), [[Put("Person", id, {"name": name})]], by="bench")
        if outcome.error is not None:
            raise outcome.error

    return commit


def _here(service: Service) -> Commit:
    async def commit(id: str, name: str) -> None:
        async with connected(service.url) as connection:
            body = orjson.dumps({"query": _RENAME, "variables": {"id": id, "name": name}})
            answer = await connection.ask(GRAPHQL, body)
        if orjson.loads(answer) != {"data": {"updatePerson": {"userErrors": []}}}:
            raise ValueError(answer)

    return commit


async def _subscribed(
    stack: AsyncExitStack, service: Service, ids: Sequence[str], subscribers: int
) -> list[tuple[str, ClientConnection]]:
    """Open sockets, each watching the next of the ids."""
    address = service.url.replace("http://", "ws://") + "/graphql"
    found = []
    for number in range(subscribers):
        id = ids[number % len(ids)]
        socket = await stack.enter_async_context(
            connect(address, subprotocols=[_PROTOCOL], compression=None, ping_interval=None)
        )
        await socket.send('{"type":"connection_init"}')
        await asyncio.wait_for(socket.recv(), _SECONDS)
        payload = {"query": _WATCH, "variables": {"ids": [id]}}
        await socket.send(orjson.dumps({"type": "subscribe", "id": "1", "payload": payload}).decode())
        found.append((id, socket))
    # A subscription begins in silence: they are all there when the last one has been answered something else.
    pongs = []
    for _, socket in found:
        await socket.send('{"type":"ping"}')
        pongs.append(asyncio.wait_for(socket.recv(), _SECONDS))
    await asyncio.gather(*pongs)
    await asyncio.sleep(2)
    return found


async def _told(
    what: str,
    service: Service,
    sockets: Sequence[tuple[str, ClientConnection]],
    ids: Sequence[str],
    commit: Commit,
    commits: int,
) -> Figures:
    delays: list[float] = []
    before = service.cpu()
    for turn in range(commits):
        id = ids[turn % len(ids)]
        watching = [asyncio.create_task(_arrival(socket)) for watched, socket in sockets if watched == id]
        await asyncio.sleep(0.05)
        await commit(id, f"Bench {turn} {time.time():.3f}")
        committed = time.perf_counter()
        delays += [1000 * (arrived - committed) for arrived in await asyncio.gather(*watching)]
    spent = service.cpu() - before
    ordered = sorted(delays)
    return Figures(
        what,
        len(delays),
        statistics.median(ordered),
        ordered[int(0.99 * (len(ordered) - 1))],
        1000 * spent / len(delays),
    )


async def _arrival(socket: ClientConnection) -> float:
    message = await asyncio.wait_for(socket.recv(), _SECONDS)
    arrived = time.perf_counter()
    if '"next"' not in str(message):
        raise ValueError(message)
    return arrived


if __name__ == "__main__":
    main()
