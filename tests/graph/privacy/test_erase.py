"""What was erased is in no property of the database, whatever came before; what it is part of stays whole."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from graph.check import check
from graph.client import Database
from graph.merging import merge_nodes
from graph.migrations import upgrade
from graph.model.values import fold
from graph.privacy.dossier import dossier
from graph.privacy.erase import erase_party
from graph.writer import Delete, Move, Put, Relate
from graph.writer.errors import NotFoundError
from schema.declarations import model
from tests.oracle.demo import left_as_found
from tests.support.desk import SINCE, Desk

NAME, MAIL, OLD_MAIL = "Nguyễn Thị Hồng Nhung", "nhung@example.com", "old.nhung@example.com"
PHONE, STREET, CITY, BORN = "+84912345678", "Ngõ Tạm Thương", "Hội An", "1987-06-05"
POINT, OLD_POINT, KEY = "Zalo Nhung", "0912 000 111", "crm:person:nhung"
REASON, OLD_REASON, TITLE, OFFICE = "Nhung asked", "Nhung paid twice", "Cô giáo", "Thủ quỹ"
PERSON = {"name": NAME, "email": OLD_MAIL, "phone": PHONE, "country": "VN", "address": STREET, "city": CITY}
SECRETS = {NAME, MAIL, OLD_MAIL, PHONE, STREET, CITY, BORN, POINT, OLD_POINT, KEY, REASON, OLD_REASON, TITLE, OFFICE}


@pytest_asyncio.fixture(loop_scope="session")
async def desk(database: Database) -> AsyncIterator[Desk]:
    await upgrade(database, model())
    async with left_as_found(database):
        yield Desk(database, model(), "crm")


async def story(desk: Desk) -> None:
    """Somebody about whom everything is known that can be, and some of it was changed, deleted or merged since."""
    key = desk.key
    person = desk.new("Person", "person:nhung", {**PERSON, "birthDate": BORN})
    await desk.write(person, *(desk.new("Organisation", name) for name in ("shop", "club")))
    await desk.write(desk.change("Person", "person:nhung", {"email": MAIL}))
    about = {"party": KEY}
    point = {"kind": "MESSENGER", "purpose": "PRIVATE", "since": SINCE}
    consent = {"channel": "EMAIL", "purpose": "MARKETING", "source": REASON, "since": SINCE}
    await desk.write(
        Put("ContactPoint", key("point:1"), {**point, "value": POINT}, about),
        Put("ContactPoint", key("point:2"), {**point, "value": OLD_POINT}, about),
        Put("Address", None, {"purpose": "HOME", "since": SINCE, "street": STREET}, about),
        Put("Consent", None, consent, about),
    )
    await desk.write(Delete("ContactPoint", key("point:2")))
    await desk.write(desk.new("Customer", "role", {"lifecycle": "POTENTIAL"}, party="person:nhung", seller="shop"))
    await desk.write(Move("Customer", key("role"), "CURRENT", "2025-01-01T00:00:00.000Z", REASON))
    await desk.write(Move("Customer", key("role"), "LOYAL", "2025-02-01T00:00:00.000Z", REASON))
    acts = {"since": SINCE, "role": "BUYER", "title": TITLE}
    await desk.write(Relate("MemberOf", KEY, key("club"), {"since": SINCE, "role": OFFICE}))
    await desk.write(Relate("Represents", KEY, key("club"), acts))
    await desk.write(desk.new("Employment", "job", {"title": TITLE}, person="person:nhung", employer="shop"))
    await desk.write(desk.change("Employment", "job", {"title": OFFICE}))
    await desk.write(desk.new("Product", "soup"), desk.new("Purchase", "order", buyer="person:nhung", seller="shop"))
    await desk.write(desk.new("PurchaseLine", "line", purchase="order", product="soup"))
    refund = {"at": SINCE, "amount": "1", "reason": OLD_REASON}
    await desk.write(Put("Refund", key("refund"), refund, {"line": key("line")}))
    await desk.write(desk.change("Refund", "refund", {"reason": REASON}))


async def found(desk: Desk) -> list[str]:
    """The secrets that stand in any property of any node or relationship, as they are or folded."""
    rows = await desk.rows("MATCH (n) RETURN properties(n)")
    rows += await desk.rows("MATCH ()-[r]->() RETURN properties(r)")
    text = json.dumps(rows, ensure_ascii=False)
    return [secret for secret in SECRETS if secret in text or fold(secret) in fold(text)]


async def erase(desk: Desk, name: str, **options: Any) -> Any:
    given = {"by": "test", "seconds": 60.0, **options}
    return await erase_party(desk.database, desk.model, "Party", desk.key(name), **given)


async def test_erased_text_stands_nowhere_and_the_rest_is_whole(desk: Desk) -> None:
    await story(desk)
    assert set(await found(desk)) == SECRETS
    id = (await desk.node("person:nhung"))["id"]
    receipt = await erase(desk, "person:nhung")
    assert receipt.is_complete
    assert await found(desk) == []
    ((person,),) = await desk.rows("MATCH (n:Person {id: $id}) RETURN n {.*}", id=id)
    assert (person["name"], person["country"], person["erasedAt"]) == (f"Erased {id[-8:]}", "VN", receipt.at)
    order = await desk.node("order")
    assert (order["buyerId"], order["gross"], order["refunded"]) == (id, 100_000, 10_000)
    assert await desk.rows("MATCH (:Person {id: $id})-[r]->() RETURN type(r) ORDER BY type(r)", id=id) == [
        ["CUSTOMER_OF"],
        ["MEMBER_OF"],
        ["REPRESENTS"],
        ["WORKS_FOR"],
    ]
    assert await check(desk.database, desk.model) == []
    assert (await erase_party(desk.database, desk.model, "Party", id, by="test", seconds=60.0)).erased == ()


async def test_what_was_merged_into_somebody_is_erased_with_it(desk: Desk) -> None:
    await story(desk)
    await desk.write(desk.new("Person", "other", {"name": "Bình"}))
    gone, kept = (await desk.node("person:nhung"))["id"], (await desk.node("other"))["id"]
    await merge_nodes(desk.database, desk.model, "Party", kept, gone, {}, by="test", seconds=60.0)
    assert set(await found(desk)) == SECRETS
    await erase(desk, "other")
    assert await found(desk) == []
    assert await desk.rows("MATCH (:ExternalKey {key: $id})-[:IDENTIFIES]->(n) RETURN n.id", id=gone) == [[kept]]
    assert await check(desk.database, desk.model) == []


async def test_what_was_broken_off_goes_on(desk: Desk) -> None:
    await story(desk)
    assert not (await erase(desk, "person:nhung", seconds=0.0)).is_complete
    assert await found(desk)
    assert (await erase(desk, "person:nhung")).is_complete
    assert await found(desk) == []


async def test_nobody_cannot_be_erased(desk: Desk) -> None:
    with pytest.raises(NotFoundError):
        await erase(desk, "nobody")


async def test_what_is_exported_of_somebody_is_all_that_can_be_erased(desk: Desk) -> None:
    await story(desk)
    told = json.dumps((await dossier(desk.database, desk.model, "Party", KEY, limit=1000)).content, ensure_ascii=False)
    # What stood with a fact that was deleted, or in the history of one, is no fact about the party any more.
    assert {secret for secret in SECRETS if secret in told} == SECRETS - {OLD_POINT, OLD_REASON}


async def test_an_export_ends_at_its_limit_and_says_so(desk: Desk) -> None:
    await story(desk)
    whole = await dossier(desk.database, desk.model, "Party", KEY, limit=1000)
    assert whole.content["isComplete"]
    assert whole.content["facts"]["Refund"][0]["amount"] == "1"
    part = await dossier(desk.database, desk.model, "Party", KEY, limit=5)
    assert not part.content["isComplete"]
    assert part.content["party"] == whole.content["party"]
