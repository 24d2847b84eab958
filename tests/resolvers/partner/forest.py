"""A forest of referrals in the database and in memory: the second is the oracle of the first."""

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

from graph.writer import Put
from tests.support.desk import Desk

STATES = ("SUBMITTED", "QUALIFIED", "CONVERTED", "CONVERTED", "FLAGGED")
ENDED = ("REJECTED", "VOIDED")
LEVELS = 3
SHARES = {1: Decimal(10), 3: Decimal("2.5")}
FIXED = {2: Decimal(3)}
_START = datetime(2026, 1, 31, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Grown:
    """One referral: who by whom, what became of it, when, by which code, and what the referred party spent after it."""

    name: str
    referrer: str
    state: str
    since: str
    code: str | None
    spent: int


@dataclass
class Forest:
    """All referrals of one programme by their referrer."""

    desk: Desk
    by_referrer: Mapping[str, list[Grown]] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)

    def below(self, name: str, depth: int, level: int = 1) -> Iterator[tuple[int, Grown]]:
        """Everybody below, with the level; whoever was rejected or taken back is not there, nor who came through it."""
        for grown in self.by_referrer.get(name, ()):
            if grown.state not in ENDED:
                yield level, grown
                if level < depth:
                    yield from self.below(grown.name, depth, level + 1)

    def earned(self, name: str) -> list[tuple[int, Decimal]]:
        """What the party earns: the level and the amount of each reward."""
        found = [(level, reward(level, grown.spent)) for level, grown in self.below(name, LEVELS)]
        return [(level, amount) for level, amount in found if amount]

    def above(self, name: str) -> list[Grown]:
        """The referrals that lead up from a party, the nearest first."""
        by_name = {g.name: g for grown in self.by_referrer.values() for g in grown if g.state not in ENDED}
        found = []
        while name in by_name:
            found.append(by_name[name])
            name = by_name[name].referrer
        return found


def reward(level: int, spent: int) -> Decimal:
    """What a purchase earns on a level, to the cent."""
    if not spent:
        return Decimal(0)
    full = FIXED[level] if level in FIXED else spent * SHARES[level] / 100
    return full.quantize(Decimal("0.01"), ROUND_HALF_EVEN)


def _grown(seed: int, people: int) -> list[Grown]:
    """Referrals of an uneven forest: some refer nobody, few refer many, one chain goes deep."""
    draws = random.Random(seed)  # noqa: S311  # repeatable, nothing secret
    found = []
    for number in range(1, people):
        referrer = number - 1 if number < 9 else min(draws.randrange(number), draws.randrange(number))
        state = draws.choice(STATES if number < 9 or draws.random() < 0.9 else ENDED)
        at = _START + timedelta(hours=31 * number)
        code = f"code{referrer % 3}" if referrer % 2 else None
        spent = draws.choice((0, 0, 7, 120)) if state == "CONVERTED" else 0
        found.append(Grown(f"p{number}", f"p{referrer}", state, f"{at:%Y-%m-%dT%H:%M:%S.000Z}", code, spent))
    return found


async def plant(desk: Desk, seed: int, people: int) -> Forest:
    """Writes a forest whose first party is `p0`, in a programme with `LEVELS` levels; beside it lies another programme,
    in which somebody of the forest referred somebody else, and a purchase from another seller."""
    grown = _grown(seed, people)
    await desk.write(
        desk.new("Organisation", "shop"),
        desk.new("Organisation", "other"),
        desk.new("ReferralProgramme", "programme", {"levels": LEVELS}, owner="shop"),
        desk.new("ReferralProgramme", "elsewhere", owner="other"),
        *(
            desk.new(
                "RewardRule", f"rule{level}", {"level": level, "kind": kind, name: str(amount)}, programme="programme"
            )
            for kind, name, amounts in (("PERCENT", "percent", SHARES), ("FIXED", "amount", FIXED))
            for level, amount in amounts.items()
        ),
        *(desk.new("Person", f"p{n}", {"name": f"Người {n}"}) for n in range(people)),
        desk.new("Person", "stranger"),
    )
    await desk.write(desk.new("Referral", "far", referrer="p0", referred="stranger", programme="elsewhere"))
    codes = {(g.code, g.referrer) for g in grown if g.code}
    values = {code: {"code": f"{desk.source}-{code[0]}-{code[1]}", "since": grown[0].since} for code in codes}
    await desk.write(
        *(
            Put(
                "ReferralCode",
                desk.key(f"{code}-{owner}"),
                values[code, owner],
                {"programme": desk.key("programme"), "owner": desk.key(owner)},
            )
            for code, owner in sorted(codes)
        )
    )
    changes: list[Put] = []
    for one in grown:
        code = f"{one.code}-{one.referrer}" if one.code else None
        ends = {"referrer": one.referrer, "referred": one.name, "programme": "programme", "code": code}
        changes.append(desk.new("Referral", f"r-{one.name}", {"state": one.state, "since": one.since}, **ends))
        if one.spent:
            changes += _bought(desk, one, "shop", one.since, one.spent)
            changes += _bought(desk, one, "other", one.since, 1_000)
            changes += _bought(desk, one, "shop", "2020-01-01T00:00:00.000Z", 1_000)
    await desk.write(*changes)
    by_referrer: dict[str, list[Grown]] = defaultdict(list)
    for one in grown:
        by_referrer[one.referrer].append(one)
    rows = await desk.rows(
        "MATCH (k:ExternalKey)-[:IDENTIFIES]->(n) WHERE k.key STARTS WITH $source + ':' RETURN k.key, n.id"
    )
    return Forest(desk, by_referrer, {key.removeprefix(f"{desk.source}:"): id for key, id in rows})


def _bought(desk: Desk, one: Grown, seller: str, at: str, amount: int) -> list[Put]:
    name = f"{one.name}-{seller}-{at[:4]}"
    return [
        desk.new("Product", f"thing-{name}"),
        desk.new("Purchase", name, {"at": at}, buyer=one.name, seller=seller),
        desk.new("PurchaseLine", f"line-{name}", {"unitPrice": str(amount)}, purchase=name, product=f"thing-{name}"),
    ]
