"""Writes are safe while connections are cut, the database is killed and imports are killed; `make faults` is longer."""

import json
import random
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from access.viewer import LOCAL
from faults.__main__ import main
from faults.clients import CLIENTS, Clients, Send, hot_parties
from faults.imports import killed_imports
from faults.judge import Verdict
from faults.relay import Relay, relay_to
from faults.rounds import Rounds
from faults.victim import connected
from graph.client import Database, DatabaseSettings
from graph.migrations import upgrade
from resolvers.executor.execute import Executor
from resolvers.executor.request import Request
from resolvers.types.query import build_schema, core_schema
from schema.declarations import model
from tests.oracle.demo import left_as_found


@pytest_asyncio.fixture(loop_scope="session")
async def found(database: Database) -> AsyncIterator[Database]:
    await upgrade(database, model())
    async with left_as_found(database):
        yield database


def sender(databases: list[Database]) -> Send:
    """Two services in one process, which take turns."""
    schema = core_schema(build_schema(model()))
    services = cycle([Executor(schema, model(), database) for database in databases])

    async def send(text: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        answer = await next(services).execute(Request(text, variables), LOCAL)
        return dict(json.loads(answer.body))

    return send


async def rounds(stack: AsyncExitStack, settings: DatabaseSettings) -> Rounds:
    """Clients whose connections go through a relay."""
    relay: Relay
    relay, uri = await stack.enter_async_context(relay_to(settings.uri, keeps=False))
    through = replace(settings, uri=uri)
    send = sender([await stack.enter_async_context(connected(through)) for _ in range(2)])
    return Rounds(settings, relay, Clients(send, await hot_parties(send), 1), random.Random(1))  # noqa: S311  # dice


@pytest.mark.usefixtures("found")
async def test_clients_on_hot_parties_lose_nothing_while_connections_are_cut(neo4j_settings: DatabaseSettings) -> None:
    async with AsyncExitStack() as stack:
        run = await rounds(stack, neo4j_settings)
        await run.calm(2)
        await run.cut(2, cuts=6)
        await run.check()
    assert run.tally.verdict == Verdict()
    assert run.tally.acknowledged > CLIENTS
    assert run.relay.cuts > 0


@pytest.mark.embedded
def test_nothing_is_lost_when_the_database_is_killed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--quick", "--seconds", "0", "--kills", "1", "--cuts", "0", "--imports", "0"]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert re.fullmatch(r"rounds 1 acknowledged [1-9]\d* lost 0 partial 0 broken 0", last)


async def test_a_killed_import_goes_on_to_the_graph_of_an_undisturbed_one(found: Database, tmp_path: Path) -> None:
    assert await killed_imports(found.settings, tmp_path, 1, random.Random()) == Verdict()  # noqa: S311  # dice
