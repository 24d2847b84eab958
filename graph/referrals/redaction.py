"""What is told of those whom a partner may not see: that somebody is there, the level, the state, the month at most.

A level of fewer than `SMALL` is not counted, and shows one stub for each state, without the month: whether it stands
for one or for several nobody can tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice, repeat
from typing import Any

from graph.client import Database
from graph.referrals.chain import below, parameters
from graph.referrals.programme import Programme

SMALL = 5
"""The smallest number that is told of people who are not shown."""
_MONTH = len("2026-07")


@dataclass(frozen=True, slots=True)
class Stub:
    """Somebody at a level; `month` is the month of the referral, None where it would tell too much."""

    level: int
    state: str
    month: str | None


@dataclass(frozen=True, slots=True)
class Hidden:
    """A level below those that are shown; `people` is None where they are few. One that is not complete has more."""

    level: int
    people: int | None
    stubs: tuple[Stub, ...]
    is_complete: bool


async def hidden(
    database: Database, programme: Programme, party: str, shown: int, depth: int, *, first: int, most: int
) -> Sequence[Hidden]:
    """The levels behind those that are shown, down to the depth, `first` stubs of each at most:

    ```cypher
    ... WITH size(r) AS level, last(r) AS last, p LIMIT $most
    RETURN level, left(last.since, 7) AS month, last.state AS state, count(*) ORDER BY level, month, state
    ```
    """
    if depth <= shown:
        return []
    text = (
        f"{below(shown + 1, depth)}RETURN level, left(last.since, {_MONTH}) AS month, last.state AS state, count(*)"
        " ORDER BY level, month, state"
    )
    rows = await database.read(text, parameters(programme, party, most=most))
    is_complete = sum(row[3] for row in rows) < most
    return [
        _hidden(level, list(some), first, is_complete) for level, some in groupby(rows, key=lambda row: int(row[0]))
    ]


def _hidden(level: int, rows: Sequence[Sequence[Any]], first: int, is_complete: bool) -> Hidden:
    people = sum(row[3] for row in rows)
    if people < SMALL:
        states = sorted({row[2] for row in rows})
        return Hidden(level, None, tuple(Stub(level, state, None) for state in states), is_complete)
    return Hidden(level, people, tuple(islice(_each(level, rows), first)), is_complete)


def _each(level: int, rows: Sequence[Sequence[Any]]) -> Iterator[Stub]:
    for _, month, state, count in rows:
        yield from repeat(Stub(level, state, month), count)


def month(since: str) -> str:
    """The month of an instant in UTC: `2026-07`."""
    return since[:_MONTH]
