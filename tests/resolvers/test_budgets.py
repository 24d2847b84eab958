"""What an operation costs, what is left after it, and what is said where it is too much."""

import asyncio
from dataclasses import replace
from typing import Any

import orjson
import pytest

from access.viewer import LOCAL, Viewer
from graph.compiler.planner.context import Limits
from resolvers.executor.execute import Executor
from resolvers.executor.gate import Gate
from resolvers.executor.meter import Meter
from resolvers.executor.request import Answer, Request
from tests.oracle.demo import Demo

PAGE = "{ parties(first: 10) { nodes { id } } }"
ASKED = {"cost": True}
STAFF = Viewer(frozenset({"staff"}), subject="staff")
BOTH = Viewer(frozenset({"staff", "admin"}), subject="both")


@pytest.fixture
def executor(demo: Demo) -> Executor:
    return Executor(demo.schema, demo.model, demo.database)


async def ask(executor: Executor, query: str = PAGE, viewer: Viewer = LOCAL, **more: Any) -> Answer:
    return await executor.execute(Request(query, **more), viewer)


def content(answer: Answer) -> dict[str, Any]:
    return dict(orjson.loads(answer.body))


def code(answer: Answer) -> str:
    return str(content(answer)["errors"][0]["extensions"]["code"])


async def test_who_asks_is_told_what_the_operation_costs(executor: Executor) -> None:
    assert "extensions" not in content(await ask(executor))
    told = content(await ask(executor, extensions=ASKED))["extensions"]["cost"]
    assert told == {"requested": 10, "limit": 200_000, "remaining": 199_990}


async def test_a_role_may_have_a_budget_of_its_own(executor: Executor) -> None:
    executor.limits = replace(Limits(), cost_by_role={"staff": 9, "admin": 20})
    assert code(await ask(executor, viewer=STAFF)) == "COST"
    told = content(await ask(executor, viewer=BOTH, extensions=ASKED))["extensions"]["cost"]
    assert told == {"requested": 10, "limit": 20, "remaining": 10}
    analyst = Viewer(frozenset({"analyst"}))
    assert content(await ask(executor, viewer=analyst, extensions=ASKED))["extensions"]["cost"]["limit"] == 200_000


async def test_where_costs_are_counted_every_answer_tells_what_is_left(executor: Executor) -> None:
    executor.meter = Meter(30)
    answers = [await ask(executor) for _ in range(2)]
    assert [content(answer)["extensions"]["cost"]["remaining"] for answer in answers] == [20, 10]
    assert answers[1].headers["ratelimit"].startswith('"cost";r=10;t=')


async def test_who_used_up_the_minute_s_worth_gets_429_and_when_to_come_again(executor: Executor) -> None:
    executor.meter = Meter(19)
    await ask(executor)
    refused = await ask(executor)
    assert (refused.status, refused.has_data, code(refused)) == (429, False, "RATE_LIMIT")
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.headers["ratelimit"].startswith('"cost";r=9;t=')
    assert (await ask(executor, viewer=STAFF)).status == 200


async def test_requests_that_are_refused_count_too(executor: Executor) -> None:
    executor.meter = Meter(2)
    assert [(await ask(executor, "{ nothing }")).status for _ in range(3)] == [400, 400, 429]


class HeldDatabase:
    """Lets so many reads begin, and holds them."""

    def __init__(self, expected: int) -> None:
        self.begun = 0
        self.expected = expected
        self.full = asyncio.Event()

    async def read(self, *_: Any) -> Any:
        self.begun += 1
        if self.begun == self.expected:
            self.full.set()
        await asyncio.Event().wait()


async def test_overload_is_answered_at_once_with_503_and_when_to_come_again(executor: Executor) -> None:
    executor.database = held = HeldDatabase(2)  # type: ignore[assignment]  # all of a database that is needed here
    executor.gate = Gate(running=2, waiting=1)
    query = '{ party(by: { id: "nobody" }) { id } }'
    tasks = [asyncio.create_task(ask(executor, query)) for _ in range(3)]
    await held.full.wait()
    await asyncio.sleep(0)
    turned_away = await ask(executor, query)
    assert (turned_away.status, turned_away.has_data, code(turned_away)) == (503, False, "OVERLOADED")
    assert turned_away.headers["retry-after"] == "1"
    assert held.begun == 2
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_request_that_takes_too_long_is_told_what_to_do(executor: Executor) -> None:
    executor.limits = replace(Limits(), request_seconds=1e-9)
    answer = content(await ask(executor))
    assert answer["data"] is None
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "QUERY_TIMEOUT"
    assert "smaller page" in error["extensions"]["hint"]
