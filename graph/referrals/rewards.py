"""What a party earned in a programme: page by page, in sums, and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from graph.client import Database, Transaction
from graph.model.scalars import Choice
from graph.model.values import exact_sum, now_text
from graph.referrals.chain import parameters
from graph.referrals.programme import Programme
from graph.rewards import Credit, Held, Reason, credited
from graph.writer.domain import FLAGGED_ON_THE_WAY
from graph.writer.errors import NotFoundError
from graph.writer.rewarded import bought_of, programmes_of

OWN = (
    "MATCH (n:ReferralReward) USING INDEX n:ReferralReward(referrerId, id)\n"
    "WHERE n.referrerId = $party AND n.id IS NOT NULL AND n.programmeId = $programme"
)
"""The rewards `n` of a party in a programme."""


class RewardCondition(Choice):
    """What a pending reward still waits for."""

    WAITING = "The days after the purchase that the programme asks for are not over."
    FLAGGED = "Somebody must look at a referral that it comes by."
    APPROVAL = "The organisation that runs the programme must approve it."


@dataclass(frozen=True, slots=True)
class Earned:
    """A reward, by its id, and what it still waits for; nothing unless it is pending."""

    id: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Total:
    """All rewards of a state: how many, and their sum in ten-thousandths of the programme's currency."""

    state: str
    rewards: int
    amount: int


@dataclass(frozen=True, slots=True)
class Credited:
    """What one level of the chain above a buyer was credited with: `reward` is the id of its reward, where it has one,
    and `name` that of the referrer."""

    credit: Credit
    name: str
    reward: str | None
    amount: int


async def rewards(
    database: Database, programme: Programme, party: str, *, state: str | None, after: str, first: int
) -> Sequence[Earned]:
    """The rewards of the party, in the order in which they were worked out:

    ```cypher
    MATCH (n:ReferralReward) USING INDEX n:ReferralReward(referrerId, id)
    WHERE n.referrerId = $party AND n.id IS NOT NULL AND n.programmeId = $programme AND n.id > $after
    WITH n ORDER BY n.referrerId, n.id LIMIT $first
    RETURN n.id, n.state, n.dueAt, head(COLLECT { ... RETURN one.id LIMIT 1 })
    ORDER BY n.id
    ```
    """
    only = " AND n.id > $after" + ("" if state is None else " AND n.state = $state")
    text = (
        f"{OWN}{only}\nWITH n ORDER BY n.referrerId, n.id LIMIT $first\n"
        f"RETURN n.id, n.state, n.dueAt, CASE WHEN n.state = 'PENDING' THEN {FLAGGED_ON_THE_WAY} END ORDER BY n.id"
    )
    rows = await database.read(text, parameters(programme, party, after=after, first=first, state=state))
    now = now_text()
    return [Earned(id, tuple(_missing(state, due, flagged, now))) for id, state, due, flagged in rows]


def _missing(state: str, due: str, flagged: str | None, now: str) -> Sequence[str]:
    if state != "PENDING":
        return ()
    waiting = [name for name, holds in (("WAITING", due > now), ("FLAGGED", flagged is not None)) if holds]
    return waiting or ["APPROVAL"]


async def totals(database: Database, programme: Programme, party: str) -> Sequence[Total]:
    """All rewards of the party, state by state:

    ```cypher
    MATCH (n:ReferralReward) USING INDEX n:ReferralReward(referrerId, id)
    WHERE n.referrerId = $party AND n.id IS NOT NULL AND n.programmeId = $programme
    RETURN n.state AS state, count(n), sum(n.amount) ORDER BY state
    ```
    """
    text = f"{OWN}\nRETURN n.state AS state, count(n), sum(n.amount) ORDER BY state"
    rows = await database.read(text, parameters(programme, party))
    return [Total(state, count, exact_sum(amount)) for state, count, amount in rows]


async def earned_by_level(database: Database, programme: Programme, party: str) -> Mapping[int, int]:
    """What the party earned on each level, whatever was not taken back:

    ```cypher
    MATCH (n:ReferralReward) USING INDEX n:ReferralReward(referrerId, id)
    WHERE n.referrerId = $party AND n.id IS NOT NULL AND n.programmeId = $programme AND n.until IS NULL
    RETURN n.level, sum(n.amount)
    ```
    """
    text = f"{OWN} AND n.until IS NULL\nRETURN n.level, sum(n.amount)"
    rows = await database.read(text, parameters(programme, party))
    return {level: exact_sum(amount) for level, amount in rows}


async def attribution(
    database: Database, reward: str, *, party: str | None, organisations: Collection[str] | None
) -> Sequence[Credited]:
    """Who was credited by the purchase of the reward, level by level up to the top of the chain, and why.

    NotFoundError where there is no such reward, it is not that of the `party`, or not kept by one of the organisations.

    ```cypher
    MATCH (n:ReferralReward {id: $id})
    WHERE n.referrerId = coalesce($party, n.referrerId)
      AND ($organisations IS NULL OR n.organisationId IN $organisations)
    RETURN n.purchaseId, n.programmeId
    ```
    """

    async def work(transaction: Transaction) -> Sequence[Credited]:
        kept_by = None if organisations is None else list(organisations)
        rows = await transaction.run(_REWARD, {"id": reward, "party": party, "organisations": kept_by})
        if not rows:
            raise NotFoundError(type="ReferralReward", value=reward)
        ((purchase, programme),) = rows
        (bought,) = await bought_of(transaction, [purchase])
        terms = (await programmes_of(transaction, [bought]))[programme]
        found = credited(bought, terms, lambda *_: 0)
        names = dict(await transaction.run(_NAMES, {"ids": sorted({credit.link.referrer for credit in found})}))
        held = {one.level: one for one in bought.held if one.programme == programme}
        return [_credited(credit, held.get(credit.level), names) for credit in found]

    return await database.read_together(work)


_REWARD = (
    "MATCH (n:ReferralReward {id: $id})\nWHERE n.referrerId = coalesce($party, n.referrerId)"
    " AND ($organisations IS NULL OR n.organisationId IN $organisations)\nRETURN n.purchaseId, n.programmeId"
)
_NAMES = "UNWIND $ids AS id\nMATCH (p:Party {id: id})\nRETURN p.id, p.name"


def _credited(credit: Credit, held: Held | None, names: Mapping[str, str]) -> Credited:
    """A level as the rewards stand: one that earns by its rule and has no reward had earned all that it may before."""
    if held is None and credit.amount:
        credit = replace(credit, amount=0, reason=Reason.CAPPED.name)
    return Credited(credit, names[credit.link.referrer], held.id if held else None, held.amount if held else 0)
