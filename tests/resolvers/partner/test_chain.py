"""A partner sees who came through it, as far as its programme goes; behind that, that somebody is there."""

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from access.viewer import Viewer
from tests.docs.page import sections
from tests.resolvers.partner.conftest import Ask
from tests.resolvers.partner.forest import ENDED, LEVELS, Forest

CHAIN = """query ($programme: NodeBy!, $depth: Int, $first: Int) {
  viewer { partner {
    party { name }
    chain(programme: $programme, depth: $depth) {
      __typename programme { name } depth shownDepth
      levels { level people conversions spend { amount currency } rewards { amount } isComplete redacted }
      members(first: $first) {
        id level state month since code channel party { id name kind } referredBy redacted
      }
      above { level state month party { name } redacted }
    }
  } }
}"""
PARTIES = ("p0", "p1", "p3", "p5", "p12", "p149")


def plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


async def chain_of(ask: Ask, name: str, **more: Any) -> dict[str, Any]:
    answer = await ask(CHAIN, name, **more)
    assert "errors" not in answer, answer
    return dict(answer["data"]["viewer"]["partner"]["chain"])


@pytest.mark.parametrize("depth", [1, 2, LEVELS])
@pytest.mark.parametrize("name", PARTIES)
async def test_levels_agree_with_the_forest_in_memory(ask: Ask, forest: Forest, name: str, depth: int) -> None:
    people, conversions, spend = Counter[int](), Counter[int](), Counter[int]()
    earned = {level: sum((a for n, a in forest.earned(name) if n == level), Decimal(0)) for level in range(1, 4)}
    for level, grown in forest.below(name, depth):
        people[level] += 1
        conversions[level] += grown.state == "CONVERTED"
        spend[level] += grown.spent
    found = await chain_of(ask, name, depth=depth)
    assert found["levels"] == [
        {
            "level": level,
            "people": people[level],
            "conversions": conversions[level],
            "spend": {"amount": str(spend[level]), "currency": "USD"},
            "rewards": {"amount": plain(earned[level])},
            "isComplete": True,
            "redacted": False,
        }
        for level in sorted(people)
    ]


@pytest.mark.parametrize("name", PARTIES)
async def test_members_are_those_of_the_forest_nearest_first(ask: Ask, forest: Forest, name: str) -> None:
    expected = [
        (level, grown.state, grown.since, forest.ids[grown.name], forest.ids[grown.referrer])
        for level, grown in forest.below(name, LEVELS)
    ]
    found = (await chain_of(ask, name, first=200))["members"]
    told = [(m["level"], m["state"], m["since"], m["party"]["id"], m["referredBy"]) for m in found]
    assert sorted(told) == sorted(expected)
    assert [m["level"] for m in found] == sorted(m["level"] for m in found)
    assert all(m["month"] == m["since"][:7] and not m["redacted"] and m["party"]["kind"] == "PERSON" for m in found)
    assert (await chain_of(ask, name, first=4))["members"] == found[:4]


@pytest.mark.parametrize("name", PARTIES)
async def test_below_the_levels_of_the_programme_nobody_can_be_recognised(ask: Ask, forest: Forest, name: str) -> None:
    found = await chain_of(ask, name, depth=20, first=200)
    behind = [(level, grown) for level, grown in forest.below(name, 20) if level > LEVELS]
    levels = [level for level in found["levels"] if level["redacted"]]
    stubs = [member for member in found["members"] if member["redacted"]]
    assert [level["level"] for level in levels] == sorted({level for level, _ in behind})
    for told in levels:
        here = [grown for level, grown in behind if level == told["level"]]
        shown = sorted((stub["state"], stub["month"] or "") for stub in stubs if stub["level"] == told["level"])
        few = len(here) < 5
        assert told["people"] == (None if few else len(here))
        assert (told["conversions"], told["spend"]) == (None, None)
        if few:
            assert shown == [(state, "") for state in sorted({grown.state for grown in here})]
        else:
            assert shown == sorted((grown.state, grown.since[:7]) for grown in here)
    hidden = ("id", "since", "code", "channel", "party", "referredBy")
    assert all(stub[name] is None for stub in stubs for name in hidden)


@pytest.mark.parametrize("name", PARTIES)
async def test_upwards_the_own_referrer_is_shown_and_those_above_are_not(ask: Ask, forest: Forest, name: str) -> None:
    found = (await chain_of(ask, name, depth=20))["above"]
    expected = forest.above(name)[:20]
    assert [(m["level"], m["state"], m["month"]) for m in found] == [
        (-up, grown.state, grown.since[:7]) for up, grown in enumerate(expected, 1)
    ]
    assert [m["redacted"] for m in found] == [up > 0 for up in range(len(found))]
    names = [m["party"] and m["party"]["name"] for m in found]
    assert names == [f"Người {g.referrer[1:]}" if up == 0 else None for up, g in enumerate(expected)]


