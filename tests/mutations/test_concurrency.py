"""Rules that look at more than one node hold when mutations meet, and refuse nobody who comes at the same time."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from access.viewer import LOCAL
from graph.check import check
from resolvers.executor.execute import Executor
from resolvers.executor.request import Request
from tests.oracle.demo import left_as_found

CUSTOMER = """mutation ($lifecycle: Lifecycle!, $often: Int) {
  createCustomer(input: {
    since: "2024-01-01", lifecycle: $lifecycle,
    party: { createPerson: { name: "An" } },
    seller: { createOrganisation: { name: "Quán", kind: BUSINESS, loyalAfterPurchases: $often } }
  }) { customer { id party { id } seller { id } } }
}"""
BUY = """mutation ($at: DateTime!, $buyer: ID!, $seller: ID!) {
  createPurchase(input: { at: $at, currency: "VND", buyer: { id: $buyer }, seller: { id: $seller } }) {
    userErrors { code message }
  }
}"""
MOVE = """mutation ($id: ID!, $to: Lifecycle!) {
  moveCustomer(input: { by: { id: $id }, to: $to }) { userErrors { code message } }
}"""
STANDS = "query ($id: ID!) { customer(by: { id: $id }) { lifecycle } }"
AT_ONCE = 6


@pytest_asyncio.fixture(loop_scope="session")
async def running(service: Executor) -> AsyncIterator[Executor]:
    """The service with a clock that runs, in a graph that is right at the end."""
    async with left_as_found(service.connected):
        yield service
        assert await check(service.connected, service.model) == []


async def ask(executor: Executor, query: str, **variables: Any) -> dict[str, Any]:
    answer = json.loads((await executor.execute(Request(query, variables), LOCAL)).body)
    assert "errors" not in answer, answer
    return dict(answer["data"])


async def buy_at_once(executor: Executor, customer: dict[str, Any]) -> list[Any]:
    ends = {"buyer": customer["party"]["id"], "seller": customer["seller"]["id"]}
    answers = await asyncio.gather(*(ask(executor, BUY, at="2024-02-01", **ends) for _ in range(AT_ONCE)))
    return [error for answer in answers for error in answer["createPurchase"]["userErrors"]]


async def test_first_purchases_at_once_are_all_taken(running: Executor) -> None:
    customer = (await ask(running, CUSTOMER, lifecycle="POTENTIAL"))["createCustomer"]["customer"]
    assert await buy_at_once(running, customer) == []
    assert (await ask(running, STANDS, id=customer["id"]))["customer"]["lifecycle"] == "CURRENT"


async def test_purchases_at_once_are_counted_together_by_the_loyalty_rule(running: Executor) -> None:
    customer = (await ask(running, CUSTOMER, lifecycle="CURRENT", often=AT_ONCE))["createCustomer"]["customer"]
    assert await buy_at_once(running, customer) == []
    assert (await ask(running, STANDS, id=customer["id"]))["customer"]["lifecycle"] == "LOYAL"


async def test_moves_at_once_follow_one_another(running: Executor) -> None:
    customer = (await ask(running, CUSTOMER, lifecycle="CURRENT"))["createCustomer"]["customer"]
    targets = ["LOYAL", "CURRENT"] * 10
    answers = await asyncio.gather(*(ask(running, MOVE, id=customer["id"], to=to) for to in targets))
    assert [error for answer in answers for error in answer["moveCustomer"]["userErrors"]] == []
