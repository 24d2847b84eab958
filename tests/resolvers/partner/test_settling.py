"""Purchases that came in without rewards have those of any other purchase after settling, and once."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest_asyncio

from access.viewer import Viewer
from graph.client import Database
from graph.migrations import upgrade
from graph.referrals import find_programme, settle_programme
from graph.writer import FACTS, Put, write
from resolvers.executor.execute import Executor
from resolvers.executor.request import Request
from resolvers.types.query import build_schema, core_schema
from schema.declarations import model
from tests.support.desk import Desk, clear

SETTLE = """mutation ($input: SettleReferralRewardsInput!) {
  settleReferralRewards(input: $input) { purchases created changed isComplete endCursor userErrors { code } }
}"""
REWARDS = (
    "MATCH (k:ExternalKey)-[:IDENTIFIES]->(q:Purchase)<-[:EARNED_BY]-(w:ReferralReward) "
    "WHERE k.key STARTS WITH $source + ':' AND w.until IS NULL "
    "RETURN substring(k.key, size($source) + 1), w.level, w.amount / 10000 ORDER BY k.key, w.level"
)
STATES = (
    "MATCH (k:ExternalKey)-[:IDENTIFIES]->(r:Referral) WHERE k.key STARTS WITH $source + ':' "
    "RETURN substring(k.key, size($source) + 1), r.state ORDER BY k.key"
)
STAFF = Viewer(frozenset({"admin"}), subject="settling")
"""Writes as the desk does, so that what it makes is removed with the rest."""
MARCH, APRIL, MAY = (f"2024-0{month}-10T00:00:00.000Z" for month in (3, 4, 5))
Ask = Callable[..., Awaitable[dict[str, Any]]]


@pytest_asyncio.fixture(loop_scope="session")
async def shop(database: Database) -> AsyncIterator[Desk]:
    """An referred Bình, who referred Chi; both bought in March and April, and all of it was imported."""
    await upgrade(database, model())
    desk = Desk(database, model(), STAFF.subject)
    await desk.write(
        desk.new("Organisation", "shop"),
        desk.new("Product", "pho"),
        desk.new("ReferralProgramme", "programme", owner="shop"),
        desk.new("RewardRule", "one", {"level": 1, "kind": "PERCENT", "percent": "10"}, programme="programme"),
        desk.new("RewardRule", "two", {"level": 2, "kind": "FIXED", "amount": "1"}, programme="programme"),
        *(desk.new("Person", name) for name in ("an", "binh", "chi", "dung")),
        desk.new("Referral", "r-binh", referrer="an", referred="binh", programme="programme"),
        desk.new("Referral", "r-chi", referrer="binh", referred="chi", programme="programme"),
    )
    await imported(desk, *bought(desk, "binh-march", "binh", MARCH, 50), *bought(desk, "chi-march", "chi", MARCH, 70))
    await imported(desk, *bought(desk, "chi-april", "chi", APRIL, 30), *bought(desk, "dung-march", "dung", MARCH, 90))
    yield desk
    await clear(database, desk.source)


def bought(desk: Desk, name: str, buyer: str, at: str, price: int) -> list[Put]:
    return [
        desk.new("Purchase", name, {"at": at}, buyer=buyer, seller="shop"),
        desk.new("PurchaseLine", f"l-{name}", {"unitPrice": str(price)}, purchase=name, product="pho"),
    ]


async def imported(desk: Desk, *changes: Put) -> None:
    (outcome,) = await write(desk.database, desk.model, [changes], by=desk.source, waived=FACTS, react=False)
    assert outcome.error is None


@pytest_asyncio.fixture(loop_scope="session")
async def settle(shop: Desk) -> Ask:
    """Settles as an administrator, or as somebody else."""
    executor = Executor(core_schema(build_schema(shop.model)), shop.model, shop.database)

    async def asked(viewer: Viewer = STAFF, **given: Any) -> dict[str, Any]:
        variables = {"input": {"programme": {"externalKey": shop.key("programme")}, **given}}
        answer = json.loads((await executor.execute(Request(SETTLE, variables), viewer)).body)
        assert "errors" not in answer, answer
        return dict(answer["data"]["settleReferralRewards"])

    return asked


async def test_imported_purchases_earn_nothing_until_they_are_settled(shop: Desk, settle: Ask) -> None:
    assert await shop.rows(REWARDS) == []
    found = await settle()
    assert found == {
        "purchases": 3,
        "created": 5,
        "changed": 0,
        "isComplete": True,
        "endCursor": found["endCursor"],
        "userErrors": [],
    }
    assert await shop.rows(REWARDS) == [
        ["binh-march", 1, 5],
        ["chi-april", 1, 3],
        ["chi-april", 2, 1],
        ["chi-march", 1, 7],
        ["chi-march", 2, 1],
    ]
    assert await shop.rows(STATES) == [["r-binh", "CONVERTED"], ["r-chi", "CONVERTED"]]


async def test_settling_twice_changes_nothing(shop: Desk, settle: Ask) -> None:
    await settle()
    before = await shop.rows(REWARDS)
    again = await settle()
    assert (again["created"], again["changed"]) == (0, 0)
    assert await shop.rows(REWARDS) == before


async def test_only_what_was_bought_in_the_time_is_settled(shop: Desk, settle: Ask) -> None:
    found = await settle(**{"from": APRIL, "to": MAY})
    assert (found["purchases"], found["created"]) == (1, 2)
    assert {name for name, _, _ in await shop.rows(REWARDS)} == {"chi-april"}


async def test_an_imported_refund_takes_its_part_back(shop: Desk, settle: Ask) -> None:
    await settle()
    refund = Put("Refund", shop.key("f"), {"at": MAY, "amount": "20"}, {"line": shop.key("l-chi-march")})
    await imported(shop, refund)
    found = await settle()
    assert (found["created"], found["changed"]) == (0, 2)
    assert ["chi-march", 1, 5] in await shop.rows(REWARDS)


async def test_whoever_is_interrupted_goes_on_after_the_last_step(shop: Desk) -> None:
    programme = await find_programme(shop.database, shop.key("programme"))
    ends = (MARCH, MAY)
    none = await settle_programme(shop.database, shop.model, programme, *ends, after="", by="t", seconds=0)
    assert (none.purchases, none.after, none.is_complete) == (0, "", False)
    ids = sorted([(await shop.node("r-binh"))["id"], (await shop.node("r-chi"))["id"]])
    rest = await settle_programme(shop.database, shop.model, programme, *ends, after=ids[0], by=shop.source, seconds=60)
    assert rest.is_complete
    assert 0 < rest.purchases < 3


async def test_those_who_do_not_look_after_the_programme_are_refused(shop: Desk, settle: Ask) -> None:
    elsewhere = Viewer(frozenset({"staff"}), ("org_elsewhere",), subject="s")
    partner = Viewer(frozenset({"partner"}), party=(await shop.node("an"))["id"], subject="p")
    assert (await settle(elsewhere))["userErrors"] == [{"code": "NOT_FOUND"}]
    assert (await settle(partner))["userErrors"] == [{"code": "NOT_ALLOWED"}]
    assert (await settle(programme={"externalKey": "no:such:one"}))["userErrors"] == [{"code": "NOT_FOUND"}]
    assert await shop.rows(REWARDS) == []
