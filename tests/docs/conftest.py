"""What a newcomer has: the service on the demo company, and a folder of the project to type commands in."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from graph.client import DatabaseSettings
from tests.docs.page import ROOT
from tests.oracle.demo import Demo

WRITTEN = "http://127.0.0.1:8000"
"""Where the pages say that the service is."""


@dataclass(frozen=True)
class Newcomer:
    """Somebody at a terminal; what is printed about the service's address reads as the pages write it."""

    folder: Path
    environment: dict[str, str]
    url: str
    greeting: str

    def types(self, line: str) -> str:
        """What the command prints; its standard error where it prints nothing else, as errors do."""
        done = subprocess.run(
            ["bash", "-c", line.replace(WRITTEN, self.url)],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        return (done.stdout.strip() or done.stderr.strip()).replace(self.url, WRITTEN)


@pytest.fixture(scope="module")
def environment(neo4j_settings: DatabaseSettings) -> dict[str, str]:
    """The environment of somebody who activated .venv and has a Neo4j of their own: the run's."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CUSTOMER_GRAPH_", "NEO4J_", "MAKE", "MFLAGS"))
    }
    given = {
        "NEO4J_URI": neo4j_settings.uri,
        "NEO4J_USER": neo4j_settings.user,
        "NEO4J_PASSWORD": neo4j_settings.password,
        "NEO4J_DATABASE": neo4j_settings.database,
    }
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**kept, "PATH": path, "PYTHONUTF8": "1", **{name: value for name, value in given.items() if value}}


@pytest.fixture(scope="module")
def service(demo: Demo, environment: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The address of the real service on the demo company, and all that it said until it was ready."""
    assert demo.world.things
    with subprocess.Popen(
        ["customer-graph", "serve"],
        cwd=ROOT,
        env={**environment, "CUSTOMER_GRAPH_PORT": "0", "CUSTOMER_GRAPH_DEMO": "never"},
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stderr is not None
        greeting = ""
        while "curl" not in greeting:
            line = process.stderr.readline()
            assert line, f"it ended with {process.wait()}: {greeting}"
            greeting += line
        found = re.search(r"http://127\.0\.0\.1:\d+", greeting)
        assert found is not None
        yield found[0], greeting.replace(found[0], WRITTEN)
        process.terminate()
        process.communicate(timeout=30)


@pytest.fixture
def newcomer(service: tuple[str, str], environment: dict[str, str], tmp_path: Path) -> Newcomer:
    """A newcomer in a copy of what the commands of the pages need."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    for file in ("Makefile", "pyproject.toml", *(path.name for path in ROOT.glob("requirements*"))):
        shutil.copy(ROOT / file, tmp_path)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    return Newcomer(tmp_path, environment, *service)
