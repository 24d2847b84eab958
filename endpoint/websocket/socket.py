"""Sockets: frames in and out, an operation each in a task of its own, and an end to everything when one is closed."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import aclosing, suppress
from typing import Any

import structlog
from starlette.types import Receive, Scope, Send

from access.viewer import Viewer
from endpoint.answers import error_body
from endpoint.drain import Drain
from endpoint.errors import TooManyOperationsError
from endpoint.leaving import cancelled
from endpoint.negotiation import choose_language, read_headers
from endpoint.protocol import Authenticate as Identify
from endpoint.protocol import Executor
from endpoint.settings import EndpointSettings
from endpoint.standing import standing_ends
from endpoint.websocket.origins import is_origin_allowed
from endpoint.websocket.session import (
    PROTOCOL,
    Authenticate,
    Close,
    Code,
    Reply,
    Session,
    Start,
    State,
    Stop,
    complete_message,
    error_message,
    next_message,
)
from graph.errors import CustomerGraphError, InternalError

_CLOSING_SECONDS = 5.0
_log = structlog.get_logger("endpoint")
_access_log = structlog.get_logger("access")


class GraphQLOverWebSocket:
    """The ASGI application for sockets at /graphql."""

    def __init__(self, executor: Executor, identify: Identify, settings: EndpointSettings, drain: Drain) -> None:
        self._executor = executor
        self._identify = identify
        self._settings = settings
        self._drain = drain
        self._open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one socket until it is closed."""
        await receive()
        headers = read_headers(scope["headers"])
        if not is_origin_allowed(headers, self._settings.origins):
            await send({"type": "websocket.close"})  # Before it is accepted: the handshake is answered with 403.
            return
        started = time.perf_counter()
        connection = _Connection(self._executor, self._identify, self._settings, headers, receive, send)
        if PROTOCOL in scope["subprotocols"]:
            await send({"type": "websocket.accept", "subprotocol": PROTOCOL})
        else:
            await send({"type": "websocket.accept"})
            connection.end(Close(Code.SUBPROTOCOL_NOT_ACCEPTABLE, "Subprotocol not acceptable"))
        if self._open >= self._settings.sockets_max:
            connection.end(Close(Code.TRY_AGAIN_LATER, "Too many connections"))
        self._open += 1
        try:
            with self._drain.ends(lambda: connection.end(Close(Code.GOING_AWAY, "Going away"))):
                code = await connection.run()
        finally:
            self._open -= 1
        _access_log.info(
            "socket",
            path=scope["path"],
            code=code,
            operations=connection.operations,
            duration_ms=round((time.perf_counter() - started) * 1000, 3),
        )


