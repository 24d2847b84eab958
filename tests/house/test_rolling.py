"""Two processes are replaced one after the other under load, and no request fails."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field

import httpx

from commands.errors import ExitCode
from graph.client import Database, DatabaseSettings
from graph.migrations import upgrade
from schema.declarations import model
from tests.support.processes import free_port, ready, start
from tests.support.waiting import until

CLIENTS = 8
QUERY = {"query": "{ viewer { roles } organisations(first: 1) { nodes { name } } }"}


@dataclass
class Balancer:
    """Sends each request to a process that was ready when it was last asked, as what stands in front of them does."""

    ports: tuple[int, ...]
    open: set[int] = field(default_factory=set)
    answers: Counter[str] = field(default_factory=Counter)
    stopping: bool = False

    async def look(self) -> None:
        """Asks each process again and again whether it is ready."""
        async with httpx.AsyncClient(timeout=5) as client:
            while not self.stopping:
                for port in self.ports:
                    found = 0
                    with suppress(httpx.TransportError):
                        found = (await client.get(f"http://127.0.0.1:{port}/readyz")).status_code
                    (self.open.add if found == 200 else self.open.discard)(port)
                await asyncio.sleep(0.05)

    async def send(self, number: int) -> None:
        """A client with connections that it keeps."""
        async with httpx.AsyncClient(timeout=60) as client:
            while not self.stopping:
                ports = sorted(self.open)
                port = ports[number % len(ports)]
                try:
                    answer = await client.post(f"http://127.0.0.1:{port}/graphql", json=QUERY)
                    self.answers[f"{port} {answer.status_code} {sorted(answer.json())}"] += 1
                except httpx.TransportError as error:
                    self.answers[f"{port} {type(error).__name__}"] += 1
                number += 1

    async def served_by(self, *ports: int) -> None:
        """Returns when these processes, and no others, are ready and have answered some more requests."""
        await until(lambda: self.open == set(ports))
        before = self.answers.total()
        await until(lambda: self.answers.total() >= before + 10 * CLIENTS)


async def test_a_rolling_restart_under_load_fails_no_request(
    database: Database, neo4j_settings: DatabaseSettings
) -> None:
    await upgrade(database, model())
    ports = free_port(), free_port()
    settings = {"CUSTOMER_GRAPH_DRAIN_SECONDS": "2", "CUSTOMER_GRAPH_DEMO": "never"}
    processes = [start(neo4j_settings, port, settings) for port in ports]
    balancer = Balancer(ports)
    load: list[asyncio.Task[None]] = []
    try:
        await asyncio.gather(*map(ready, ports))
        load.append(asyncio.create_task(balancer.look()))
        await until(lambda: balancer.open == set(ports))
        load += [asyncio.create_task(balancer.send(number)) for number in range(CLIENTS)]
        for place, port in enumerate(ports):
            await balancer.served_by(*ports)
            processes[place].send_signal(signal.SIGTERM)
            await balancer.served_by(*(other for other in ports if other != port))
            assert await asyncio.to_thread(processes[place].wait, 60) == ExitCode.OK
            processes[place] = start(neo4j_settings, port, settings)
            await ready(port)
        await balancer.served_by(*ports)
        balancer.stopping = True
        await asyncio.gather(*load)
    finally:
        balancer.stopping = True
        for task in load:
            task.cancel()
        for process in processes:
            process.kill()
            process.wait()
    assert set(balancer.answers) == {f"{port} 200 ['data']" for port in ports}
