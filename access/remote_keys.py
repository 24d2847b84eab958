"""Keys that the issuer publishes at an address: fetched when they are needed, and again when it rotates them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import httpx
import structlog

from access.errors import IdentityUnavailableError
from access.signing_keys import KeySet, SigningKey, parse_jwks

_log = structlog.get_logger(__name__)
_SECONDS = 5.0
_LARGEST = 512 * 1024
_FIRST_PAUSE = 1.0
"""Seconds between tries as long as there are no keys at all."""


async def fetch(url: str) -> bytes:
    """What is at the address, of bounded size, in bounded time, without following redirects.

    Raises:
        httpx.HTTPError: it cannot be fetched, TimeoutError: nor in time; ValueError: it is too large.
    """
    body = b""
    async with (
        asyncio.timeout(_SECONDS),
        httpx.AsyncClient(timeout=_SECONDS, follow_redirects=False) as client,
        client.stream("GET", url, headers={"accept": "application/json"}) as answer,
    ):
        answer.raise_for_status()
        async for chunk in answer.aiter_bytes():
            body += chunk
            if len(body) > _LARGEST:
                raise ValueError(f"there are more than {_LARGEST} bytes")
    return body


class RemoteKeys:
    """The keys at an address.

    They are fetched once for all who wait. A token that names an unknown key makes them be fetched again, but not
    within `pause` seconds of the last try, whatever tokens name meanwhile. Keys older than `refresh` seconds are
    fetched anew while they go on serving. Those that were fetched last are kept as long as newer ones cannot be had.
    """

    def __init__(
        self,
        url: str,
        *,
        refresh: float,
        pause: float,
        fetch: Callable[[str], Awaitable[bytes]] = fetch,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = url
        self._refresh = refresh
        self._pause = pause
        self._fetch = fetch
        self._clock = clock
        self._keys: KeySet | None = None
        self._fetched = 0.0
        self._tried: float | None = None
        self._fetching: asyncio.Task[None] | None = None

    async def find(self, kid: str | None, algorithm: str) -> SigningKey | None:
        """The key to verify a token with.

        Raises:
            IdentityUnavailableError: no keys could be fetched yet.
        """
        if self._keys is None or not self._keys.knows(kid):
            if (fetching := self._renew()) is not None:
                # Whoever waits may leave; the others still want the keys.
                await asyncio.shield(fetching)
        elif self._clock() - self._fetched > self._refresh:
            self._renew()
        if self._keys is None:
            raise IdentityUnavailableError
        return self._keys.find(kid, algorithm)

    async def close(self) -> None:
        """Ends a fetch under way."""
        if self._fetching is not None:
            self._fetching.cancel()
            await asyncio.wait([self._fetching])

    def _renew(self) -> asyncio.Task[None] | None:
        """The fetch under way, or a new one; None where the last try is too fresh for another."""
        if self._fetching is None or self._fetching.done():
            pause = _FIRST_PAUSE if self._keys is None else self._pause
            if self._tried is not None and self._clock() - self._tried < pause:
                return None
            self._tried = self._clock()
            self._fetching = asyncio.create_task(self._once())
        return self._fetching

    async def _once(self) -> None:
        """Fetches the keys, or tells the log why there are no new ones."""
        try:
            self._keys = parse_jwks(await self._fetch(self._url))
            self._fetched = self._clock()
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError) as error:
            kept = len(self._keys.keys) if self._keys else 0
            _log.warning("keys_not_fetched", url=self._url, reason=f"{type(error).__name__}: {error}", kept=kept)
