"""A bounded cache that forgets what was not used for longest."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class CacheFigures:
    """How a cache does: entries now and at most, and how often what was looked for was there, and was not."""

    entries: int
    limit: int
    hits: int
    misses: int


class Lru(Generic[K, V]):
    """At most `size` entries, which weigh `room` together at most; for use from one event loop.

    What an entry weighs is told as it is put. One that is heavier than the room is not kept at all.
    """

    def __init__(self, size: int, room: int = sys.maxsize) -> None:
        self._size = size
        self._room = room
        self._weight = 0
        self._entries: dict[K, V] = {}
        self._weights: dict[K, int] = {}
        self._hits = 0
        self._misses = 0

    def get(self, key: K) -> V | None:
        """The entry, which then counts as just used."""
        found = self._entries.pop(key, None)
        if found is None:
            self._misses += 1
        else:
            self._hits += 1
            self._entries[key] = found
        return found

    def put(self, key: K, value: V, weight: int = 0) -> None:
        """Keeps the entry; the least recently used ones go when there are too many, or they are too heavy."""
        self._weight += weight - self._weights.pop(key, 0)
        self._entries.pop(key, None)
        self._entries[key], self._weights[key] = value, weight
        while len(self._entries) > self._size or self._weight > self._room:
            oldest = next(iter(self._entries))
            del self._entries[oldest]
            self._weight -= self._weights.pop(oldest)

    @property
    def figures(self) -> CacheFigures:
        """How it does so far."""
        return CacheFigures(len(self._entries), self._size, self._hits, self._misses)
