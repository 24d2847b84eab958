"""A partner sees what it earned, what that waits for, and why; staff see it of everybody."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest

from access.viewer import Viewer
from graph.writer import Move
from tests.resolvers.partner.conftest import Ask
from tests.resolvers.partner.forest import LEVELS, Forest, reward

REWARDS = """query ($programme: NodeBy!, $state: RewardState, $first: Int, $after: String) {
  viewer { partner {
    rewards(programme: $programme, state: $state, first: $first, after: $after) {
      nodes { missing reward { id level state amount { amount currency } referrer { id } rule { level } } }
      totals { state rewards amount { amount currency } }
      pageInfo { hasNextPage hasPreviousPage endCursor }
    }
  } }
}"""
WHY = """query ($programme: NodeBy!, $reward: ID!) {
  viewer { partner { attribution(reward: $reward) {
    level party { id name } referral { id } rule { id } reward { id amount { amount } } reason
  } rewards(programme: $programme) { nodes { reward { id } } } } }
}"""
WHY_ANYBODY = """query ($party: ID!, $reward: ID!) {
  partner(by: { id: $party }) { attribution(reward: $reward) { level party { id } reward { id } reason } }
}"""
STAFF = Viewer(frozenset({"staff"}), subject="boss")
PARTIES = ("p0", "p1", "p3", "p5", "p12", "p149")


async def rewards_of(ask: Ask, name: str, **more: Any) -> dict[str, Any]:
    answer = await ask(REWARDS, name, **more)
    assert "errors" not in answer, answer
    return dict(answer["data"]["viewer"]["partner"]["rewards"])


@pytest.mark.parametrize("name", PARTIES)
async def test_rewards_agree_with_the_forest_in_memory(ask: Ask, forest: Forest, name: str) -> None:
    found = await rewards_of(ask, name, first=200)
    told = [(n["reward"]["level"], Decimal(n["reward"]["amount"]["amount"])) for n in found["nodes"]]
    assert sorted(told) == sorted(forest.earned(name))
    assert all(node["reward"]["referrer"]["id"] == forest.ids[name] for node in found["nodes"])
    assert all(node["reward"]["rule"]["level"] == node["reward"]["level"] for node in found["nodes"])


@pytest.mark.parametrize("name", PARTIES)
async def test_totals_are_the_sums_of_their_states(ask: Ask, name: str) -> None:
    found = await rewards_of(ask, name, first=200)
    sums: dict[str, list[Decimal]] = defaultdict(list)
    for node in found["nodes"]:
        sums[node["reward"]["state"]].append(Decimal(node["reward"]["amount"]["amount"]))
    told = {total["state"]: (total["rewards"], Decimal(total["amount"]["amount"])) for total in found["totals"]}
    assert told == {state: (len(amounts), sum(amounts)) for state, amounts in sums.items()}


async def test_pages_lead_through_all_of_them(ask: Ask) -> None:
    everything = [node["reward"]["id"] for node in (await rewards_of(ask, "p0", first=200))["nodes"]]
    assert len(everything) > 7
    seen: list[str] = []
    page: dict[str, Any] = {"hasNextPage": True, "endCursor": None}
    while page["hasNextPage"]:
        found = await rewards_of(ask, "p0", first=7, after=page["endCursor"])
        seen += [node["reward"]["id"] for node in found["nodes"]]
        page = found["pageInfo"]
    assert seen == everything


@pytest.mark.parametrize("name", PARTIES)
async def test_a_pending_reward_says_what_it_waits_for(ask: Ask, forest: Forest, name: str) -> None:
    expected = []
    for level, buyer in forest.below(name, LEVELS):
        if reward(level, buyer.spent):
            on_the_way = [one.state for one in forest.above(buyer.name)[:level]]
            expected.append((level, "FLAGGED" if "FLAGGED" in on_the_way else "APPROVAL"))
    nodes = (await rewards_of(ask, name, first=200))["nodes"]
    told = [(n["reward"]["level"], *n["missing"]) for n in nodes if n["reward"]["state"] == "PENDING"]
    assert sorted(told) == sorted(expected)


async def test_an_approved_reward_waits_for_nothing(ask: Ask, forest: Forest) -> None:
    nodes = (await rewards_of(ask, "p5", first=200))["nodes"]
    first = next(node["reward"]["id"] for node in nodes if node["missing"] == ["APPROVAL"])
    await forest.desk.write(Move("ReferralReward", first, "APPROVED"))
    approved = await rewards_of(ask, "p5", first=200, state="APPROVED")
    await forest.desk.write(Move("ReferralReward", first, "PENDING", anywhere=True))
    assert [(node["reward"]["id"], node["missing"]) for node in approved["nodes"]] == [(first, [])]


async def why(ask: Ask, name: str, reward: str) -> list[dict[str, Any]]:
    answer = await ask(WHY, name, reward=reward)
    assert "errors" not in answer, answer
    return list(answer["data"]["viewer"]["partner"]["attribution"])


async def test_attribution_names_who_stands_between_the_partner_and_the_buyer(ask: Ask, forest: Forest) -> None:
    deep = [n for n in (await rewards_of(ask, "p1", first=200))["nodes"] if n["reward"]["level"] == 2]
    reward = deep[0]["reward"]
    found = await why(ask, "p1", reward["id"])
    assert [(one["level"], one["reason"]) for one in found] == [(1, "EARNED"), (2, "EARNED")]
    assert found[1]["party"]["id"] == forest.ids["p1"]
    assert found[1]["reward"]["id"] == reward["id"]
    assert found[0]["reward"] is None, "the reward of another partner is not shown"


async def test_staff_are_told_of_the_whole_way_up(ask: Ask, forest: Forest) -> None:
    everybody = [grown for _, grown in forest.below("p0", 20)]
    buyer = next(grown for grown in everybody if grown.spent and len(forest.above(grown.name)) > LEVELS)
    way = [one.referrer for one in forest.above(buyer.name)]
    nodes = (await rewards_of(ask, way[0], first=200))["nodes"]
    reward = next(node["reward"]["id"] for node in nodes if node["reward"]["level"] == 1)
    answer = await ask(WHY_ANYBODY, None, STAFF, reward=reward, party=forest.ids[way[0]])
    found = answer["data"]["partner"]["attribution"]
    assert [one["party"]["id"] for one in found] == [forest.ids[name] for name in way]
    assert [one["reason"] for one in found] == ["EARNED"] * LEVELS + ["BEYOND"] * (len(way) - LEVELS)
    assert [one["reward"] is not None for one in found] == [True] * LEVELS + [False] * (len(way) - LEVELS)


async def test_rewards_of_others_are_not_there(ask: Ask) -> None:
    reward = (await rewards_of(ask, "p0", first=1))["nodes"][0]["reward"]["id"]
    answer = await ask(WHY, "p1", reward=reward)
    assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    hidden = "query ($id: ID!) { node(id: $id) { id } }"
    assert (await ask(hidden, "p1", id=reward))["data"] == {"node": None}
    assert (await ask(hidden, "p0", id=reward))["data"] == {"node": {"id": reward}}
