"""What one rule pays for one purchase. All amounts are whole ten-thousandths, so that every figure is exact.

| step | for example, in VND |
|---|---|
| the share, or the fixed amount | 2.5 % of 333,330 is 8,333.25 |
| rounded half-even to the least unit of the currency | 8,333 |
| at most `most`, the cap of one purchase | 8,000 |
| at most what is left of `most_each`, the cap of one referrer | 5,000, where 95,000 of 100,000 were earned before |
"""

from __future__ import annotations

from dataclasses import dataclass

from babel.numbers import get_currency_precision

from graph.model.values import SCALE, half_even

_DIGITS = 4
"""Decimals of an amount as it is stored."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a level of a programme earns, from `since` until `until`. `amount` is that of a fixed rule, `percent` (in
    ten-thousandths of a per cent) that of a share."""

    id: str
    level: int
    amount: int | None
    percent: int | None
    most: int | None
    most_each: int | None
    since: str
    until: str | None = None

    def holds(self, at: str) -> bool:
        """Whether it is the rule for what is bought at this instant."""
        return self.since <= at and (self.until is None or at < self.until)


def unit(currency: str) -> int:
    """The least amount that can be paid in the currency, as Unicode's CLDR tells its digits: 10,000 for VND, 100 for
    EUR."""
    return int(10 ** (_DIGITS - min(_DIGITS, get_currency_precision(currency))))


def reward(rule: Rule, base: int, unit: int, *, earned: int = 0) -> int:
    """What the rule pays for a purchase of the net amount `base` to a referrer who `earned` so much by the rule before.

    Nothing for a purchase of nothing. What a cap leaves is rounded down to the `unit`.
    """
    if base <= 0:
        return 0
    parts = (base * rule.percent, 100 * SCALE) if rule.percent is not None else (rule.amount or 0, 1)
    caps = [half_even(parts[0], parts[1] * unit) * unit]
    if rule.most is not None:
        caps.append(rule.most)
    if rule.most_each is not None:
        caps.append(rule.most_each - earned)
    return max(0, min(caps) // unit * unit)
