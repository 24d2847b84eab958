"""A statement of account: what a party came to be owed in a programme in one month, line by line, and what was paid.

| line | when | amount |
|---|---|---|
| EARNED | a reward was approved | what it is |
| REVERSED | an approved reward was taken back | less what it was |
| PAID | a reward was paid out | less what was paid |

A line is made of a stage of a reward and stands at the instant at which the stage was written here, which nobody
chooses. Stages are never altered, and neither is the amount of a reward once it is approved: so a month that is over
does not change, and every line is in exactly one month. The balance is the sum of all lines up to an instant; below
zero, more was paid than was owed in the end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from graph.client import Database
from graph.errors import InputError
from graph.model.scalars import Choice
from graph.model.values import exact_sum, instant_text
from graph.referrals.chain import parameters
from graph.referrals.programme import Programme
from graph.referrals.rewards import OWN

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_LONGEST_WRITE = timedelta(hours=1)
"""After so long, whatever was written in a month can be read."""
_LINES = (
    f"{OWN}\nMATCH (n)<-[:REWARD_STAGE_OF]-(s:ReferralRewardStage)\n"
    "WHERE s.createdAt < $to AND (s.state IN ['APPROVED', 'PAID'] OR\n"
    "  (s.state = 'VOIDED' AND EXISTS { (n)<-[:REWARD_STAGE_OF]-(a) WHERE a.state = 'APPROVED' }))\n"
)


class LineKind(Choice):
    """What a line of a statement stands for."""

    EARNED = "A reward was approved."
    REVERSED = "A reward that had been approved was taken back."
    PAID = "A reward was paid out."


_KINDS = {"APPROVED": "EARNED", "VOIDED": "REVERSED", "PAID": "PAID"}


class MonthError(InputError):
    """A month is not of the form that months have."""

    code = "MONTH"
    text = "{value!r} is not a month."
    hint = "Give a year and a month, such as 2026-10."


@dataclass(frozen=True, slots=True)
class Period:
    """A month in a time zone: its first instant, and the first one after it."""

    year: int
    month: int
    start: str
    end: str

    @property
    def is_final(self) -> bool:
        """Whether everything that belongs to it can be read by now."""
        return instant_text((datetime.now(UTC) - _LONGEST_WRITE).isoformat()) >= self.end

    def paid_on(self, day: int | None) -> date | None:
        """The day of the next month."""
        return None if day is None else date(self.year + self.month // 12, self.month % 12 + 1, day)


@dataclass(frozen=True, slots=True)
class Link:
    """A referral on the way from the buyer to who earns, and its referrer."""

    referral: str
    referrer: str
    name: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line; `amount` is signed, in ten-thousandths. `evidence` are the referrals that lead to the reward, that of the
    buyer first."""

    id: str
    at: str
    kind: str
    amount: int
    reward: str
    evidence: Sequence[Link]


@dataclass(frozen=True, slots=True)
class Balance:
    """Sums of a month in ten-thousandths: before it, of its lines by kind, and after it; what was taken back and what
    was paid is below zero."""

    opening: int
    earned: int
    reversed: int
    paid: int

    @property
    def closing(self) -> int:
        """What is owed at its end."""
        return self.opening + self.earned + self.reversed + self.paid


def period(month: str, zone: ZoneInfo) -> Period:
    """The month of this name; raises MonthError."""
    found = _MONTH.fullmatch(month)
    if found is None or found[1] == "0000":
        raise MonthError(value=month)
    year, number = int(found[1]), int(found[2])
    try:
        start = datetime(year, number, 1, tzinfo=zone)
        end = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=zone)
        return Period(year, number, instant_text(start.isoformat()), instant_text(end.isoformat()))
    except (ValueError, OverflowError):
        raise MonthError(value=month) from None


async def balance(database: Database, programme: Programme, party: str, period: Period) -> Balance:
    """The sums of the month:

    ```cypher
    MATCH (n:ReferralReward) ... MATCH (n)<-[:REWARD_STAGE_OF]-(s:ReferralRewardStage) WHERE s.createdAt < $to AND ...
    RETURN s.state, s.createdAt >= $from, sum(n.amount)
    ```
    """
    text = f"{_LINES}RETURN s.state, s.createdAt >= $from, sum(n.amount)"
    given = parameters(programme, party, **{"from": period.start, "to": period.end})
    sums = {
        (_KINDS[state], within): _signed(_KINDS[state], exact_sum(amount))
        for state, within, amount in await database.read(text, given)
    }
    opening = sum(amount for (_, within), amount in sums.items() if not within)
    return Balance(opening, *(sums.get((kind, True), 0) for kind in ("EARNED", "REVERSED", "PAID")))


async def lines(
    database: Database, programme: Programme, party: str, period: Period, *, after: str, first: int
) -> Sequence[Line]:
    """The lines of the month in the order of time:

    ```cypher
    ... AND s.createdAt >= $from AND s.id > $after
    WITH n, s ORDER BY s.id LIMIT $first
    RETURN s.id, s.createdAt, s.state, n.amount, n.id, COLLECT {
      MATCH (n)-[:EARNED_BY]->(q)-[:BOUGHT_BY]->(b)
      MATCH (b) (()<-[:REFERRED_PARTY]-(r:Referral WHERE r.programmeId = $programme AND r.since <= q.at
        AND (r.until IS NULL OR r.until > q.at))-[:REFERRER]->()){1,10} ()
      WITH r WHERE size(r) = n.level AND last(r).id = n.referralId
      UNWIND r AS one MATCH (one)-[:REFERRER]->(p) RETURN [one.id, p.id, p.name]
    } ORDER BY s.id
    ```
    """
    text = (
        f"{_LINES}  AND s.createdAt >= $from AND s.id > $after\nWITH n, s ORDER BY s.id LIMIT $first\n"
        "RETURN s.id, s.createdAt, s.state, n.amount, n.id, COLLECT {\n"
        "  MATCH (n)-[:EARNED_BY]->(q)-[:BOUGHT_BY]->(b)\n"
        "  MATCH (b) (()<-[:REFERRED_PARTY]-(r:Referral WHERE r.programmeId = $programme AND r.since <= q.at\n"
        "    AND (r.until IS NULL OR r.until > q.at))-[:REFERRER]->()){1,10} ()\n"
        "  WITH r, n WHERE size(r) = n.level AND last(r).id = n.referralId\n"
        "  UNWIND r AS one MATCH (one)-[:REFERRER]->(p) RETURN [one.id, p.id, p.name]\n"
        "} ORDER BY s.id"
    )
    given = parameters(programme, party, after=after, first=first, **{"from": period.start, "to": period.end})
    return [
        Line(id, at, _KINDS[state], _signed(_KINDS[state], amount), reward, [Link(*link) for link in links])
        for id, at, state, amount, reward, links in await database.read(text, given)
    ]


def _signed(kind: str, amount: int) -> int:
    return amount if kind == "EARNED" else -amount
