"""`serve --workers`: several processes answer at one address, and come and go together."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from commands.errors import ExitCode
from graph.client import DatabaseSettings

ROOT = Path(__file__).resolve().parents[2]
# The real command over a service of two lines; each of several workers imports this file.
PROGRAM = """
import os
import sys
from pathlib import Path
from commands import app
from commands.services import Address, Services
from graph.client import DatabaseSettings
from graph.embedded import EmbeddedSettings
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route


def application(database):
    if sys.argv[5:] == ["broken"]:
        raise ValueError("broken")
    return Starlette(routes=[Route("/", lambda request: PlainTextResponse(str(os.getpid())))])


if __name__ == "__main__":
    services = Services(
        address=lambda: Address("127.0.0.1", 0),
        database=DatabaseSettings(sys.argv[1], sys.argv[2], sys.argv[3]),
        embedded=EmbeddedSettings(Path("unused"), Path("unused")),
        demo=None,
        workers=1,
        event_days=30,
        executor=None,
        sdl=None,
        application=application,
    )
    sys.exit(app.run(lambda: services, ["serve", "--workers", sys.argv[4]]))
"""


class Serving:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.url = ""
        self.workers = []
        assert process.stderr is not None
        for line in process.stderr:
            if "GraphQL   " in line:
                self.url = line.split()[-1].removesuffix("/graphql")
            if "curl" in line:
                break
        self.workers = self.children()

    def children(self) -> list[psutil.Process]:
        """The workers: the children that Python started to run this program again."""
        found = psutil.Process(self.process.pid).children()
        alive = [child for child in found if child.status() != psutil.STATUS_ZOMBIE]
        return [child for child in alive if any("spawn_main" in word for word in child.cmdline())]

    def answering(self) -> int:
        """The process that answers a new connection."""
        return int(httpx.get(self.url).text)


def until(condition: Callable[[], bool]) -> None:
    """Waits; the test's own time limit ends it."""
    while not condition():
        time.sleep(0.1)


def start(settings: DatabaseSettings, folder: Path, *more: str) -> subprocess.Popen[str]:
    program = folder / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    words = [settings.uri, settings.user or "", settings.password or "", "2", *more]
    return subprocess.Popen(
        [sys.executable, str(program), *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def serving(neo4j_settings: DatabaseSettings, tmp_path: Path) -> Iterator[Serving]:
    with start(neo4j_settings, tmp_path) as process:
        found = Serving(process)
        yield found
        for child in found.workers:
            if child.is_running():
                child.kill()
        process.kill()


def test_every_worker_answers_at_the_address_of_the_greeting(serving: Serving) -> None:
    waiting = {child.pid for child in serving.workers}
    assert len(waiting) == 2
    while waiting:
        waiting.discard(serving.answering())


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_all_of_them_cleanly(serving: Serving, sign: signal.Signals) -> None:
    serving.process.send_signal(sign)
    _, errors = serving.process.communicate(timeout=30)
    assert serving.process.returncode == ExitCode.OK
    assert errors.strip() == "Stopped."
    assert not any(child.is_running() for child in serving.workers)


def test_a_worker_that_dies_is_replaced(serving: Serving) -> None:
    dead = serving.workers[0]
    dead.kill()
    until(lambda: len(alive := serving.children()) == 2 and dead not in alive)
    serving.workers += serving.children()
    assert serving.answering() != dead.pid


def test_workers_that_cannot_start_end_it(neo4j_settings: DatabaseSettings, tmp_path: Path) -> None:
    with start(neo4j_settings, tmp_path, "broken") as process:
        _, errors = process.communicate(timeout=60)
    assert process.returncode == ExitCode.FAILED
    assert "Unexpected failure: ValueError: broken" in errors
    assert "ready" not in errors


def test_workers_do_not_outlive_the_process_that_started_them(serving: Serving) -> None:
    serving.process.kill()
    serving.process.wait()
    until(lambda: not any(child.is_running() for child in serving.workers))


def test_fewer_than_one_worker_are_refused() -> None:
    done = subprocess.run(
        [sys.executable, "server.py", "serve", "--workers", "0"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == ExitCode.USAGE
    assert "--workers" in done.stderr
