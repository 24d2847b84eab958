"""Candidates in the database: who leads to whom, and the walk over all that may stop anywhere."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import pytest_asyncio

from graph.client import Database
from graph.duplicates import BadPositionError, Candidate, CandidatePage, NoPartyError, candidates, candidates_of
from graph.migrations import upgrade
from graph.writer import Relate
from schema.declarations import model
from tests.oracle.demo import left_as_found
from tests.support.desk import SINCE, Desk

PAIRS = {"lan lan2", "vinh vinh2", "tam tam2", "pin pin2", "stores stores2"}
VN = {"city": "Vinh", "country": "VN"}


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def desk(database: Database) -> AsyncIterator[Desk]:
    """Five pairs of duplicates and some others, alone in the database."""
    await upgrade(database, model())
    found = Desk(database, model(), f"test{uuid4().hex}")
    async with left_as_found(database):
        await found.write(
            found.new("Person", "lan", {"name": "Đỗ Thị Lan", "phone": "+84910000001", "city": "Hà Nội"}),
            found.new("Person", "lan2", {"name": "Do Thi Lna", "phone": "+84910000001", "city": "Hanoi"}),
            found.new("Person", "mai", {"name": "Đỗ Thị Mai", "phone": "+84910000001", "city": "Hà Nội"}),
            found.new("Person", "vinh", {"name": "Quách Vinh", "email": "vinh@mail.example"}),
            found.new("Person", "vinh2", {"name": "Vinh Quách"}),
            found.change(
                "ContactPoint",
                "point",
                {"kind": "EMAIL", "purpose": "WORK", "value": "vinh@mail.example", "since": SINCE},
                party="vinh2",
            ),
            found.new("Person", "tam", {"name": "Lý Hà Tâm", "email": "Tam.Ly@mail.example"}),
            found.new("Person", "tam2", {"name": "LýHàTầm", "email": "tam.ly@mail.example"}),
            found.new("Organisation", "pin", {"name": "Công ty TNHH Pin Sông Lam", "taxId": "0100109106", **VN}),
            found.new("Organisation", "pin2", {"name": "Pin Song Lam Co., Ltd.", **VN}),
            found.new("Organisation", "gas", {"name": "Công ty TNHH Gas Sông Lam", "taxId": "2964500780", **VN}),
            found.new("OrgUnit", "stores", {"name": "Kho lạnh"}),
            found.new("OrgUnit", "stores2", {"name": "Kho lanh"}),
            found.new("OrgUnit", "stores3", {"name": "Kho lạnh"}),
            Relate("PartOf", found.key("stores"), found.key("pin"), {"since": SINCE}),
            Relate("PartOf", found.key("stores2"), found.key("pin"), {"since": SINCE}),
            Relate("PartOf", found.key("stores3"), found.key("gas"), {"since": SINCE}),
        )
        yield found


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def names(desk: Desk) -> dict[str, str]:
    """Id of each party to its name in this test."""
    text = "MATCH (k:ExternalKey)-[:IDENTIFIES]->(p:Party) RETURN p.id, k.key"
    return {id: key.removeprefix(f"{desk.source}:") for id, key in await desk.rows(text)}


def pair(names: dict[str, str], found: Candidate) -> str:
    return " ".join(sorted((names[found.party], names[found.other])))


async def walk(database: Database, **limits: int) -> list[CandidatePage]:
    """Every page, each from where the one before ended."""
    pages: list[CandidatePage] = []
    while not pages or pages[-1].has_more:
        pages.append(await candidates(database, after=pages[-1].position if pages else None, **limits))
    return pages


@pytest.mark.parametrize(("first", "scan"), [(50, 500), (1, 500), (1, 1), (2, 3), (50, 4)], ids=str)
async def test_all_pages_together_tell_every_pair_once(
    desk: Desk, names: dict[str, str], first: int, scan: int
) -> None:
    pages = await walk(desk.database, first=first, scan=scan)

    assert sorted(pair(names, c) for page in pages for c in page.candidates) == sorted(PAIRS)
    assert all(len(page.candidates) <= first for page in pages)


async def test_a_page_that_looked_at_enough_parties_says_that_it_stopped(desk: Desk) -> None:
    page = await candidates(desk.database, scan=2)
    assert (page.stopped_early, page.has_more) == (True, True)

    whole = await candidates(desk.database)
    assert (whole.stopped_early, whole.has_more) == (False, False)


async def test_the_walk_is_over_behind_its_last_position(desk: Desk) -> None:
    (page,) = await walk(desk.database)
    assert await candidates(desk.database, after=page.position) == CandidatePage((), page.position, False, False)


async def test_both_sides_lead_to_each_other(desk: Desk, names: dict[str, str]) -> None:
    ids = {name: id for id, name in names.items()}
    for both in PAIRS - {"tam tam2"}:
        for one, other in (both.split(), reversed(both.split())):
            found = await candidates_of(desk.database, ids[one])
            assert [names[c.other] for c in found] == [other]
            assert all(c.party == ids[one] for c in found)


async def test_a_pair_that_one_side_alone_leads_to_is_told(desk: Desk, names: dict[str, str]) -> None:
    """Words run together lead to nobody, and an address in small letters not to one in capitals."""
    ids = {name: id for id, name in names.items()}
    assert [names[c.other] for c in await candidates_of(desk.database, ids["tam"])] == ["tam2"]
    assert await candidates_of(desk.database, ids["tam2"]) == []


async def test_a_lower_score_finds_more_and_the_likeliest_is_first(desk: Desk, names: dict[str, str]) -> None:
    ids = {name: id for id, name in names.items()}
    found = await candidates_of(desk.database, ids["lan"], min_score=0)
    assert [names[c.other] for c in found] == ["lan2", "mai"]
    assert found[0].score > 0.85 > found[1].score
    assert await candidates_of(desk.database, ids["lan"], min_score=0, limit=1) == found[:1]


async def test_a_party_that_is_not_there_is_named(desk: Desk) -> None:
    with pytest.raises(NoPartyError, match="per_0"):
        await candidates_of(desk.database, "per_0")


@pytest.mark.parametrize("position", ["x", "per_0", f"per_{'0' * 32}/", f"per_{'0' * 32}/x", "/"])
async def test_what_is_no_position_is_refused(database: Database, position: str) -> None:
    with pytest.raises(BadPositionError):
        await candidates(database, after=position)


@pytest.mark.parametrize(
    "name", ["Smith, Jones & Co", "!!!", "Công ty", '"+-*~', "AND OR NOT", "x" * 300, " ".join("abcdefgh")]
)
async def test_any_name_can_be_looked_for(desk: Desk, name: str) -> None:
    await desk.write(desk.new("Organisation", "odd", {"name": name}))
    (id,) = (await desk.rows("MATCH (:ExternalKey {key: $key})-[:IDENTIFIES]->(p) RETURN p.id", key=desk.key("odd")))[0]

    assert await candidates_of(desk.database, id) == []

    await desk.database.run_implicit("MATCH (p {id: $id})<-[:IDENTIFIES]-(k) DETACH DELETE p, k", {"id": id})
