"""What the HTTP side can be told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class EndpointSettings:
    """Limits and switches of the HTTP side.

    `max_body_bytes`: longest request body, in bytes; a longer one is refused with 413.
    `ready_timeout_seconds`: how long /readyz waits for its parts before it says 503.
    `metrics`: whether /metrics is served.
    `graphiql`: whether /graphiql is served (and / leads there).
    `pack_bytes`: answers of at least so many bytes are sent as gzip to those who take it; 0 packs none.
    `origins`: origins of pages that may ask from a browser, or open a socket, besides those of this service itself.
    `hosts`: names that the service is asked for by; any other is refused. None takes every name.
    `sockets_max`: open sockets of a process; one more is closed at once.
    `socket_operations_max`: operations that run on one socket at a time.
    `socket_init_seconds`: how soon a socket must say who it is.
    `standing_seconds`: how often the credentials of what is open are looked at again.
    `stream_beat_seconds`: how often a silent event stream says that it lives.
    `examples`: folder of `.graphql` files shown in GraphiQL, in the order of their names; None shows none.
    """

    max_body_bytes: int = 1_000_000
    ready_timeout_seconds: float = 5.0
    metrics: bool = True
    graphiql: bool = True
    examples: Path | None = None
    pack_bytes: int = 1_400
    origins: tuple[str, ...] = ()
    hosts: frozenset[str] | None = None
    sockets_max: int = 5_000
    socket_operations_max: int = 100
    socket_init_seconds: float = 3.0
    standing_seconds: float = 60.0
    stream_beat_seconds: float = 12.0
