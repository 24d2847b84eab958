"""Subscriptions over Server-Sent Events: one stream an operation, as graphql-sse's mode of distinct connections has it.

```text
retry: 1000

event: next
id: 1234
data: {"data":{...}}

event: complete
data:
```

The id is the position of the message. A browser's EventSource names the last one in Last-Event-ID when it connects
again, and goes on behind it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from starlette.types import Receive, Scope, Send

from access.viewer import Viewer
from endpoint.answers import SAFE_HEADERS, Header
from endpoint.drain import Drain
from endpoint.errors import TooManyStreamsError
from endpoint.leaving import cancelled, left
from endpoint.middleware import request_record
from endpoint.protocol import Authenticate, Executor
from endpoint.settings import EndpointSettings
from endpoint.standing import standing_ends
from resolvers.executor.request import Answer, Request

_HEADERS: tuple[Header, ...] = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    *SAFE_HEADERS,
    (b"x-accel-buffering", b"no"),  # A proxy that gathers an answer before it passes it on would keep all of it.
)
_START = b"retry: 1000\n\n"
_BEAT = b":\n\n"
_COMPLETE = b"event: complete\ndata:\n\n"


class GraphQLOverSse:
    """Answers requests that accept text/event-stream."""

    def __init__(self, executor: Executor, identify: Authenticate, settings: EndpointSettings, drain: Drain) -> None:
        self._executor = executor
        self._identify = identify
        self._settings = settings
        self._drain = drain
        self._open = 0

    async def serve(
        self, request: Request, viewer: Viewer, headers: Mapping[str, str], scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Streams the answers until the operation, the client, its credentials or the service ends."""
        if self._open >= self._settings.sockets_max:
            raise TooManyStreamsError(limit=self._settings.sockets_max)
        self._open += 1
        end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        try:
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            await _write(send, _START)
            request = replace(request, after=headers.get("last-event-id") or request.after)
            writing = asyncio.create_task(self._answers(request, viewer, scope, send))
            leaving, beating = asyncio.create_task(left(receive)), asyncio.create_task(self._beat(send))
            every = self._settings.standing_seconds
            standing = asyncio.create_task(
                standing_ends(self._identify, headers, viewer, every=every, language=request.language)
            )
            try:
                with self._drain.ends(end.cancel):
                    first: set[asyncio.Future[Any]] = {writing, leaving, standing, end}
                    await asyncio.wait(first, return_when="FIRST_COMPLETED")
            finally:
                await cancelled(writing, leaving, beating, standing)
            if not writing.cancelled():
                writing.result()
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self._open -= 1

    async def _answers(self, request: Request, viewer: Viewer, scope: Scope, send: Send) -> None:
        async with aclosing(self._executor.subscribe(request, viewer)) as answers:
            async for answer in answers:
                request_record(scope).tell(answer)
                await _write(send, event(answer))
        await _write(send, _COMPLETE)

    async def _beat(self, send: Send) -> None:
        while True:
            await asyncio.sleep(self._settings.stream_beat_seconds)
            await _write(send, _BEAT)


def event(answer: Answer) -> bytes:
    """An answer as an event; with an id where it has a position."""
    id = b"" if answer.after is None else b"id: %s\n" % answer.after.encode()
    return b"event: next\n%sdata: %s\n\n" % (id, answer.body)


async def _write(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})
