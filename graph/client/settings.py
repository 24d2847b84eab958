"""What the client must know to reach a database."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """Address, credentials and limits of one database.

    All times are seconds. `read_timeout` and `write_timeout` bound one statement outside a transaction or one whole
    transaction; `retry_time` bounds all repetitions of it after a failure that passes. No user means no credentials; no
    database means the user's home database.
    """

    uri: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    database: str | None = None
    pool_size: int = 50
    connect_timeout: float = 5.0
    acquire_timeout: float = 10.0
    read_timeout: float = 15.0
    write_timeout: float = 30.0
    retry_time: float = 10.0

    @property
    def address(self) -> str:
        """The URI as messages may show it, without user name, password and query; its setting where it is none."""
        parts = urlsplit(self.uri)
        if not (parts.scheme and parts.netloc):
            return "NEO4J_URI"
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"

    @property
    def names_user(self) -> bool:
        """Whether the URI has a user name in it; it must not, because a URI is shown and logged."""
        return "@" in urlsplit(self.uri).netloc
