"""Working out the rewards of a programme for all that was bought in a time: referral by referral, in short steps."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial

from graph.client import Database, Transaction
from graph.model.model import Model
from graph.referrals.programme import Programme
from graph.writer import settle_purchases
from graph.writer.write import BrokenByError

_REFERRALS = 50
_PURCHASES = 200
"""In one transaction, about: each of them may have a reward on ten levels."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of it: purchases that were looked at, rewards that were made, and changed or taken back. One that is
    not complete goes on `after` the referral with this id."""

    purchases: int
    created: int
    changed: int
    after: str
    is_complete: bool


async def settle_programme(
    database: Database,
    model: Model,
    programme: Programme,
    start: str,
    end: str,
    *,
    after: str,
    by: str,
    seconds: float,
) -> Settled:
    """The rewards of whatever was bought from `start` until `end` by whom somebody referred are those that are owed.
    Once more, it changes nothing. It begins no step after so many seconds.

    ```cypher
    MATCH (r:Referral) USING INDEX r:Referral(programmeId, id)
    WHERE r.programmeId = $programme AND r.id > $after
    WITH r ORDER BY r.programmeId, r.id LIMIT $referrals
    RETURN r.id, COLLECT {
      MATCH (r)-[:REFERRED_PARTY]->(b) MATCH (q:Purchase) USING INDEX q:Purchase(buyerId, at, id)
      WHERE q.buyerId = b.id AND q.at >= $start AND q.at < $end AND q.id IS NOT NULL
        AND q.organisationId = r.organisationId RETURN q.id
    }
    ```
    """
    until = time.monotonic() + seconds
    purchases = created = changed = 0
    given = {"programme": programme.id, "start": start, "end": end, "referrals": _REFERRALS}
    while time.monotonic() < until:
        rows = await database.read(_REFERRED, {**given, "after": after})
        if not rows:
            return Settled(purchases, created, changed, after, is_complete=True)
        ids = [id for _, bought in rows for id in bought]
        for begin in range(0, len(ids), _PURCHASES):
            work = partial(_step, model=model, purchases=ids[begin : begin + _PURCHASES], by=by)
            made, other = await database.write(work)
            created, changed = created + made, changed + other
        purchases += len(ids)
        after = rows[-1][0]
    return Settled(purchases, created, changed, after, is_complete=False)


_REFERRED = (
    "MATCH (r:Referral) USING INDEX r:Referral(programmeId, id)\n"
    "WHERE r.programmeId = $programme AND r.id > $after\nWITH r ORDER BY r.programmeId, r.id LIMIT $referrals\n"
    "RETURN r.id, COLLECT {\n"
    "  MATCH (r)-[:REFERRED_PARTY]->(b) MATCH (q:Purchase) USING INDEX q:Purchase(buyerId, at, id)\n"
    "  WHERE q.buyerId = b.id AND q.at >= $start AND q.at < $end AND q.id IS NOT NULL\n"
    "    AND q.organisationId = r.organisationId RETURN q.id\n"
    "} ORDER BY r.id"
)


async def _step(transaction: Transaction, *, model: Model, purchases: list[str], by: str) -> tuple[int, int]:
    try:
        written = await settle_purchases(transaction, model, purchases, by=by)
    except BrokenByError as broken:
        raise broken.rule from None
    rewards = [one.status for one in written if one.type == "ReferralReward"]
    return rewards.count("created"), rewards.count("updated")
