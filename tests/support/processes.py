"""The service in processes of its own, on ports that were free."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx

from graph.client import DatabaseSettings

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


def start(
    settings: DatabaseSettings, port: int, more: Mapping[str, str], *, logged: bool = False
) -> subprocess.Popen[bytes]:
    """`serve` on this database; `more` are variables of its environment. Whether its log can be read."""
    environment = {
        **os.environ,
        "NEO4J_URI": settings.uri,
        "NEO4J_USER": settings.user or "",
        "NEO4J_PASSWORD": settings.password or "",
        "CUSTOMER_GRAPH_PORT": str(port),
        "CUSTOMER_GRAPH_LOG_LEVEL": "error",
        **more,
    }
    program = [sys.executable, "-c", "import server; server.main()", "serve"]
    log = subprocess.PIPE if logged else subprocess.DEVNULL
    return subprocess.Popen(program, cwd=ROOT, env=environment, stderr=log)


async def ready(port: int) -> None:
    """Returns when the service there answers."""
    async with httpx.AsyncClient() as client:
        while True:
            try:
                await client.get(f"http://127.0.0.1:{port}/readyz")
            except httpx.TransportError:
                await asyncio.sleep(0.1)
            else:
                return
