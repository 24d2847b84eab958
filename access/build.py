"""Whatever the settings say about identity, put together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from access.api_keys import ApiKeys
from access.authenticate import Authenticator, TokenIdentities
from access.parties import Parties
from access.remote_keys import RemoteKeys
from access.settings import IdentitySettings, TokenSettings
from access.signing_keys import SigningKeys, StaticKeys, read_keys
from access.tokens import Tokens
from access.viewer import LOCAL, Viewer
from graph.client import Database


@dataclass(frozen=True, slots=True)
class Access:
    """How callers are known, the API keys where there are any, and what is to be closed at the end."""

    authenticate: Callable[[Mapping[str, str]], Awaitable[Viewer]]
    keys: ApiKeys | None = None
    remote: RemoteKeys | None = None

    async def close(self) -> None:
        """Ends what still runs on behalf of requests that are answered."""
        if self.keys is not None:
            await self.keys.close()
        if self.remote is not None:
            await self.remote.close()


async def local(_headers: Mapping[str, str]) -> Viewer:
    """Whoever asks is the user of this machine, whatever the headers say."""
    return LOCAL


def build_access(settings: IdentitySettings | None, database: Callable[[], Database]) -> Access:
    """What the settings say; without any, callers are taken for the user of this machine.

    `database` is asked for the database when a request needs it. Raises SigningKeysError.
    """
    if settings is None:
        return Access(local)
    source = _source(settings.tokens) if settings.tokens else None
    tokens = None
    if settings.tokens and source:
        tokens = TokenIdentities(Tokens(source, settings.tokens.rules), settings.tokens.names, settings.seconds)
    keys = build_keys(settings, database)
    parties = Parties(database, settings.seconds)
    remote = source if isinstance(source, RemoteKeys) else None
    return Access(Authenticator(tokens, keys, parties), keys, remote)


def build_keys(settings: IdentitySettings | None, database: Callable[[], Database]) -> ApiKeys | None:
    """The API keys; None where there are none."""
    if settings is None or settings.pepper is None:
        return None
    return ApiKeys(database, settings.pepper, settings.seconds)


def _source(settings: TokenSettings) -> SigningKeys:
    if isinstance(settings.keys, Path):
        return StaticKeys(read_keys(settings.keys))
    return RemoteKeys(settings.keys, refresh=settings.refresh, pause=settings.pause)
