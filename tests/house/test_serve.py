"""`serve` says where it is, stops cleanly however it is asked to, and says why it cannot start."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from commands.errors import ExitCode
from commands.serve import AddressError, Server, bound
from commands.services import Address
from graph.client import DatabaseSettings

ROOT = Path(__file__).resolve().parents[2]
# The real command over a service of two lines.
PROGRAM = """
import sys
from pathlib import Path
from commands import app
from commands.services import Address, Services
from graph.client import DatabaseSettings
from graph.embedded import EmbeddedSettings
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

services = Services(
    address=lambda: Address("127.0.0.1", int(sys.argv[1])),
    database=DatabaseSettings(sys.argv[2], sys.argv[3], sys.argv[4]),
    embedded=EmbeddedSettings(Path("unused"), Path("unused")),
    demo=None,
    workers=1,
    event_days=30,
    executor=None,
    sdl=None,
    application=lambda database: Starlette(routes=[Route("/", lambda request: PlainTextResponse("here"))]),
)
sys.exit(app.run(lambda: services, ["serve"]))
"""


def start(port: int, database: DatabaseSettings) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(port), database.uri, database.user or "", database.password or ""],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def serving(neo4j_settings: DatabaseSettings) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with start(0, neo4j_settings) as process:
        assert process.stderr is not None
        greeting = ""
        while "curl" not in greeting:
            line = process.stderr.readline()
            assert line, f"it ended with {process.wait()}: {greeting}"
            greeting += line
        yield process, greeting
        process.kill()


def test_the_greeting_names_the_addresses_and_a_first_query(serving: tuple[subprocess.Popen[str], str]) -> None:
    _, greeting = serving
    assert re.search(r"GraphQL +http://127\.0\.0\.1:\d+/graphql\n", greeting)
    assert "Ctrl-C" in greeting
    found = re.search(r"http://127\.0\.0\.1:\d+", greeting)
    assert found is not None
    assert httpx.get(found[0]).text == "here"


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(serving: tuple[subprocess.Popen[str], str], sign: signal.Signals) -> None:
    process, _ = serving
    process.send_signal(sign)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == ExitCode.OK
    assert errors.strip() == "Stopped."


def test_a_taken_port_is_refused_before_the_database_is_touched() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with start(port, DatabaseSettings("bolt://nowhere.example")) as process:
            _, errors = process.communicate(timeout=30)
    assert process.returncode == ExitCode.USAGE
    assert f"127.0.0.1:{port}: something else listens there" in errors


def test_who_asks_before_it_is_ready_is_refused_at_once() -> None:
    with bound(Address("127.0.0.1", 0)) as holder, pytest.raises(ConnectionRefusedError):
        socket.create_connection(holder.getsockname())


def test_a_port_that_another_process_took_meanwhile_is_named() -> None:
    with bound(Address("127.0.0.1", 0)) as faster:
        address = Address("127.0.0.1", faster.getsockname()[1])
        with bound(address) as slower:
            faster.listen()
            with pytest.raises(AddressError, match=f"127.0.0.1:{address.port}: something else listens there"):
                Server(Starlette(), address).run(sockets=[slower])
