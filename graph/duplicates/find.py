"""Duplicates of one party, and of all: a walk that stops and goes on where its caller likes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graph.client import Database
from graph.duplicates.blocking import sought
from graph.duplicates.evidence import Reason
from graph.duplicates.reading import read_batch, read_beside, read_party
from graph.duplicates.score import DEFAULT_SCORE, Facts, compare
from graph.errors import InputError
from graph.model.values import id_prefix

BATCH = 25
"""Parties whose surroundings one statement reads."""
SCAN = 500
"""Parties that one call looks at, at most."""


class BadPositionError(InputError):
    """The walk cannot go on from there."""

    code = "BAD_DUPLICATES_POSITION"
    text = "{position!r} is not a position among the candidates."
    hint = "Give the position of the page before, or none to begin anew."


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two parties that may be one, how likely that is, and why. The ids tell nothing about which of them to keep."""

    party: str
    party_name: str
    other: str
    other_name: str
    score: float
    reasons: tuple[Reason, ...]

    @property
    def cursor(self) -> str:
        """The position behind this pair."""
        return f"{self.party}/{self.other}"


@dataclass(frozen=True, slots=True)
class CandidatePage:
    """Some of the candidates among all parties.

    `position` is where the next call goes on. `has_more` is false when every party was looked at; `stopped_early` says
    that this call looked at as many parties as it may before the page was full.
    """

    candidates: tuple[Candidate, ...]
    position: str
    has_more: bool
    stopped_early: bool


async def candidates_of(
    database: Database, party_id: str, *, min_score: float = DEFAULT_SCORE, limit: int | None = 20
) -> list[Candidate]:
    """The parties that are likely the same as this one, the likeliest first.

    Raises NoPartyError.
    """
    party = await read_party(database, party_id)
    beside = await read_beside(database, [(party.kind, sought(party))])
    found = sorted(_likely(party, beside.get(party.id, ()), min_score), key=lambda c: (-c.score, c.other))
    return found[:limit]


async def candidates(
    database: Database,
    *,
    after: str | None = None,
    first: int = 50,
    scan: int = SCAN,
    min_score: float = DEFAULT_SCORE,
) -> CandidatePage:
    """The next pairs among all parties, in the order of the ids of the party that leads to the other one.

    Over all pages each pair comes once, though either party may lead to the other: where the other one comes earlier in
    the walk and leads here too, the pair was told then. What is written meanwhile may be missed or told twice.

    Raises BadPositionError.
    """
    position = _Position.read(after)
    found: list[Candidate] = []
    looked = 0
    while looked < scan:
        size = min(BATCH, scan - looked)
        batch = await read_batch(database, position.before, size + 1)
        more, batch = len(batch) > size, batch[:size]
        for pair in await _pairs(database, batch, position, min_score):
            if len(found) == first:
                return CandidatePage(tuple(found), position.text, has_more=True, stopped_early=False)
            found.append(pair)
            position = _Position(pair.party, pair.other)
        if batch:
            position = _Position(batch[-1].id)
        if not more:
            return CandidatePage(tuple(found), position.text, has_more=False, stopped_early=False)
        looked += size
    return CandidatePage(tuple(found), position.text, has_more=True, stopped_early=len(found) < first)


@dataclass(frozen=True, slots=True)
class _Position:
    """All parties up to `party` are done; where `other` is not empty, only the pairs of `party` up to that one."""

    party: str = ""
    other: str = ""

    @classmethod
    def read(cls, text: str | None) -> _Position:
        party, slash, other = (text or "").partition("/")
        if (text and id_prefix(party) is None) or (slash and id_prefix(other) is None):
            raise BadPositionError(position=text)
        return cls(party, other)

    @property
    def text(self) -> str:
        return f"{self.party}/{self.other}" if self.other else self.party

    @property
    def before(self) -> str:
        """The id behind which the next batch begins; a party that is not done comes again, perhaps with some before."""
        return self.party[:-1] if self.other else self.party

    def passed(self, pair: Candidate) -> bool:
        """Whether a pair was told on an earlier page."""
        return (pair.party, pair.other) <= (self.party, self.other)


async def _pairs(database: Database, batch: Sequence[Facts], position: _Position, min_score: float) -> list[Candidate]:
    """The pairs of a batch that no earlier party led to, in order."""
    beside = await read_beside(database, [(party.kind, sought(party)) for party in batch])
    found = [pair for party in batch for pair in _likely(party, beside.get(party.id, ()), min_score)]
    found = [pair for pair in found if not position.passed(pair)]
    back = {pair.other for pair in found if pair.other < pair.party}
    facts = {other.id: other for others in beside.values() for other in others if other.id in back}
    earlier = await read_beside(database, [(other.kind, sought(other)) for other in facts.values()])
    told = {(id, pair.other) for id, others in earlier.items() for pair in _likely(facts[id], others, min_score)}
    return sorted(
        (pair for pair in found if (pair.other, pair.party) not in told), key=lambda pair: (pair.party, pair.other)
    )


def _likely(party: Facts, others: Sequence[Facts], min_score: float) -> Iterator[Candidate]:
    for other in others:
        likely = compare(party, other)
        if likely.score >= min_score:
            yield Candidate(party.id, party.name.whole, other.id, other.name.whole, likely.score, likely.reasons)
