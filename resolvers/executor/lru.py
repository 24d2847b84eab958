"""A bounded cache that forgets what was not used for longest."""

from __future__ import annotations

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
    """At most `size` entries; for use from one event loop."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._entries: dict[K, V] = {}
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

    def put(self, key: K, value: V) -> None:
        """Keeps the entry; the least recently used one goes when there are too many."""
        self._entries[key] = value
        if len(self._entries) > self._size:
            del self._entries[next(iter(self._entries))]

    @property
    def figures(self) -> CacheFigures:
        """How it does so far."""
        return CacheFigures(len(self._entries), self._size, self._hits, self._misses)
