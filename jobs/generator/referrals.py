"""Who referred whom: one programme, run by the hub, in which nine of ten people were referred, over 15 levels."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from graph.writer.load import New, NewNode
from jobs.generator.world import World

DEPTH = 15
LEVELS = 5
_SHARES = ("5", "3", "2", "1", "0.5")
_STATES = ("CONVERTED",) * 6 + ("QUALIFIED",) * 2 + ("SUBMITTED", "FLAGGED")
CODES = 10
"""One person of so many has a code."""

Things = Iterator[list[New]]


def programmes(world: World) -> Things:
    """The programme with a rule for each level."""
    owner, id, currency = world.id("Organisation", 0), world.id("ReferralProgramme", 0), world.country(1, 0).currency
    values = {
        "name": "Bạn giới thiệu bạn",
        "levels": LEVELS,
        "windowDays": 90,
        "currency": currency,
        "since": world.first_day,
    }
    made: list[New] = [
        NewNode("ReferralProgramme", id, values, {"owner": owner}, {"ownerId": owner, "organisationId": owner})
    ]
    for level, percent in enumerate(_SHARES, 1):
        rule = {"level": level, "kind": "PERCENT", "percent": percent, "since": world.first_day}
        copied = {"programmeId": id, "currency": currency}
        made.append(NewNode("RewardRule", world.id("RewardRule", level), rule, {"programme": id}, copied))
    yield made


def codes(world: World) -> Things:
    """The codes of those who have one."""
    programme, keeper = world.id("ReferralProgramme", 0), world.id("Organisation", 0)
    for number in range(0, world.persons, CODES):
        ids = {"programme": programme, "owner": world.id("Person", number)}
        copied = {"programmeId": programme, "ownerId": ids["owner"], "organisationId": keeper}
        values = {"code": f"BAN-{number}", "since": world.first_day}
        yield [NewNode("ReferralCode", world.id("ReferralCode", number), values, ids, copied)]


def referrals(world: World) -> Things:
    """People are referred by people with smaller numbers: mostly by any, sometimes by one of the few who refer many."""
    programme, keeper = world.id("ReferralProgramme", 0), world.id("Organisation", 0)
    levels = array("B", bytes(world.persons))
    referrers = array("l", bytes(world.persons * array("l").itemsize))
    for number in range(world.persons):
        if number == 0 or world.draws.below(380, number, 10) == 0:
            yield []
            continue
        referrer = _referrer(world, number)
        if levels[referrer] == DEPTH:
            referrer = referrers[referrer]
        levels[number], referrers[number] = levels[referrer] + 1, referrer
        ids = {
            "referrer": world.id("Person", referrer),
            "referred": world.id("Person", number),
            "programme": programme,
        }
        copied = {"referrerId": ids["referrer"], "referredId": ids["referred"], "programmeId": programme}
        if referrer % CODES == 0:
            ids["code"] = copied["codeId"] = world.id("ReferralCode", referrer)
        since = world.time(2, number)
        values = {"since": since, "state": world.draws.choice(383, number, _STATES)}
        # Whoever has left did so on the last day: behind every referral.
        of_staff = world.employer_of(referrer) == 0 and world.time(0, referrer) <= since
        copied |= {"organisationId": keeper, "kind": "ADVOCACY" if of_staff else "CUSTOMER"}
        yield [NewNode("Referral", world.id("Referral", number), values, ids, copied)]


def _referrer(world: World, number: int) -> int:
    if world.draws.below(381, number, 4) == 0:
        return world.draws.ranked(382, number, number)
    return world.draws.below(382, number, number)
