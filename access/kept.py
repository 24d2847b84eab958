"""What is remembered for a short time only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Kept(Generic[K, V]):
    """At most `size` entries, each for `seconds` from when it was put there; the oldest ones go first."""

    def __init__(self, size: int, seconds: float, clock: Callable[[], float]) -> None:
        self._size = size
        self._seconds = seconds
        self._clock = clock
        self._entries: dict[K, tuple[float, V]] = {}

    def get(self, key: K) -> V | None:
        """The entry, as long as its time lasts."""
        found = self._entries.get(key)
        if found is None:
            return None
        until, value = found
        if self._clock() < until:
            return value
        del self._entries[key]
        return None

    def put(self, key: K, value: V) -> None:
        """Keeps the entry from now on."""
        self._entries.pop(key, None)
        self._entries[key] = (self._clock() + self._seconds, value)
        if len(self._entries) > self._size:
            del self._entries[next(iter(self._entries))]

    def replace(self, key: K, value: V) -> None:
        """Changes the entry, if there is one; its time goes on."""
        if key in self._entries:
            self._entries[key] = (self._entries[key][0], value)

    def forget(self, key: K) -> None:
        """Drops the entry, if there is one."""
        self._entries.pop(key, None)
