"""Programs of other houses that talk to the service: they are installed as their lock says, and served to."""

import fcntl
import json
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import uvicorn
from starlette.applications import Starlette

from access.viewer import LOCAL, Viewer
from endpoint.app import build_app
from endpoint.settings import EndpointSettings
from graph.client import Database, DatabaseSettings
from graph.compiler.planner.context import Limits
from graph.migrations import upgrade
from schema.declarations import model
from server import build_executor
from tests.clients.shop import Ids, open_shop
from tests.endpoint.toy import ready
from tests.oracle.demo import left_as_found

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
JAVASCRIPT = HERE / "javascript"
QUIET = ("--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")

Run = Callable[..., list[Any]]


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the folder of programs, with their packages, the schema and the example queries in it."""
    if shutil.which("npm") is None:
        pytest.skip("clients in JavaScript need node and npm: https://nodejs.org")
    packages = installed(JAVASCRIPT)
    folder = tmp_path_factory.mktemp("clients") / "javascript"
    shutil.copytree(JAVASCRIPT, folder, ignore=shutil.ignore_patterns("node_modules"))
    (folder / "node_modules").symlink_to(packages)
    shutil.copy(ROOT / "schema.graphql", folder)
    shutil.copytree(ROOT / "examples" / "queries", folder / "queries")
    shutil.copy(HERE / "operations.graphql", folder / "queries")
    return folder


def installed(folder: Path) -> Path:
    """The packages of the lock beside it, installed where that was not done yet: once for all processes of a run."""
    lock, packages = folder / "package-lock.json", folder / "node_modules"
    done = packages / ".package-lock.json"
    with lock.open() as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if not done.exists() or done.stat().st_mtime < lock.stat().st_mtime:
            subprocess.run(["npm", "ci", *QUIET], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return packages


@pytest.fixture(scope="session")
def run(programs: Path) -> Run:
    """Runs a program with node; what it printed, a value for each line of JSON."""

    def run(*command: str) -> list[Any]:
        return [json.loads(line) for line in output(programs, "node", *command).splitlines()]

    return run


def output(folder: Path, *command: str | Path) -> str:
    """What a program printed; fails with all that it said where it ended in failure."""
    found = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False, timeout=100)
    assert found.returncode == 0, found.stdout + found.stderr
    return found.stdout


def facts(lines: list[Any]) -> dict[str, Any]:
    """What a program said, by the names it gave."""
    return {line["fact"]: line["value"] for line in lines}


async def local(_headers: Mapping[str, str]) -> Viewer:
    return LOCAL


@pytest.fixture(scope="session")
def service(neo4j_settings: DatabaseSettings) -> Iterator[str]:
    """The address of the service on the run's database."""
    executor = build_executor(Limits())

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        executor.database = await Database.connect(neo4j_settings)
        yield
        await executor.database.close()

    with served(build_app(executor, local, ready, EndpointSettings(), lifespan)) as url:
        yield url


@pytest_asyncio.fixture(loop_scope="session")
async def shop(database: Database, service: str) -> AsyncIterator[Ids]:
    """The ids of a shop that is there for one test."""
    await upgrade(database, model())
    async with left_as_found(database):
        yield open_shop(service)


@contextmanager
def served(app: Starlette) -> Iterator[str]:
    """The address of the application, served on a free port of loopback by a thread of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, access_log=False, log_config=None, lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
