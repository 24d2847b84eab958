"""What is owed for one purchase in one programme: which referral of the chain above its buyer earns how much.

| a purchase earns | where |
|---|---|
| anything | the programme's organisation sold it, in the programme's currency, for at least `least` after refunds |
| within the window | at or after the buyer's own referral, and before so many days after it are over |
| on a level | a rule of that level held at the time, and the chain of that time reaches so far |

The chain is that of the time of the purchase: a referral that ended later by going to another referrer still counts,
one that was rejected or taken back does not, whenever that was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from graph.model.scalars import Choice
from graph.model.values import earlier
from graph.rewards.amounts import Rule, reward, unit


@dataclass(frozen=True, slots=True)
class Programme:
    """What a programme says of its rewards; amounts are ten-thousandths of its currency."""

    id: str
    levels: int
    organisation: str | None
    currency: str
    window_days: int | None
    hold_days: int | None
    least: int | None
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A referral as it stood when the purchase was made. `stage` is when it came to the state that it has now."""

    referral: str
    referrer: str
    referred: str
    programme: str
    since: str
    state: str
    stage: str


@dataclass(frozen=True, slots=True)
class Held:
    """A reward that is open for the purchase."""

    id: str
    programme: str
    level: int
    referral: str
    referrer: str
    rule: str
    base: int
    amount: int
    state: str


@dataclass(frozen=True, slots=True)
class Bought:
    """A purchase, the referrals that may lead to its buyer, the rewards that are open for it, and those that somebody
    took back, by programme, level and referral."""

    id: str
    at: str
    net: int
    currency: str
    organisation: str | None
    buyer: str
    links: tuple[Link, ...]
    held: tuple[Held, ...] = ()
    withdrawn: frozenset[tuple[str, int, str]] = frozenset()


class Reason(Choice):
    """Why a level of a chain earns something by a purchase, or nothing."""

    EARNED = "By the rule of its level."
    NOT_QUALIFYING = "The purchase earns nobody anything: another currency, too small, or outside the programme's days."
    BEYOND = "The programme does not reward so many levels."
    NO_RULE = "There was no rule for its level when the purchase was made."
    WITHDRAWN = "Somebody took its reward back."
    CAPPED = "The referrer had earned all that the rule allows."
    TOO_LITTLE = "It is less than the least unit of the currency."


@dataclass(frozen=True, slots=True)
class Credit:
    """What one level of the chain above a buyer earns: the `amount` of a purchase's net `base`, by the rule."""

    level: int
    link: Link
    rule: str | None
    base: int
    amount: int
    reason: str


Earned = Callable[[str, str], int]
"""What a referrer earned by a rule through other purchases, by the ids of both."""


def chain(links: Iterable[Link], programme: str, party: str) -> Sequence[Link]:
    """The referrals of a programme that lead up from the party, its own first. Of several at one time the latest."""
    by_referred: dict[str, Link] = {}
    for link in sorted(links, key=lambda link: (link.since, link.referral)):
        if link.programme == programme:
            by_referred[link.referred] = link
    found: list[Link] = []
    while party in by_referred:
        link = by_referred.pop(party)
        found.append(link)
        party = link.referrer
    return found


def qualifies(bought: Bought, programme: Programme, own: Link) -> bool:
    """Whether the purchase counts in the programme for its buyer, whose own referral is given."""
    begun = programme.window_days is None or earlier(bought.at, timedelta(days=programme.window_days)) < own.since
    return (
        bought.organisation == programme.organisation
        and bought.currency == programme.currency
        and bought.net > 0
        and bought.net >= (programme.least or 0)
        and own.since <= bought.at
        and begun
    )


def credited(bought: Bought, programme: Programme, earned: Earned) -> Sequence[Credit]:
    """What each level of the chain earns by the purchase, up to its top; `earned` is asked for rules with a cap."""
    links = chain(bought.links, programme.id, bought.buyer)
    counts = bool(links) and qualifies(bought, programme, links[0])
    return [_credit(bought, programme, level, link, earned, counts=counts) for level, link in enumerate(links, 1)]


def _credit(bought: Bought, programme: Programme, level: int, link: Link, earned: Earned, *, counts: bool) -> Credit:
    rule = next((r for r in programme.rules if r.level == level and r.holds(bought.at)), None)
    amount = 0
    if not counts:
        reason = Reason.NOT_QUALIFYING
    elif level > programme.levels:
        reason = Reason.BEYOND
    elif rule is None:
        reason = Reason.NO_RULE
    elif (programme.id, level, link.referral) in bought.withdrawn:
        reason = Reason.WITHDRAWN
    else:
        before = 0 if rule.most_each is None else earned(link.referrer, rule.id)
        amount = reward(rule, bought.net, unit(programme.currency), earned=before)
        spent = rule.most_each is not None and before >= rule.most_each
        reason = Reason.EARNED if amount else Reason.CAPPED if spent else Reason.TOO_LITTLE
    return Credit(level, link, None if rule is None else rule.id, bought.net, amount, reason.name)
