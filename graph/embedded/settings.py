"""The values that go into an embedded database and come out of it. Nothing here reads the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

DEFAULT_VERSION = "5.26.30"
USER = "neo4j"


@dataclass(frozen=True, slots=True)
class EmbeddedSettings:
    """How the embedded database runs. The defaults suit a laptop: about 1 GB resident in all.

    `data` belongs to one database; `cache` holds jars that every data folder shares and may be deleted at any time.
    Sizes are in MB, times in seconds. `port` 0 means any free one. `repository` None means Maven Central.
    `configuration` holds settings of Neo4j by their names and goes before what follows from the others.
    """

    data: Path
    cache: Path
    version: str = DEFAULT_VERSION
    port: int = 0
    heap_mb: int = 512
    page_cache_mb: int = 256
    transaction_mb: int = 128
    transactions_mb: int = 256
    transaction_timeout_s: int = 120
    lock_timeout_s: int = 10
    start_timeout_s: int = 180
    stop_timeout_s: int = 30
    min_free_mb: int = 256
    class_archive: bool = True
    repository: str | None = None
    configuration: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the embedded database answers. `owned`: this process started it and will stop it."""

    uri: str
    user: str
    password: str = field(repr=False)
    owned: bool


@dataclass(frozen=True, slots=True)
class EmbeddedStatus:
    """The database that holds a data folder. `answers`: a Bolt handshake succeeds."""

    data: Path
    uri: str
    version: str
    pid: int
    answers: bool