async def test_staff_sees_everybody_down_to_the_last(ask: Ask, forest: Forest) -> None:
    query = """query ($programme: NodeBy!, $by: NodeBy!) { partner(by: $by) { chain(programme: $programme, depth: 20) {
      levels { people redacted } members(first: 200) { party { id } redacted } above { party { id } redacted }
    } } }"""
    staff = Viewer(frozenset({"staff"}), organisations=(forest.ids["shop"],), subject="staff")
    answer = await ask(query, viewer=staff, by={"id": forest.ids["p1"]})
    found = answer["data"]["partner"]["chain"]
    below = [grown for _, grown in forest.below("p1", 20)]
    assert sorted(m["party"]["id"] for m in found["members"]) == sorted(forest.ids[g.name] for g in below)
    assert sum(level["people"] for level in found["levels"]) == len(below)
    assert [m["party"]["id"] for m in found["above"]] == [forest.ids["p0"]]
    assert not any(m["redacted"] for m in [*found["levels"], *found["members"], *found["above"]])


async def test_staff_of_somebody_else_finds_no_such_programme(ask: Ask, forest: Forest) -> None:
    query = "query ($programme: NodeBy!, $by: NodeBy!) { partner(by: $by) { codes(programme: $programme) { id } } }"
    staff = Viewer(frozenset({"staff"}), organisations=(forest.ids["other"],), subject="staff")
    answer = await ask(query, viewer=staff, by={"id": forest.ids["p1"]})
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["NOT_FOUND"]


async def test_nobody_looks_at_the_chain_of_another_partner(ask: Ask, forest: Forest) -> None:
    query = "query ($programme: NodeBy!, $by: NodeBy!) { partner(by: $by) { codes(programme: $programme) { id } } }"
    answer = await ask(query, "p1", by={"id": forest.ids["p0"]})
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["NOT_ALLOWED"]
    nobody = Viewer(frozenset({"customer"}), party=forest.ids["p0"], subject="customer")
    assert (await ask(CHAIN, viewer=nobody))["data"] == {"viewer": {"partner": None}}


async def test_what_was_rejected_is_in_the_list_of_referrals_and_nowhere_else(ask: Ask, forest: Forest) -> None:
    query = """query ($programme: NodeBy!, $level: Int, $state: ReferralState, $first: Int, $after: String) {
      viewer { roles partner { referrals(
        programme: $programme, level: $level, state: $state, first: $first, after: $after
      ) { nodes { state since party { id } code } edges { cursor } pageInfo { hasNextPage endCursor } } } limited }
    }"""

    async def pages(level: int, state: str | None = None) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        after = None
        while True:
            answer = await ask(query, "p0", level=level, state=state, first=3, after=after)
            assert list(answer["data"]["viewer"]) == ["roles", "partner", "limited"]
            page = answer["data"]["viewer"]["partner"]["referrals"]
            found += page["nodes"]
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                return found

    for level in (1, 2, 3):
        nearer = ["p0"] if level == 1 else [g.name for depth, g in forest.below("p0", 20) if depth == level - 1]
        expected = [grown for name in nearer for grown in forest.by_referrer.get(name, ())]
        found = await pages(level)
        assert sorted(node["party"]["id"] for node in found) == sorted(forest.ids[g.name] for g in expected)
        codes = {forest.ids[g.name]: g.code and f"{forest.desk.source}-{g.code}-{g.referrer}" for g in expected}
        assert {node["party"]["id"]: node["code"] for node in found} == codes
        for state in ENDED:
            some = [forest.ids[g.name] for g in expected if g.state == state]
            assert sorted(node["party"]["id"] for node in await pages(level, state)) == sorted(some)


async def test_the_tree_shows_so_many_of_each_level_and_says_what_it_leaves_out(ask: Ask, forest: Forest) -> None:
    query = """query ($programme: NodeBy!, $first: Int) { viewer { partner {
      tree(programme: $programme, first: $first) {
        nodes { level party { id } } edges { source target } left { level people }
      }
    } } }"""
    whole = (await ask(query, "p0", first=200))["data"]["viewer"]["partner"]["tree"]
    below = list(forest.below("p0", LEVELS))
    assert {(e["source"], e["target"]) for e in whole["edges"]} == {
        (forest.ids[g.referrer], forest.ids[g.name]) for _, g in below
    }
    assert sorted((n["level"], n["party"]["id"]) for n in whole["nodes"]) == sorted(
        (level, forest.ids[g.name]) for level, g in below
    )
    assert whole["left"] == []
    some = (await ask(query, "p0", first=2))["data"]["viewer"]["partner"]["tree"]
    assert Counter(n["level"] for n in some["nodes"]) == {1: 2, 2: 2, 3: 2}
    assert some["left"][0] == {"level": 1, "people": sum(level == 1 for level, _ in below) - 2}