class _Connection:
    """One socket that was accepted."""

    def __init__(
        self,
        executor: Executor,
        identify: Identify,
        settings: EndpointSettings,
        headers: dict[str, str],
        receive: Receive,
        send: Send,
    ) -> None:
        self.operations = 0
        self._executor = executor
        self._identify = identify
        self._settings = settings
        self._headers = headers
        self._language = choose_language(headers.get("accept-language", ""))
        self._session = Session(settings.max_body_bytes, self._language)
        self._receive = receive
        self._send = send
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._ending: set[asyncio.Task[None]] = set()
        self._timers: list[asyncio.TimerHandle] = []
        self._end: asyncio.Future[Close] = asyncio.get_running_loop().create_future()
        self._viewer: Viewer | None = None
        self._standing: asyncio.Task[None] | None = None

    def end(self, close: Close) -> None:
        """Closes the socket, soon; the first reason counts."""
        if not self._end.done():
            self._end.set_result(close)

    async def run(self) -> int | None:
        """Serves the socket to its end; the code that it was closed with, None where the client just left."""
        self._later(self._settings.socket_init_seconds, self._expect_initialisation)
        reading = asyncio.create_task(self._read())
        try:
            either: set[asyncio.Future[Any]] = {reading, self._end}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for timer in self._timers:
                timer.cancel()
            standing = () if self._standing is None else (self._standing,)
            await cancelled(reading, *standing, *self._tasks.values(), *self._ending)
        if not self._end.done():
            return reading.result() if not reading.cancelled() else None
        close = self._end.result()
        # Whoever does not read any more is not waited for.
        with suppress(TimeoutError, OSError):
            async with asyncio.timeout(_CLOSING_SECONDS):
                await self._send({"type": "websocket.close", "code": int(close.code), "reason": close.short_reason})
        return int(close.code)

    async def _read(self) -> int | None:
        while True:
            message = await self._receive()
            if message["type"] == "websocket.disconnect":
                code = message.get("code")
                return code if isinstance(code, int) else None
            text = message.get("text")
            await self._act(text if text is not None else message.get("bytes", b""))

    async def _act(self, frame: str | bytes) -> None:
        match self._session.receive(frame):
            case Close() as close:
                self.end(close)
            case Reply(text=text):
                await self._say(text)
            case Authenticate(payload=payload):
                await self._open(payload)
            case Start(id=id, request=request):
                self.operations += 1
                if self._session.running > self._settings.socket_operations_max:
                    self._session.finish(id)
                    error = TooManyOperationsError(limit=self._settings.socket_operations_max)
                    await self._say(error_message(id, error_body(error, self._language)))
                    return
                task = asyncio.create_task(self._operate(id, request))
                self._tasks[id] = task
                task.add_done_callback(lambda done: self._forget(id, done))
            case Stop(id=id):
                # Not waited for: the next frame is read while the operation is ended in the database.
                if (stopped := self._tasks.pop(id, None)) is not None:
                    self._ending.add(stopped)
                    stopped.add_done_callback(self._ending.discard)
                    stopped.cancel()
            case None:
                pass

    async def _open(self, payload: Any) -> None:
        given = next((v for name, v in payload.items() if name.lower() == "authorization" and isinstance(v, str)), None)
        headers = self._headers if given is None else {**self._headers, "authorization": given}
        try:
            self._viewer = await self._identify(headers)
        except CustomerGraphError as refused:
            # What passes says nothing of the credentials, nor does a client need to know what it is.
            later = Close(Code.TRY_AGAIN_LATER, "Try again later")
            self.end(later if refused.retryable else Close(Code.FORBIDDEN, refused.message(self._language)))
            return
        self._standing = asyncio.create_task(self._expect_standing(headers, self._viewer))
        await self._say(self._session.acknowledge())

    async def _operate(self, id: str, request: Any) -> None:
        if self._viewer is None:
            raise RuntimeError("an operation runs before the connection is open")
        try:
            async with aclosing(self._executor.subscribe(request, self._viewer)) as answers:
                async for answer in answers:
                    if answer.has_data:
                        await self._say(next_message(id, answer.body))
                    else:
                        # An error ends the operation: no completion follows it.
                        if self._session.finish(id):
                            await self._say(error_message(id, answer.body))
                        return
        except Exception:
            trace = secrets.token_hex(16)
            _log.exception("unexpected failure", trace=trace)
            if self._session.finish(id):
                await self._say(error_message(id, error_body(InternalError(trace=trace), self._language)))
            return
        if self._session.finish(id):
            await self._say(complete_message(id))

    async def _say(self, text: str) -> None:
        # Of a client that is gone reading tells, and ends all that runs.
        with suppress(OSError):
            await self._send({"type": "websocket.send", "text": text})

    def _forget(self, id: str, task: asyncio.Task[None]) -> None:
        if self._tasks.get(id) is task:
            del self._tasks[id]

    def _later(self, seconds: float, act: Callable[[], None]) -> None:
        self._timers.append(asyncio.get_running_loop().call_later(max(seconds, 0), act))

    def _expect_initialisation(self) -> None:
        if self._session.state is State.NEW:
            self.end(Close(Code.INITIALISATION_TIMEOUT, "Connection initialisation timeout"))

    async def _expect_standing(self, headers: Mapping[str, str], viewer: Viewer) -> None:
        every = self._settings.standing_seconds
        reason = await standing_ends(self._identify, headers, viewer, every=every, language=self._language)
        self.end(Close(Code.FORBIDDEN, reason))
