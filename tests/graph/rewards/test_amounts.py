"""What one rule pays for one purchase, against decimals that are worked out the slow way."""

from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.rewards import Rule, reward, unit

SINCE = "2026-01-01T00:00:00.000Z"
AMOUNTS = st.integers(min_value=1, max_value=10**15)
CAPS = st.one_of(st.none(), AMOUNTS)


def rule(
    *, amount: int | None = None, percent: int | None = None, most: int | None = None, each: int | None = None
) -> Rule:
    return Rule("rwr_1", 1, amount, percent, most, each, SINCE)


def naive(given: Rule, base: int, unit: int, earned: int) -> Decimal:
    """The documented steps, in units of the main currency."""
    step = Decimal(unit) / 10_000
    full = Decimal(given.amount or 0) / 10_000
    if given.percent is not None:
        full = Decimal(base) / 10_000 * (Decimal(given.percent) / 10_000) / 100
    found = (full / step).quantize(Decimal(1), ROUND_HALF_EVEN) * step
    if given.most is not None:
        found = min(found, Decimal(given.most) / 10_000)
    if given.most_each is not None:
        found = min(found, Decimal(given.most_each - earned) / 10_000)
    return max(Decimal(0), (found / step).to_integral_value(ROUND_FLOOR) * step)


@given(
    base=AMOUNTS,
    percent=st.integers(min_value=1, max_value=100 * 10_000),
    most=CAPS,
    each=CAPS,
    earned=st.integers(min_value=0, max_value=10**15),
    currency=st.sampled_from(["VND", "EUR", "KWD", "CLF"]),
)
def test_a_share_is_rounded_once_and_then_capped(
    base: int, percent: int, most: int | None, each: int | None, earned: int, currency: str
) -> None:
    share = rule(percent=percent, most=most, each=each)
    found = reward(share, base, unit(currency), earned=earned)
    assert Decimal(found) / 10_000 == naive(share, base, unit(currency), earned)
    assert 0 <= found <= base + unit(currency)
    assert found % unit(currency) == 0


@given(base=AMOUNTS, amount=AMOUNTS, most=CAPS, each=CAPS, earned=st.integers(min_value=0, max_value=10**15))
def test_a_fixed_amount_asks_the_purchase_nothing_but_to_be_one(
    base: int, amount: int, most: int | None, each: int | None, earned: int
) -> None:
    fixed = rule(amount=amount, most=most, each=each)
    found = reward(fixed, base, unit("USD"), earned=earned)
    assert Decimal(found) / 10_000 == naive(fixed, base, unit("USD"), earned)
    assert reward(fixed, 0, unit("USD")) == 0


@pytest.mark.parametrize(
    ("currency", "least"), [("VND", "1"), ("JPY", "1"), ("USD", "0.01"), ("KWD", "0.001"), ("CLF", "0.0001")]
)
def test_the_least_unit_is_that_of_the_currency(currency: str, least: str) -> None:
    assert Decimal(unit(currency)) / 10_000 == Decimal(least)
