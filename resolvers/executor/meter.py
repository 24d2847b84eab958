"""How much an identity may cost in a minute: what its operations cost is counted, in this process or in Redis."""

from __future__ import annotations

import time
from dataclasses import dataclass
from math import ceil
from typing import Any

import structlog
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, Storage
from limits.aio.strategies import FixedWindowRateLimiter
from limits.errors import ConfigurationError
from limits.storage import storage_from_string

from graph.errors import InputError, LimitError

MEMORY = "memory://"
_SECONDS = 60
_REDIS: dict[str, Any] = {"implementation": "redispy", "socket_timeout": 1, "socket_connect_timeout": 1}

_log = structlog.get_logger("meter")


class RateError(LimitError):
    """The identity has used up what it may cost in this minute."""

    code = "RATE_LIMIT"
    text = "Your operations of this minute may cost {limit}; {remaining} is left, and this one costs {actual}."
    hint = "Try again in {seconds} s, or ask for less at once."
    retryable = True


class MeterError(InputError):
    """The address of the counters cannot be used."""

    code = "BAD_RATE_STORE"
    text = "The counters of the rate limit cannot be kept at {scheme}: {reason}."
    hint = "Use memory://, redis://host:6379 or rediss://host:6379."


@dataclass(frozen=True, slots=True)
class Balance:
    """What an identity may cost in this minute, what is left of it, and in how many seconds the next one begins."""

    limit: int
    remaining: int
    seconds: int

    @property
    def headers(self) -> dict[str, str]:
        """The fields of HTTP that tell it."""
        return {
            "ratelimit-policy": f'"cost";q={self.limit};w={_SECONDS}',
            "ratelimit": f'"cost";r={self.remaining};t={self.seconds}',
        }


class Meter:
    """Counts in windows of a minute. An operation that costs more than a whole minute's worth takes all of one.

    Counters that cannot be reached are counted here until they can, so that a lost Redis stops nobody.
    """

    def __init__(self, per_minute: int, store: str = MEMORY) -> None:
        scheme, _, rest = store.partition("://")
        if scheme not in ("memory", "redis", "rediss"):
            raise MeterError(scheme=f"{scheme}://", reason="there is no such kind of store")
        options = _REDIS if scheme != "memory" else {}
        try:
            kept: Storage = storage_from_string(f"async+{scheme}://{rest}", **options)  # type: ignore[assignment]  # async+ makes it one
        except (ConfigurationError, ValueError) as error:
            raise MeterError(scheme=f"{scheme}://", reason=type(error).__name__) from None
        self._item = RateLimitItemPerMinute(per_minute)
        self._failures = kept.base_exceptions
        self._kept = FixedWindowRateLimiter(kept)
        self._spare = FixedWindowRateLimiter(MemoryStorage())

    async def spend(self, who: str, cost: int) -> Balance:
        """What is left to the identity after an operation of this cost; RateError where it was too little."""
        taken = min(max(cost, 1), self._item.amount)
        try:
            return await self._spend(self._kept, who, taken)
        except self._failures as error:
            _log.warning("rate_store_unreachable", error=type(error).__name__)
            return await self._spend(self._spare, who, taken)

    async def _spend(self, counters: FixedWindowRateLimiter, who: str, cost: int) -> Balance:
        before = await counters.test(self._item, who, cost=cost)
        allowed = before and await counters.hit(self._item, who, cost=cost)
        reset, remaining = await counters.get_window_stats(self._item, who)
        balance = Balance(self._item.amount, remaining, max(1, ceil(reset - time.time())))
        if not allowed:
            raise RateError(limit=balance.limit, remaining=remaining, actual=cost, seconds=balance.seconds)
        return balance
