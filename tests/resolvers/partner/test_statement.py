"""Statements of account agree with what happened, add up, and stay what they were.

What happened is told by snapshots: after each action every reward is looked at, and what differs from before is noted.
"""

import csv
import importlib
import io
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from access.viewer import Viewer
from endpoint.app import build_app
from endpoint.health import Readiness
from endpoint.settings import EndpointSettings
from endpoint.statement import _text
from graph.client import Database
from graph.migrations import upgrade
from graph.writer import Move, Put
from resolvers.executor.execute import Executor
from resolvers.executor.persisted import Persisted
from resolvers.executor.request import Request
from resolvers.types.query import build_schema, core_schema
from schema.declarations import model
from tests.support.desk import Desk, clear

STATEMENT = """query ($programme: NodeBy!, $month: String!, $zone: String, $first: Int, $after: String) {
  viewer { partner { statement(programme: $programme, month: $month, timeZone: $zone) {
    from to timeZone isFinal payoutOn programme { name }
    totals { opening { amount currency } earned { amount } reversed { amount } paid { amount } closing { amount } }
    lines(first: $first, after: $after) {
      nodes { id at kind amount { amount currency } reward { id level } evidence { level referral party { id } } }
      pageInfo { hasNextPage endCursor }
    }
  } } }
}"""
MOMENTS = (
    "2026-02-10T09:00:00.000Z",
    "2026-03-31T16:59:59.999Z",
    "2026-03-31T17:00:00.000Z",
    "2026-03-31T23:00:00.000Z",
    "2026-04-20T09:00:00.000Z",
    "2026-06-01T00:00:00.000Z",
)
"""In Vietnam, April begins between the second and the third."""
MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06", "2026-07")


@dataclass
class Account:
    """The rewards of one partner, and what happened to them: at, kind, amount, reward."""

    desk: Desk
    programme: str
    party: str
    happened: list[tuple[str, str, Decimal, str]] = field(default_factory=list)
    seen: dict[str, tuple[str, Decimal, bool]] = field(default_factory=dict)

    async def look(self, at: str) -> None:
        """Notes what changed since the last look."""
        text = "MATCH (w:ReferralReward {referrerId: $party}) RETURN w.id, w.state, w.amount ORDER BY w.id"
        for id, state, units in await self.desk.rows(text, party=self.party):
            amount, (before, _, was_approved) = (
                Decimal(units) / 10_000,
                self.seen.get(id, ("PENDING", Decimal(0), False)),
            )
            if state != before:
                kinds = {"APPROVED": "EARNED", "PAID": "PAID", "VOIDED": "REVERSED" if was_approved else None}
                if kind := kinds[state]:
                    self.happened.append((at, kind, amount if kind == "EARNED" else -amount, id))
            self.seen[id] = state, amount, was_approved or state == "APPROVED"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def account(database: Database) -> AsyncIterator[Account]:
    """Bình earns by what Chi buys; rewards are approved, paid and taken back, and purchases refunded, over months."""
    await upgrade(database, model())
    desk = Desk(database, model(), f"test{uuid4().hex}")
    await desk.write(
        desk.new("Organisation", "shop"),
        desk.new("Product", "pho"),
        desk.new("ReferralProgramme", "programme", {"payoutDay": 10}, owner="shop"),
        desk.new("RewardRule", "one", {"level": 1, "kind": "PERCENT", "percent": "12.5"}, programme="programme"),
        *(desk.new("Person", name) for name in ("an", "binh", "chi", "dung")),
        desk.new("Referral", "r-binh", referrer="an", referred="binh", programme="programme"),
        desk.new("Referral", "r-chi", referrer="binh", referred="chi", programme="programme"),
        desk.new("RewardRule", "two", {"level": 2, "kind": "FIXED", "amount": "1"}, programme="programme"),
        desk.new("Referral", "r-dung", referrer="chi", referred="dung", programme="programme"),
    )
    for n in range(16):
        line = {"unitPrice": str(7 + 13 * n)}
        buyer = "dung" if n % 3 else "chi"
        await desk.write(
            desk.new("Purchase", f"p{n}", {"at": "2026-01-15T00:00:00.000Z"}, buyer=buyer, seller="shop"),
            desk.new("PurchaseLine", f"l{n}", line, purchase=f"p{n}", product="pho"),
        )
    found = Account(desk, (await desk.node("programme"))["id"], (await desk.node("binh"))["id"])
    with pytest.MonkeyPatch.context() as patch:
        await _live(found, patch)
    yield found
    await clear(database, desk.source)


