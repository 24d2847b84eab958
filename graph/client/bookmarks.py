"""Bookmarks: what a reader must be able to see, carried from writes to later reads."""

from __future__ import annotations

from collections.abc import Iterable


class Bookmarks:
    """The point in the database's history that a chain of requests has reached.

    Handed to a read or a write it says "not before this"; a write moves it on to its own commit. A service hands
    `str(bookmarks)` to its client and takes it back with the next request, so that the client reads its own writes on
    any replica. Empty bookmarks ask for nothing and cost nothing.
    """

    __slots__ = ("values",)

    def __init__(self, values: Iterable[str] = ()) -> None:
        self.values: frozenset[str] = frozenset(values)

    @classmethod
    def parse(cls, text: str) -> Bookmarks:
        """The bookmarks of a text that `str` made; an unknown one is refused by the database (BadBookmarkError)."""
        return cls(part for part in text.split(",") if part)

    def __str__(self) -> str:
        return ",".join(sorted(self.values))

    def __bool__(self) -> bool:
        return bool(self.values)
