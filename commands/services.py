"""What the process gives the commands: values of the settings, and what only the process can build."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from access.api_keys import ApiKeys
from graph.api_keys import ApiKeysOffError
from graph.client import Database, DatabaseSettings
from graph.embedded import EmbeddedSettings
from resolvers.executor.execute import Executor

# What a server of the ASGI protocol runs.
Application: TypeAlias = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Address:
    """Where the service listens."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """The address for people and clients, without a slash at the end."""
        try:
            address = ipaddress.ip_address(self.host)
        except ValueError:
            return f"http://{self.host}:{self.port}"
        if address.is_unspecified:
            return f"http://localhost:{self.port}"
        return f"http://{f'[{address}]' if address.version == 6 else address}:{self.port}"


def keys_off(_: Database) -> ApiKeys:
    """There are no API keys; raises ApiKeysOffError."""
    raise ApiKeysOffError


@dataclass(frozen=True, slots=True)
class Services:
    """Handed to every command.

    `address` refuses one that strangers could reach. `database` has an empty URI where the embedded database is meant.
    `demo` is the mapping of the demo company where an empty database shall be given it. `executor` answers operations
    on a connected database, `application` serves one over HTTP, in as many processes as `workers` says: it is pickled
    for them. Events are kept for `event_days`. `sdl` is the schema as text. `keys` are the API keys of a database.
    Whoever sits at the command line is an administrator.
    """

    address: Callable[[], Address]
    database: DatabaseSettings
    embedded: EmbeddedSettings
    demo: Path | None
    workers: int
    event_days: int
    executor: Callable[[Database], Executor]
    application: Callable[[DatabaseSettings], Application]
    sdl: Callable[[], str]
    keys: Callable[[Database], ApiKeys] = keys_off