async def _live(account: Account, patch: pytest.MonkeyPatch) -> None:
    draws = random.Random(5)  # noqa: S311  # repeatable, nothing secret
    following = {
        "PENDING": ("APPROVED", "APPROVED", "VOIDED"),
        "APPROVED": ("PAID", "PAID", "VOIDED"),
        "PAID": ("VOIDED",),
    }
    refunded: set[int] = set()
    await account.look("")
    for at in MOMENTS:
        patch.setattr(importlib.import_module("graph.writer.write"), "now_text", lambda at=at: at)
        for _ in range(7):
            open_ones = [(id, state) for id, (state, *_) in account.seen.items() if state in following]
            id, state = draws.choice(open_ones)
            if draws.random() < 0.7:
                await account.desk.write(Move("ReferralReward", id, draws.choice(following[state])))
            elif left := sorted(set(range(16)) - refunded):
                number = draws.choice(left)
                refunded.add(number)
                refund = {"at": at, "amount": str(draws.choice((3, 5, 7)))}
                await account.desk.write(
                    Put("Refund", f"{account.desk.source}:f{number}", refund, {"line": account.desk.key(f"l{number}")})
                )
            await account.look(at)


Ask = Callable[..., Awaitable[dict[str, Any]]]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def statement(database: Database, account: Account) -> Ask:
    """Asks for the statement of a month as the partner."""
    executor = Executor(core_schema(build_schema(model())), model(), database)

    async def asked(month: str, **more: Any) -> dict[str, Any]:
        variables = {"programme": {"id": account.programme}, "month": month, "first": 200, **more}
        viewer = Viewer(frozenset({"partner"}), party=account.party, subject="partner")
        answer = json.loads((await executor.execute(Request(STATEMENT, variables), viewer)).body)
        assert "errors" not in answer, answer
        return dict(answer["data"]["viewer"]["partner"]["statement"])

    return asked


def amount(totals: dict[str, Any], name: str) -> Decimal:
    return Decimal(totals[name]["amount"])


@pytest.mark.parametrize("zone", ["UTC", "Asia/Ho_Chi_Minh"])
@pytest.mark.parametrize("month", MONTHS)
async def test_a_month_holds_what_happened_in_it(statement: Ask, account: Account, month: str, zone: str) -> None:
    found = await statement(month, zone=zone)
    expected = [one for one in account.happened if found["from"] <= one[0] < found["to"]]
    lines = [
        (line["at"], line["kind"], Decimal(line["amount"]["amount"]), line["reward"]["id"])
        for line in found["lines"]["nodes"]
    ]
    assert sorted(lines) == sorted(expected)
    for name, kind in (("earned", "EARNED"), ("reversed", "REVERSED"), ("paid", "PAID")):
        assert amount(found["totals"], name) == sum(one[2] for one in expected if one[1] == kind)


async def test_there_is_something_of_everything_and_the_zone_matters(statement: Ask, account: Account) -> None:
    assert {kind for _, kind, _, _ in account.happened} == {"EARNED", "REVERSED", "PAID"}
    assert (await statement("2026-04"))["lines"] != (await statement("2026-04", zone="Asia/Ho_Chi_Minh"))["lines"]


@pytest.mark.parametrize("zone", ["UTC", "Asia/Ho_Chi_Minh", "America/New_York"])
async def test_each_month_begins_with_what_the_last_one_ended_with(statement: Ask, account: Account, zone: str) -> None:
    before = Decimal(0)
    for month in MONTHS:
        totals = (await statement(month, zone=zone))["totals"]
        assert amount(totals, "opening") == before
        before = amount(totals, "closing")
        assert before == sum(amount(totals, name) for name in ("opening", "earned", "reversed", "paid"))
    owed = {"APPROVED": 1, "PAID": 0, "PENDING": 0}
    paid_and_void = sum(-one[2] for one in account.happened if one[1] == "PAID" and account.seen[one[3]][0] == "VOIDED")
    assert before == sum(owed.get(state, 0) * value for state, value, _ in account.seen.values()) - paid_and_void


