"""What the process gives the commands: values of the settings, and what only the process can build."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from graph.client import Database, DatabaseSettings
from graph.embedded import EmbeddedSettings

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


@dataclass(frozen=True, slots=True)
class Operation:
    """One GraphQL operation as a file and its options give it."""

    document: str
    variables: Mapping[str, Any]
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """How an operation was answered: the plan and the Cypher made of it, and what the database did with that."""

    plan: str
    cypher: str
    parameters: Mapping[str, Any]
    operators: str
    rows: int
    hits: int
    milliseconds: float


class Executor(Protocol):
    """Answers operations on one connected database, for whoever sits at this machine: an administrator."""

    async def answer(self, operation: Operation) -> bytes:
        """The whole GraphQL response as JSON."""
        ...

    async def explain(self, operation: Operation) -> Explanation:
        """How the operation is answered; it runs, and its rows are dropped."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """Handed to every command.

    `address` refuses one that strangers could reach. `database` has an empty URI where the embedded database is meant.
    `demo` is the mapping of the demo company where an empty database shall be given it. `executor` answers operations
    on a connected database, `application` serves one over HTTP, `sdl` is the schema as text.
    """

    address: Callable[[], Address]
    database: DatabaseSettings
    embedded: EmbeddedSettings
    demo: Path | None
    executor: Callable[[Database], Executor]
    application: Callable[[DatabaseSettings], Application]
    sdl: Callable[[], str]
