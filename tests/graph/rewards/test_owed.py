"""Which purchase earns whom something: the chain, the window, the rules of the time."""

import pytest

from graph.rewards import Bought, Credit, Link, Programme, Rule, chain, credited


def at(day: int) -> str:
    return f"2026-03-{day:02d}T00:00:00.000Z"


def link(referrer: str, referred: str, since: int = 1, programme: str = "p", name: str = "") -> Link:
    return Link(name or f"{referrer}>{referred}", referrer, referred, programme, at(since), "SUBMITTED", at(since))


def fixed(level: int, amount: int, since: int = 1, until: int | None = None, each: int | None = None) -> Rule:
    return Rule(
        f"rule{level}", level, amount * 10_000, None, None, each, at(since), None if until is None else at(until)
    )


PROGRAMME = Programme("p", 2, "shop", "VND", 10, None, 50_000, (fixed(1, 5), fixed(2, 3), fixed(3, 1)))
LINKS = (link("c", "d"), link("b", "c"), link("a", "b"), link("x", "d", programme="other"))


def bought(
    day: int = 5, net: int = 10, currency: str = "VND", seller: str = "shop", links: tuple[Link, ...] = LINKS
) -> Bought:
    return Bought("pur", at(day), net * 10_000, currency, seller, "d", links)


def told(bought: Bought, programme: Programme = PROGRAMME, earned: int = 0) -> list[tuple[str, int, str]]:
    def line(credit: Credit) -> tuple[str, int, str]:
        return credit.link.referrer, credit.amount // 10_000, credit.reason

    return [line(credit) for credit in credited(bought, programme, lambda *_: earned)]


def test_each_level_earns_by_its_rule_as_far_as_the_programme_goes() -> None:
    assert told(bought()) == [("c", 5, "EARNED"), ("b", 3, "EARNED"), ("a", 0, "BEYOND")]


@pytest.mark.parametrize(
    "purchase",
    [bought(net=4), bought(net=0), bought(currency="USD"), bought(seller="elsewhere"), bought(day=11)],
    ids=["too small", "refunded", "another currency", "another seller", "after the window"],
)
def test_a_purchase_that_does_not_qualify_earns_nobody_anything(purchase: Bought) -> None:
    assert told(purchase) == [(name, 0, "NOT_QUALIFYING") for name in ("c", "b", "a")]


def test_the_last_instant_of_the_window_counts() -> None:
    assert told(bought(day=10))[0] == ("c", 5, "EARNED")


def test_whoever_was_not_referred_earns_nobody_anything() -> None:
    assert told(bought(links=LINKS[1:])) == []


def test_rules_hold_from_their_first_instant_and_no_longer_than_to_their_last() -> None:
    rules = (fixed(1, 5, since=2, until=5), fixed(1, 7, since=5), fixed(2, 3, since=6))
    programme = Programme("p", 2, "shop", "VND", None, None, None, rules)
    assert told(bought(day=4), programme)[:2] == [("c", 5, "EARNED"), ("b", 0, "NO_RULE")]
    assert told(bought(day=5), programme)[:2] == [("c", 7, "EARNED"), ("b", 0, "NO_RULE")]
    assert told(bought(day=6), programme)[:2] == [("c", 7, "EARNED"), ("b", 3, "EARNED")]


def test_what_a_cap_has_used_up_is_said() -> None:
    programme = Programme("p", 1, "shop", "VND", None, None, None, (fixed(1, 5, each=80_000),))
    assert told(bought(), programme, earned=50_000)[0] == ("c", 3, "EARNED")
    assert told(bought(), programme, earned=80_000)[0] == ("c", 0, "CAPPED")


def test_of_two_referrals_at_one_time_the_later_one_leads_on() -> None:
    later = link("y", "d", since=3)
    assert [one.referrer for one in chain((*LINKS, later), "p", "d")] == ["y"]


def test_a_circle_in_what_was_ends() -> None:
    assert [one.referrer for one in chain((link("a", "b"), link("b", "a")), "p", "a")] == ["b", "a"]
