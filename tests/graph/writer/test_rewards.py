"""Rewards of one purchase are there once, whoever writes at the same time."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import pytest_asyncio

from graph.client import Transaction
from graph.writer import Group, Move, Outcome, Put, apply, write
from tests.support.desk import Desk

REFERRED = "2024-02-01T00:00:00.000Z"
BOUGHT = "2024-03-01T00:00:00.000Z"
WAIVED = frozenset({"NOT_OFFERED"})
OPEN = (
    "MATCH (k:ExternalKey)-[:IDENTIFIES]->(:Purchase)<-[:EARNED_BY]-(w:ReferralReward) "
    "WHERE k.key STARTS WITH $source + ':' AND w.until IS NULL RETURN w.level, w.amount ORDER BY w.level, w.amount"
)


@pytest_asyncio.fixture
async def programme(desk: Desk) -> AsyncIterator[Desk]:
    """An referred Bình, and Bình referred Chi; level 1 earns 10 %, at most 25 for one referrer, level 2 earns 1."""
    rules = (("PERCENT", {"percent": "10", "mostEach": "25"}), ("FIXED", {"amount": "1"}))
    await desk.write(
        desk.new("Organisation", "shop"),
        desk.new("Product", "pho"),
        desk.new("ReferralProgramme", "programme", owner="shop"),
        *(
            desk.new("RewardRule", f"rule{level}", {"level": level, "kind": kind, **figures}, programme="programme")
            for level, (kind, figures) in enumerate(rules, 1)
        ),
        *(desk.new("Person", name) for name in ("an", "binh", "chi")),
        desk.new("Referral", "r-binh", {"since": REFERRED}, referrer="an", referred="binh", programme="programme"),
        desk.new("Referral", "r-chi", {"since": REFERRED}, referrer="binh", referred="chi", programme="programme"),
    )
    yield desk


def purchase(desk: Desk, name: str, price: int, buyer: str = "chi") -> tuple[Put, ...]:
    line = {"unitPrice": str(price)}
    return (
        desk.new("Purchase", name, {"at": BOUGHT}, buyer=buyer, seller="shop"),
        desk.new("PurchaseLine", f"line:{name}", line, purchase=name, product="pho"),
    )


async def test_one_purchase_written_by_many_earns_once(programme: Desk) -> None:
    outcomes = await asyncio.gather(*(programme.groups([purchase(programme, "one", 50)]) for _ in range(6)))
    assert all(outcome.error is None for (outcome,) in outcomes)
    assert await programme.rows(OPEN) == [[1, 50_000], [2, 10_000]]


async def test_lines_written_at_once_earn_what_their_sum_does(programme: Desk) -> None:
    await programme.write(*purchase(programme, "one", 10))

    async def line(n: int) -> Outcome:
        return await programme.write(
            programme.new("PurchaseLine", f"l{n}", {"position": n}, purchase="one", product="pho")
        )

    await asyncio.gather(*(line(n) for n in range(2, 10)))
    assert await programme.rows(OPEN) == [[1, 90_000], [2, 10_000]]


async def test_a_cap_of_a_referrer_holds_for_purchases_at_once(programme: Desk) -> None:
    """Nine purchases of 40 would earn 36; of each other purchase the second writer knows what the first one took."""
    await asyncio.gather(*(programme.write(*purchase(programme, f"p{n}", 40)) for n in range(9)))
    amounts = [amount for level, amount in await programme.rows(OPEN) if level == 1]
    assert sum(amounts) == 250_000
    assert len(amounts) == 7, "six of 4, one of 1, and nothing for the others"


async def test_of_a_purchase_and_a_referral_taken_back_the_second_sees_the_first(programme: Desk) -> None:
    """Whatever comes first: what An earned through a referral that is void in the end does not count."""
    for first in ("purchase", "back"):
        binh, chi, above = f"binh-{first}", f"chi-{first}", f"above-{first}"
        await programme.write(
            programme.new("Person", binh),
            programme.new("Person", chi),
            programme.new("Referral", above, {"since": REFERRED}, referrer="an", referred=binh, programme="programme"),
            programme.new(
                "Referral", f"r-{chi}", {"since": REFERRED}, referrer=binh, referred=chi, programme="programme"
            ),
        )
        groups: dict[str, Group] = {
            "purchase": purchase(programme, f"of-{first}", 1, buyer=chi),
            "back": (Move("Referral", programme.key(above), "VOIDED"),),
        }
        written, go_on, tries = asyncio.Event(), asyncio.Event(), []

        async def held(transaction: Transaction, group: Group) -> None:
            tries.append(group)  # noqa: B023  # awaited in this turn
            await apply(transaction, programme.model, [group], by=programme.source, waived=WAIVED)
            written.set()  # noqa: B023
            await go_on.wait()  # noqa: B023

        early = asyncio.create_task(programme.database.write(partial(held, group=groups.pop(first))))
        await written.wait()
        late = asyncio.create_task(programme.write(*next(iter(groups.values()))))
        await asyncio.sleep(0.3)
        assert not late.done()
        go_on.set()
        await asyncio.gather(early, late)
        assert len(tries) == 1, "the second one waited, and did not go ahead until the first one had to give way"
    assert await programme.rows(OPEN) == [[1, 1_000], [1, 1_000]]


async def test_what_somebody_took_back_is_not_earned_again(programme: Desk) -> None:
    await programme.write(*purchase(programme, "one", 50))
    ((id,),) = await programme.rows(
        "MATCH (k:ExternalKey {key: $source + ':one'})-[:IDENTIFIES]->()<-[:EARNED_BY]-(w {level: 1}) RETURN w.id"
    )
    await programme.write(Move("ReferralReward", id, "VOIDED", reason="the same address"))
    await programme.write(programme.new("PurchaseLine", "more", {"position": 2}, purchase="one", product="pho"))
    assert await programme.rows(OPEN) == [[2, 10_000]]


async def test_a_batch_that_is_lost_in_the_middle_leaves_no_reward(programme: Desk) -> None:
    buys = purchase(programme, "one", 50)
    tried = await write(programme.database, programme.model, [buys], by="t", dry_run=True, waived=WAIVED)
    assert tried[0].error is None
    assert await programme.rows(OPEN) == []


async def test_a_sale_to_whom_nobody_referred_earns_nobody_anything(programme: Desk) -> None:
    await programme.write(programme.new("Person", "dung"))
    await programme.write(*purchase(programme, "one", 50, buyer="dung"))
    assert await programme.rows(OPEN) == []
