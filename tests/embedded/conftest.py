"""Fixtures of the embedded database's tests: settings that are small, and programs that own one and can be killed."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import server
from graph.embedded import EmbeddedSettings, QuietProgress
from graph.embedded.folder import DataFolder
from graph.embedded.jars import fetch
from graph.embedded.lock import lock_of

PROGRAM = Path(__file__).parent / "programs" / "owner.py"
Program = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedSettings:
    """Settings for a small database; the version and the cache of jars are those of the environment."""
    settings = replace(
        server.load_settings().embedded(),
        data=tmp_path_factory.mktemp("unused"),
        port=0,
        heap_mb=256,
        page_cache_mb=64,
        transaction_mb=64,
        transactions_mb=128,
    )
    fetch(lock_of(settings.version, settings.cache, None, QuietProgress()), settings.cache, None, QuietProgress())
    return settings


@pytest.fixture(scope="module")
def settings(small: EmbeddedSettings, tmp_path_factory: pytest.TempPathFactory) -> EmbeddedSettings:
    """Small settings with a data folder for the module: its tests start faster on a store that is there."""
    return replace(small, data=tmp_path_factory.mktemp("data"))


@pytest.fixture
def program(settings: EmbeddedSettings) -> Iterator[Program]:
    """Start a program that owns or joins the database of `settings`; what still runs at the end is killed."""
    started = []

    def start(*arguments: str) -> "subprocess.Popen[str]":
        values = (settings.data, settings.cache, settings.version)
        process = subprocess.Popen(
            [sys.executable, PROGRAM, *map(str, values), *arguments],
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": str(Path(server.__file__).parent)},
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()
    wait_until_free(settings)


def wait_until_free(settings: EmbeddedSettings, seconds: float = 60) -> None:
    """Return when nothing holds the data folder any more."""
    deadline = time.monotonic() + seconds
    while DataFolder(settings.data).is_held():
        assert time.monotonic() < deadline, "something still holds the data folder"
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    """Whether a process of that id exists and is more than an entry that nobody has asked about."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
