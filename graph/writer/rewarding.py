"""Rewards follow purchases: what is owed for a purchase is compared with the rewards that are open for it.

So it does not matter what changed, or how often this is asked: a new purchase, a refund, a referral that was taken
back, a rule that came late. What is missing is made; a reward that is still pending takes the new amount; one that is
fixed is taken back and made anew, so that what was told of it stays true.

A purchase holds the referrals of its buyer while it is worked out, and a referral that changes holds all those below
it: of two writers who meet, the second sees what the first one did. That no referral comes in below meanwhile, the lock
of the programme sees to, which every new referral takes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import count
from typing import Any

from graph.client import Transaction
from graph.model.values import decimal_text, earlier
from graph.rewards import Bought, Credit, Programme, chain, credited, qualifies
from graph.writer.changes import Change, Move, Put
from graph.writer.errors import TooManyRewardsError
from graph.writer.rewarded import (
    MOST,
    NOT_OWED,
    RECALCULATED,
    Earnings,
    bought_of,
    concerned,
    earnings_of,
    programmes_of,
)
from graph.writer.work import Work

QUALIFYING = "qualifying purchase"
_REFERRAL = "Referral"
_REWARD = "ReferralReward"


async def settle(transaction: Transaction, work: Work, purchases: Collection[str]) -> list[Change]:
    """The changes after which the rewards of the purchases are those that are owed, and who bought is CONVERTED.

    Raises TooManyRewardsError.
    """
    if len(purchases) > MOST:
        raise TooManyRewardsError(actual=len(purchases), limit=MOST)
    ids = await concerned(transaction, work, sorted(purchases))
    if not ids:
        return []
    bought = await bought_of(transaction, ids)
    programmes = await programmes_of(transaction, bought)
    earnings = await earnings_of(transaction, work, bought, programmes)
    return _changes(bought, programmes, earnings, work.now)


def _changes(
    bought: Sequence[Bought], programmes: Mapping[str, Programme], earnings: Earnings, now: str
) -> list[Change]:
    """Purchase by purchase, so that a cap is used up in the order of time."""
    found: list[Change] = []
    converted: set[str] = set()
    names = (f"_:reward{number}" for number in count())
    for one in bought:
        for programme in programmes.values():
            due = [c for c in credited(one, programme, lambda *pair: earnings.get(pair, 0)) if c.amount]
            for item in due:
                pair = item.link.referrer, item.rule
                earnings[pair] = earnings.get(pair, 0) + item.amount
            found += _difference(one, programme, due, names, now)
            found += _conversion(one, programme, converted)
    return found


def _difference(
    bought: Bought, programme: Programme, due: Sequence[Credit], names: Iterator[str], now: str
) -> Iterator[Change]:
    """What makes the open rewards of a purchase in a programme those that are due."""
    by_level = {item.level: item for item in due}
    for held in bought.held:
        if held.programme != programme.id:
            continue
        item = by_level.pop(held.level, None)
        if item is None or (item.link.referral, item.link.referrer) != (held.referral, held.referrer):
            yield Move(_REWARD, held.id, "VOIDED", max(now, bought.at), NOT_OWED)
            if item is not None:
                yield _new(next(names), bought, programme, item)
        elif held.state == "PENDING":
            values = {"base": decimal_text(item.base), "amount": decimal_text(item.amount)}
            yield Put(_REWARD, held.id, values, {"rule": item.rule})
        elif item.amount != held.amount and item.base != held.base:
            # Only its purchase changes what is fixed: not a rule that somebody changed since.
            name = next(names)
            yield Move(_REWARD, held.id, "VOIDED", max(now, bought.at), RECALCULATED)
            yield _new(name, bought, programme, item)
            yield Move(_REWARD, name, "APPROVED", max(now, bought.at), f"{RECALCULATED}: {held.id}")
    for item in by_level.values():
        yield _new(next(names), bought, programme, item)


def _new(name: str, bought: Bought, programme: Programme, item: Credit) -> Put:
    values: dict[str, Any] = {
        "since": bought.at,
        "level": item.level,
        "base": decimal_text(item.base),
        "amount": decimal_text(item.amount),
        "state": "PENDING",
        "dueAt": earlier(bought.at, timedelta(days=-(programme.hold_days or 0))),
        "currency": programme.currency,
    }
    references: dict[str, str | None] = {
        "purchase": bought.id,
        "programme": programme.id,
        "referrer": item.link.referrer,
        "referral": item.link.referral,
        "rule": item.rule,
    }
    return Put(_REWARD, name, values, references)


def _conversion(bought: Bought, programme: Programme, converted: set[str]) -> Iterator[Change]:
    """The buyer's own referral moves on with its first qualifying purchase; one that is flagged waits for whoever looks
    at it."""
    own = next(iter(chain(bought.links, programme.id, bought.buyer)), None)
    if own is None or own.referral in converted or own.state not in ("SUBMITTED", "QUALIFIED"):
        return
    if qualifies(bought, programme, own):
        converted.add(own.referral)
        yield Move(_REFERRAL, own.referral, "CONVERTED", max(bought.at, own.stage), QUALIFYING)
