"""Figures of a chain by month, level or code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from graph.model.scalars import Choice
from graph.referrals.chain import Member


class Grouping(Choice):
    """What referrals are counted by."""

    MONTH = "The month of the referral, in the time zone asked for."
    LEVEL = "The level."
    CODE = "The code that was used; those without one stand together."


@dataclass(frozen=True, slots=True)
class Share:
    """All referrals of one group; `group` is None for those without a code."""

    group: str | None
    people: int
    conversions: int


def stats(members: Iterable[Member], by: str, zone: tzinfo) -> Sequence[Share]:
    """The groups in their order, those without one last."""
    told = _groups(zone)[by]
    people: Counter[str | None] = Counter()
    converted: Counter[str | None] = Counter()
    for member in members:
        group = told(member)
        people[group] += 1
        converted[group] += member.state == "CONVERTED"
    order = sorted(people, key=lambda group: (group is None, len(group or "") if by == "LEVEL" else 0, group or ""))
    return [Share(group, people[group], converted[group]) for group in order]


def _groups(zone: tzinfo) -> dict[str, Callable[[Member], str | None]]:
    return {
        "MONTH": lambda member: f"{datetime.fromisoformat(member.since).astimezone(zone):%Y-%m}",
        "LEVEL": lambda member: str(member.level),
        "CODE": lambda member: member.code,
    }
