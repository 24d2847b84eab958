"""A request may take so long in all; what it asks of the database may take what is left of that."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from graph.client.errors import QueryTimeoutError

_END: ContextVar[tuple[float, float] | None] = ContextVar("end", default=None)
"""When the time is over on the monotonic clock, and how much of it there was."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Everything in the block that reads or writes has `seconds` together."""
    token = _END.set((time.monotonic() + seconds, seconds))
    try:
        yield
    finally:
        _END.reset(token)


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
