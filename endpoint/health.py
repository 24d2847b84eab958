"""/healthz says that the process lives, /readyz that it can serve."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import orjson
from starlette.requests import Request
from starlette.responses import Response

from endpoint.answers import SAFE_HEADERS

_SAFE_HEADERS = {name.decode(): value.decode() for name, value in SAFE_HEADERS}


@dataclass(frozen=True, slots=True)
class Readiness:
    """Each part that serving needs, with None where it is fine and a sentence on what is wrong where it is not."""

    parts: Mapping[str, str | None]

    @property
    def ready(self) -> bool:
        """Whether every part is fine."""
        return all(problem is None for problem in self.parts.values())


Ready: TypeAlias = Callable[[], Awaitable[Readiness]]


async def healthz(_request: Request) -> Response:
    """200 as long as the process answers at all."""
    return _json(200, {"status": "alive"})


def readyz(ready: Ready, timeout_seconds: float) -> Callable[[Request], Awaitable[Response]]:
    """The handler: 200, or 503 naming the parts that fail (all of them, when there was no answer in time)."""

    async def handler(_request: Request) -> Response:
        try:
            async with asyncio.timeout(timeout_seconds):
                readiness = await ready()
        except TimeoutError:
            readiness = Readiness({"service": f"No answer from its parts within {timeout_seconds:g} s."})
        parts = {part: problem or "ok" for part, problem in readiness.parts.items()}
        if readiness.ready:
            return _json(200, {"status": "ready", "parts": parts})
        return _json(503, {"status": "not ready", "parts": parts})

    return handler


def _json(status: int, content: Mapping[str, object]) -> Response:
    return Response(orjson.dumps(content), status, _SAFE_HEADERS, "application/json")
