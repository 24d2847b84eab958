"""How the service is reached, and how its documents are told apart."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import Field

from commands.services import Address
from endpoint.hosts import LOOPBACK
from endpoint.settings import EndpointSettings
from resolvers.live.hub import LiveSettings
from settings.base import Count, OpenAddressError, Port, Seconds, SettingError, is_loopback, names
from settings.identity import IdentityGroup

USUAL = LiveSettings()
EXAMPLES = Path(__file__).parent.parent / "examples" / "queries"
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+")


class ServiceGroup(IdentityGroup):
    """Where and how the service answers: whom, too, depends on whether callers are known."""

    # The service
    host: str = Field("127.0.0.1", description="address to serve on")
    port: Port = Field(8000, description="port to serve on")
    workers: Count = Field(1, description="processes that answer requests, each with its own caches and connections")
    allow_anonymous_network: bool = Field(
        False, description="serve on an address other than loopback although nobody is asked who they are"
    )
    event_days: Count = Field(30, description="days for which events are kept; `serve` removes older ones every hour")
    body_bytes: Count = Field(1_000_000, description="largest body of a request")
    ready_seconds: Seconds = Field(5, description="wait of `/readyz` for the database")
    origins: str | None = Field(
        None, description="origins of pages that may ask from a browser, such as `https://app.example`; none without it"
    )
    hosts: str | None = Field(
        None,
        description="names that a service on loopback is asked for by besides those of loopback, while nobody is asked "
        "who they are",
    )
    pack_bytes: Annotated[int, Field(ge=0)] = Field(
        1_400, description="answers of at least so many bytes are sent as gzip to those who take it; 0 packs none"
    )
    drain_seconds: Annotated[float, Field(ge=0)] = Field(
        0,
        description="how long the service goes on after a signal to stop, not ready any more: time for whoever spreads "
        "requests over processes to see it",
    )
    metrics: bool = Field(True, description="serve figures for Prometheus at `/metrics`")
    graphiql: bool | None = Field(
        None, description="serve GraphiQL at `/graphiql`; by itself only while nobody is asked who they are"
    )

    # Live updates
    live_poll_seconds: Seconds = Field(
        USUAL.poll_seconds, description="how often a process with subscribers looks for what others committed"
    )
    live_queue: Count = Field(
        USUAL.queue, description="messages that may wait for a subscriber before it is dropped as too slow"
    )
    sockets_max: Count = Field(5_000, description="open WebSockets of a process, and as many event streams")
    socket_operations_max: Count = Field(100, description="operations that run on one WebSocket at a time")
    socket_init_seconds: Seconds = Field(3, description="how soon a WebSocket must send `connection_init`")
    standing_seconds: Seconds = Field(
        60, description="how often the credentials of an open WebSocket or event stream are looked at again"
    )
    stream_beat_seconds: Seconds = Field(12, description="how often an event stream says that it lives")

    def address(self) -> Address:
        """Where to serve.

        Raises:
            OpenAddressError: the address is not loopback, nobody is asked who they are, and nothing says that this is
                meant.
            SettingError: what says how callers are known is not whole.
        """
        if self.identity() is None and not (self.allow_anonymous_network or is_loopback(self.host)):
            raise OpenAddressError(host=self.host)
        return Address(self.host, self.port)

    def endpoint(self) -> EndpointSettings:
        """The HTTP side."""
        return EndpointSettings(
            self.body_bytes,
            self.ready_seconds,
            self.metrics,
            self.identity() is None if self.graphiql is None else self.graphiql,
            EXAMPLES,
            pack_bytes=self.pack_bytes,
            origins=self._origins(),
            hosts=self._hosts(),
            sockets_max=self.sockets_max,
            socket_operations_max=self.socket_operations_max,
            socket_init_seconds=self.socket_init_seconds,
            standing_seconds=self.standing_seconds,
            stream_beat_seconds=self.stream_beat_seconds,
        )

    def _origins(self) -> tuple[str, ...]:
        found = tuple(names(self.origins))
        for origin in found:
            if not _ORIGIN.fullmatch(origin):
                reason = "an origin is a scheme, a host and perhaps a port: https://app.example."
                raise SettingError(name=self.variable("origins"), reason=reason)
        return found

    def _hosts(self) -> frozenset[str] | None:
        """The names that the service answers to; None (any) where callers are known, or strangers are kept out."""
        if self.identity() is not None or self.allow_anonymous_network or not is_loopback(self.host):
            return None
        return LOOPBACK | {self.host} | {name.lower() for name in names(self.hosts)}

    def live(self) -> LiveSettings:
        """Subscriptions."""
        return LiveSettings(self.live_poll_seconds, self.live_queue)
