"""The programs under measurement: started on loopback, watched, and ended."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from graph.embedded import Endpoint

ROOT = Path(__file__).parent.parent
NODE_PEER = Path(__file__).parent / "peers" / "neo4j-graphql"
_START_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Service:
    """A running program: where it answers, and its process."""

    variant: str
    url: str
    process: psutil.Process

    def cpu(self) -> float:
        """Seconds of CPU that the process and its children have used so far."""
        return cpu(self.process)


def cpu(process: psutil.Process) -> float:
    """Seconds of CPU that a process and its children have used so far."""
    times = [p.cpu_times() for p in (process, *process.children(recursive=True))]
    return sum(t.user + t.system for t in times)


def command(variant: str, port: int) -> list[str] | None:
    """How a variant is started; None where a tool that it needs is missing."""
    if variant == "customer-graph":
        return [sys.executable, "server.py", "serve"]
    if variant == "neo4j-graphql":
        node = shutil.which("node")
        return [node, str(NODE_PEER / "server.mjs"), str(port)] if node and prepare_node() else None
    return [sys.executable, "-m", f"bench.peers.{variant.replace('-', '_')}", str(port)]


def prepare_node() -> bool:
    """Installs the pinned packages of the Node peer where they are not there yet; False without npm."""
    if (NODE_PEER / "node_modules").is_dir():
        return True
    npm = shutil.which("npm")
    if npm is None:
        return False
    quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    return subprocess.run([npm, "ci", *quiet], cwd=NODE_PEER, check=False, stdout=subprocess.DEVNULL).returncode == 0


@contextmanager
def started(variant: str, database: Endpoint, logs: Path, settings: dict[str, str]) -> Iterator[Service | None]:
    """The variant, answering; None where it cannot run here."""
    port = _free_port()
    words = command(variant, port)
    if words is None:
        yield None
        return
    environment = {
        **os.environ,
        "NEO4J_URI": database.uri,
        "NEO4J_USER": database.user,
        "NEO4J_PASSWORD": database.password,
        "NODE_ENV": "production",
        "CUSTOMER_GRAPH_PORT": str(port),
        **settings,
    }
    with (logs / f"{variant}.log").open("wb") as log:
        process = subprocess.Popen(words, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(url, process, logs / f"{variant}.log")
            yield Service(variant, url, psutil.Process(process.pid))
        finally:
            process.terminate()
            process.wait(timeout=_START_SECONDS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        try:
            httpx.get(url, timeout=5)
        except httpx.TransportError:
            if process.poll() is not None:
                break
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(f"{url} does not answer; see {log}:\n{log.read_text(errors='replace')[-2000:]}")