async def test_lines_come_page_by_page(statement: Ask) -> None:
    whole = [line["id"] for line in (await statement("2026-04"))["lines"]["nodes"]]
    assert len(whole) > 3
    seen: list[str] = []
    after, more = None, True
    while more:
        page = (await statement("2026-04", first=3, after=after))["lines"]
        seen += [line["id"] for line in page["nodes"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert seen == whole


async def test_each_line_brings_its_evidence(statement: Ask, account: Account) -> None:
    ids = {name: (await account.desk.node(name))["id"] for name in ("chi", "binh", "r-chi", "r-dung")}
    ways = {1: [("r-chi", "binh")], 2: [("r-dung", "chi"), ("r-chi", "binh")]}
    for line in (await statement("2026-04"))["lines"]["nodes"]:
        way = ways[line["reward"]["level"]]
        told = [(one["level"], one["referral"], one["party"]["id"]) for one in line["evidence"]]
        assert told == [(level, ids[referral], ids[party]) for level, (referral, party) in enumerate(way, 1)]


async def test_a_month_that_is_over_is_final_and_says_when_it_is_paid(statement: Ask) -> None:
    found = await statement("2025-12", zone="Asia/Ho_Chi_Minh")
    assert (found["from"], found["to"]) == ("2025-11-30T17:00:00.000Z", "2025-12-31T17:00:00.000Z")
    assert (found["isFinal"], found["payoutOn"]) == (True, "2026-01-10")
    assert (await statement("2999-01"))["isFinal"] is False


async def test_a_referral_that_is_taken_back_later_leaves_the_months_before_as_they_were(
    statement: Ask, account: Account
) -> None:
    before = {month: await statement(month) for month in MONTHS}
    await account.desk.write(Move("Referral", account.desk.key("r-dung"), "VOIDED"))
    assert {month: await statement(month) for month in MONTHS} == before


Get = Callable[..., Awaitable[httpx.Response]]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def table(database: Database, account: Account) -> AsyncIterator[Get]:
    """GET /statement.csv as the partner, or as somebody else."""
    executor = Executor(core_schema(build_schema(model())), model(), database, persisted=Persisted(only=True))
    partner = Viewer(frozenset({"partner"}), party=account.party, subject="partner")
    asking = [partner]

    async def authenticate(_: Mapping[str, str]) -> Viewer:
        return asking[0]

    async def ready() -> Readiness:
        return Readiness({})

    app = build_app(executor, authenticate, ready, EndpointSettings())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service") as client:

        async def got(language: str = "en", viewer: Viewer = partner, **given: str) -> httpx.Response:
            asking[0] = viewer
            return await client.get("/statement.csv", params=given, headers={"accept-language": language})

        yield got


async def test_the_table_holds_what_the_statement_does(table: Get, statement: Ask, account: Account) -> None:
    zone = "Asia/Ho_Chi_Minh"
    answer = await table(programme=account.programme, month="2026-04", timeZone=zone)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="statement-2026-04.csv"'
    columns, opening, *lines, closing = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    told = await statement("2026-04", zone=zone)
    assert columns[:4] == ["At", "What", "Amount", "Currency"]
    assert opening[1:4] == ["Opening balance", told["totals"]["opening"]["amount"], "USD"]
    assert closing[1:4] == ["Closing balance", told["totals"]["closing"]["amount"], "USD"]
    expected = [
        (line["amount"]["amount"], str(line["reward"]["level"]), line["reward"]["id"])
        for line in told["lines"]["nodes"]
    ]
    assert [(line[2], line[4], line[8]) for line in lines] == expected
    assert all(line[0].startswith("2026-04") and line[0].endswith("+07:00") for line in lines)
    assert sum(Decimal(line[2]) for line in (opening, *lines)) == Decimal(closing[2])


async def test_the_table_speaks_vietnamese(table: Get, account: Account) -> None:
    answer = await table("vi", programme=account.programme, month="2026-04")
    first, second = answer.content.decode("utf-8-sig").splitlines()[:2]
    assert (first.split(",")[1], second.split(",")[1]) == ("Nội dung", "Số dư đầu kỳ")


async def test_the_table_has_the_permissions_of_the_statement(table: Get, account: Account) -> None:
    given = {"programme": account.programme, "month": "2026-04"}
    own = await table(**given)
    staff = Viewer(frozenset({"staff"}), subject="boss")
    assert (await table(viewer=staff, **given, partner=account.party)).content == own.content
    elsewhere = Viewer(frozenset({"staff"}), ("org_elsewhere",), subject="boss")
    refused = [
        await table(viewer=staff, **given),
        await table(**given, partner=account.party),
        await table(viewer=elsewhere, **given, partner=account.party),
    ]
    assert [answer.status_code for answer in refused] == [403, 403, 404]


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ({"month": "2026-04"}, 400, "URL_PARAMETER"),
        ({"programme": "no:such:one", "month": "2026-04"}, 404, "NOT_FOUND"),
        ({"programme": "no:such:one", "month": "2026-04", "format": "pdf"}, 400, "URL_PARAMETER"),
        ({"programme": "", "month": "April"}, 400, "MONTH"),
        ({"programme": "", "month": "2026-04", "timeZone": "Mars/Base"}, 400, "TIME_ZONE"),
    ],
)
async def test_a_table_that_cannot_be_made_says_why(
    table: Get, account: Account, given: dict[str, str], status: int, code: str
) -> None:
    if given.get("programme") == "":
        given = {**given, "programme": account.programme}
    answer = await table(**given)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (status, code)


@pytest.mark.parametrize(("name", "cell"), [("=1+1", "'=1+1"), ("@home", "'@home"), ("An", "An"), ("Phở", "Phở")])
def test_a_name_is_no_formula(name: str, cell: str) -> None:
    assert _text(name) == cell
