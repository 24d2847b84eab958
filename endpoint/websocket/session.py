"""The protocol graphql-transport-ws as a state machine without sockets: a frame goes in, what is to be done comes out.

```text
new --connection_init--> opening --acknowledge()--> open
```

`subscribe` is taken in state open alone, `connection_init` in state new alone; `ping`, `pong` and `complete` always.
Whatever else comes closes the connection with the code that the protocol names for it, and nothing is read after that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any

import orjson

from endpoint.errors import RequestError
from endpoint.parameters import from_parameters
from resolvers.executor.request import Request

PROTOCOL = "graphql-transport-ws"
_REASON_BYTES = 123


class Code(IntEnum):
    """Why a connection is closed: the protocol's codes, and those of WebSocket that clients come back after."""

    GOING_AWAY = 1001
    INTERNAL_ERROR = 1011
    TRY_AGAIN_LATER = 1013
    BAD_REQUEST = 4400
    UNAUTHORIZED = 4401
    FORBIDDEN = 4403
    SUBPROTOCOL_NOT_ACCEPTABLE = 4406
    INITIALISATION_TIMEOUT = 4408
    SUBSCRIBER_ALREADY_EXISTS = 4409
    TOO_MANY_INITIALISATION_REQUESTS = 4429


class State(StrEnum):
    """How far the connection is."""

    NEW = "new"
    OPENING = "opening"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Close:
    """Close the connection."""

    code: Code
    reason: str

    @property
    def short_reason(self) -> str:
        """The reason, as long as a close frame can carry."""
        return self.reason.encode()[:_REASON_BYTES].decode(errors="ignore")


@dataclass(frozen=True, slots=True)
class Reply:
    """Send a message."""

    text: str


@dataclass(frozen=True, slots=True)
class Authenticate:
    """Find out who this is, then acknowledge or close."""

    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Start:
    """Run an operation under this id."""

    id: str
    request: Request


@dataclass(frozen=True, slots=True)
class Stop:
    """End the operation under this id, and send nothing more for it."""

    id: str


Action = Close | Reply | Authenticate | Start | Stop


class _BadFrameError(Exception):
    """The frame is no message of the protocol; says why."""


class Session:
    """One connection. Messages longer than `limit` bytes are refused; texts of errors are in `language`."""

    def __init__(self, limit: int, language: str) -> None:
        self.state = State.NEW
        self._limit = limit
        self._language = language
        self._running: set[str] = set()

    def receive(self, frame: str | bytes) -> Action | None:
        """What to do about a frame; None where nothing is."""
        if self.state is State.CLOSED:
            return None
        try:
            action = self._act(self._message(frame))
        except _BadFrameError as bad:
            action = Close(Code.BAD_REQUEST, str(bad))
        if isinstance(action, Close):
            self.state = State.CLOSED
        return action

    def acknowledge(self) -> str:
        """The message that opens the connection."""
        self.state = State.OPEN
        return '{"type":"connection_ack"}'

    def finish(self, id: str) -> bool:
        """Frees the id of an operation that is done; whether it was still running."""
        if id not in self._running:
            return False
        self._running.discard(id)
        return True

    @property
    def running(self) -> int:
        """How many operations run."""
        return len(self._running)

    def _message(self, frame: str | bytes) -> dict[str, Any]:
        if isinstance(frame, bytes):
            raise _BadFrameError("Messages are text, not binary")
        if len(frame) > self._limit or len(frame.encode()) > self._limit:
            raise _BadFrameError(f"A message is larger than {self._limit} bytes")
        try:
            message = orjson.loads(frame)
        except orjson.JSONDecodeError:
            raise _BadFrameError("The message is not valid JSON") from None
        if not isinstance(message, dict):
            raise _BadFrameError("A message is a JSON object")
        return message

    def _act(self, message: dict[str, Any]) -> Action | None:
        match message.get("type"):
            case "connection_init":
                return self._initialise(_payload(message))
            case "ping":
                payload = _payload(message)
                answer: dict[str, Any] = {"type": "pong"}
                return Reply(orjson.dumps(answer | ({"payload": payload} if payload else {})).decode())
            case "pong":
                _payload(message)
                return None
            case "subscribe":
                return self._subscribe(message)
            case "complete":
                id = _id(message)
                return Stop(id) if self.finish(id) else None
            case str(other):
                raise _BadFrameError(f"There is no message of type {other!r} for a server")
            case _:
                raise _BadFrameError("A message has a type, which is a string")

    def _initialise(self, payload: dict[str, Any]) -> Action:
        if self.state is not State.NEW:
            return Close(Code.TOO_MANY_INITIALISATION_REQUESTS, "Too many initialisation requests")
        self.state = State.OPENING
        return Authenticate(payload)

    def _subscribe(self, message: dict[str, Any]) -> Action:
        id = _id(message)
        payload = message.get("payload")
        if not isinstance(payload, dict):
            raise _BadFrameError("The payload of subscribe is an object")
        if self.state is not State.OPEN:
            return Close(Code.UNAUTHORIZED, "Unauthorized")
        if id in self._running:
            return Close(Code.SUBSCRIBER_ALREADY_EXISTS, f"Subscriber for {id} already exists")
        try:
            request = from_parameters(payload, self._language)
        except RequestError as refused:
            raise _BadFrameError(refused.message(self._language)) from None
        self._running.add(id)
        return Start(id, request)


def next_message(id: str, body: bytes) -> str:
    """One answer of an operation."""
    return f'{{"id":{_text(id)},"type":"next","payload":{body.decode()}}}'


def error_message(id: str, body: bytes) -> str:
    """The errors that an operation ends with."""
    errors = orjson.dumps(orjson.loads(body)["errors"]).decode()
    return f'{{"id":{_text(id)},"type":"error","payload":{errors}}}'


def complete_message(id: str) -> str:
    """That an operation is done."""
    return f'{{"id":{_text(id)},"type":"complete"}}'


def _text(id: str) -> str:
    return orjson.dumps(id).decode()


def _id(message: dict[str, Any]) -> str:
    id = message.get("id")
    if not isinstance(id, str) or not id:
        raise _BadFrameError("The id of an operation is a string that is not empty")
    return id


def _payload(message: dict[str, Any]) -> dict[str, Any]:
    payload = message.get("payload")
    if payload is None:
        return {}
    if not isinstance(payload, dict):
        raise _BadFrameError("A payload is an object")
    return payload
