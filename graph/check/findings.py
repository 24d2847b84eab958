"""What the check found wrong: one finding for each rule and subject, with a few examples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Example:
    """One node or relationship that breaks a rule: its id, what it should hold and what it holds."""

    id: str
    expected: object
    found: object


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that is broken `count` times. `subject` is the type and field: `Customer.partyName`."""

    rule: str
    subject: str
    count: int
    examples: tuple[Example, ...]


class Findings:
    """Collects examples, `limit` of them at most for each rule and subject, and counts all."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._counts: dict[tuple[str, str], int] = {}
        self._examples: dict[tuple[str, str], list[Example]] = {}

    def add(self, rule: str, subject: str, id: str, expected: object, found: object) -> None:
        """One more node or relationship that breaks the rule."""
        place = (rule, subject)
        self._counts[place] = self._counts.get(place, 0) + 1
        examples = self._examples.setdefault(place, [])
        if len(examples) < self._limit:
            examples.append(Example(id, expected, found))

    def __iter__(self) -> Iterator[Finding]:
        for (rule, subject), count in self._counts.items():
            yield Finding(rule, subject, count, tuple(self._examples[rule, subject]))
