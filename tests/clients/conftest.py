"""Programs of other houses that talk to the service: they are installed as their lock says, and served to."""

import shutil
import socket
import subprocess
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette

from access.viewer import LOCAL, Viewer
from endpoint.app import build_app
from endpoint.settings import EndpointSettings
from graph.client import Database, DatabaseSettings
from graph.compiler.planner.context import Limits
from server import build_executor
from tests.endpoint.toy import ready

HERE = Path(__file__).parent
QUIET = ("--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")

Installed = Callable[[str], Path]


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """A copy of the program's folder with its packages in it."""
    if shutil.which("npm") is None:
        pytest.skip("clients in JavaScript need node and npm: https://nodejs.org")

    def install(name: str) -> Path:
        folder = tmp_path_factory.mktemp("clients") / name
        shutil.copytree(HERE / name, folder, ignore=shutil.ignore_patterns("node_modules"))
        subprocess.run(["npm", "ci", *QUIET], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        return folder

    return install


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