@pytest.mark.parametrize("by", ["MONTH", "LEVEL", "CODE"])
async def test_figures_by_group(ask: Ask, forest: Forest, by: str) -> None:
    query = """query ($programme: NodeBy!, $by: Grouping!) { viewer { partner {
      stats(programme: $programme, by: $by, timeZone: "Asia/Ho_Chi_Minh") { group people conversions }
    } } }"""
    people, conversions = Counter[str | None](), Counter[str | None]()
    for level, grown in forest.below("p0", LEVELS):
        code = grown.code and f"{forest.desk.source}-{grown.code}-{grown.referrer}"
        # Seven hours ahead of UTC: what was referred from 17:00 on was referred on the next day there.
        group = {"LEVEL": str(level), "CODE": code}.get(by, _month_in_hanoi(grown.since))
        people[group] += 1
        conversions[group] += grown.state == "CONVERTED"
    answer = await ask(query, "p0", by=by)
    found = answer["data"]["viewer"]["partner"]["stats"]
    assert {share["group"]: (share["people"], share["conversions"]) for share in found} == {
        group: (people[group], conversions[group]) for group in people
    }


def _month_in_hanoi(since: str) -> str:
    year, month, day, hour = int(since[:4]), int(since[5:7]), int(since[8:10]), int(since[11:13])
    last = {1: 31, 2: 28, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31}[month]
    return f"{year}-{month + 1:02d}" if hour >= 17 and day == last else f"{year}-{month:02d}"


async def test_codes_are_nodes_like_any_other(ask: Ask, forest: Forest) -> None:
    query = """query ($programme: NodeBy!) { viewer { partner {
      codes(programme: $programme) { code owner { id } uses { totalCount } }
    } } }"""
    answer = await ask(query, "p1")
    owned = [g for g in forest.by_referrer["p1"] if g.code and g.state not in ENDED]
    assert answer["data"]["viewer"]["partner"]["codes"] == [
        {
            "code": f"{forest.desk.source}-{owned[0].code}-p1",
            "owner": {"id": forest.ids["p1"]},
            "uses": {"totalCount": len(owned)},
        }
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("chain(programme: $programme, depth: 0) { depth }", "CHAIN_DEPTH"),
        ("chain(programme: $programme, depth: 21) { depth }", "CHAIN_DEPTH"),
        ("referrals(programme: $programme, level: 4) { nodes { level } }", "CHAIN_DEPTH"),
        ('referrals(programme: $programme, after: "x") { nodes { level } }', "BAD_CURSOR"),
        ("tree(programme: $programme, first: 5000) { nodes { level } }", "PAGE_SIZE"),
        ('stats(programme: $programme, by: MONTH, timeZone: "Mars/Base") { group }', "TIME_ZONE"),
        ('statement(programme: $programme, month: "2026-13") { to }', "MONTH"),
        ('statement(programme: $programme, month: "9999-12") { to }', "MONTH"),
        ('codes(programme: $programme) { id } chain(programme: { externalKey: "no:such" }) { depth }', "NOT_FOUND"),
    ],
)
async def test_bad_input_says_what_is_wrong(ask: Ask, text: str, code: str) -> None:
    answer = await ask(f"query ($programme: NodeBy!) {{ viewer {{ partner {{ {text} }} }} }}", "p0")
    assert [error["extensions"]["code"] for error in answer["errors"]] == [code]


async def test_walks_have_a_price(ask: Ask) -> None:
    walk = "chain(programme: $programme) { levels { people } above { level } }"
    query = f"query ($programme: NodeBy!) {{ viewer {{ partner {{ a: {walk} b: {walk} }} }} }}"
    answer = await ask(query, "p0", extensions={"cost": True})
    assert answer["extensions"]["cost"]["requested"] == 2 * 1_020


async def test_what_the_page_for_people_asks_is_answered(ask: Ask) -> None:
    queries = [b.text for section in sections("docs/referrals.md") for b in section.blocks if b.language == "graphql"]
    assert len(queries) > 1
    for query in (text for text in queries if text.startswith("query")):
        answer = await ask(query, "p1")
        assert "errors" not in answer
        assert all(answer["data"]["viewer"]["partner"].values())
