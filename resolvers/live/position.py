"""Where a subscriber stands in the outbox: what a client hands back to go on after a lost connection."""

from __future__ import annotations

import re
from dataclasses import dataclass

from graph.errors import InputError

_TEXT = re.compile(r"([0-9]{1,18})(?:\.([0-9]{1,9}))?")


class PositionError(InputError):
    """`after` is no position."""

    code = "BAD_POSITION"
    text = "after: {given!r} is no position."
    hint = "Give the text of after of the last message as it is, or none to begin now."


@dataclass(frozen=True, slots=True)
class Position:
    """Behind event `seq`; with `index` only behind that one of the event's ids, so that more of them follow."""

    seq: int
    index: int | None = None

    @classmethod
    def parse(cls, text: str) -> Position:
        """The position of a text that `str` made; PositionError for any other."""
        found = _TEXT.fullmatch(text)
        if found is None:
            raise PositionError(given=text[:50])
        seq, index = found.groups()
        return cls(int(seq), None if index is None else int(index))

    @classmethod
    def behind(cls, seq: int, index: int, count: int) -> Position:
        """Behind one of an event's `count` ids."""
        return cls(seq) if index == count - 1 else cls(seq, index)

    @property
    def read_from(self) -> int:
        """The number of the last event that is wholly behind."""
        return self.seq if self.index is None else self.seq - 1

    def covers(self, seq: int, index: int) -> bool:
        """Whether this id of an event was told before."""
        return seq < self.seq or (seq == self.seq and (self.index is None or index <= self.index))

    def __str__(self) -> str:
        return str(self.seq) if self.index is None else f"{self.seq}.{self.index}"
