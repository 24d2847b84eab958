"""A request may take so long in all; what it asks of the database may take what is left of that."""

from __future__ import annotations

import time
from contextvars import ContextVar

from graph.client.errors import QueryTimeoutError

_END: ContextVar[tuple[float, float] | None] = ContextVar("end", default=None)
"""When the time is over on the monotonic clock, and how much of it there was."""


class within:  # noqa: N801  # read as a word: `with within(60):`
    """Everything in the block that reads or writes has `seconds` together."""

    __slots__ = ("_seconds", "_token")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def __enter__(self) -> None:
        self._token = _END.set((time.monotonic() + self._seconds, self._seconds))

    def __exit__(self, *_: object) -> None:
        _END.reset(self._token)


def left(seconds: float) -> float:
    """`seconds`, or what is left of the request's time where that is less; QueryTimeoutError where nothing is."""
    end = _END.get()
    if end is None:
        return seconds
    rest = end[0] - time.monotonic()
    if rest <= 0:
        raise QueryTimeoutError(limit=end[1])
    # In tenths, as a message shows it.
    return min(seconds, max(round(rest, 1), 0.1))
