"""Server-Sent Events at /graphql: one stream an operation, for fetch and for EventSource."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import orjson
import pytest

from endpoint.negotiation import prefers_stream
from tests.endpoint.wire import Service, serving
from tests.support.waiting import until

STREAM = {"accept": "text/event-stream"}
COUNT = {"query": "subscription Count($to: Int!) { count(to: $to) }", "variables": {"to": 3}}
SILENCE = {"query": "subscription { silence }"}


@pytest.fixture(scope="module")
async def service() -> AsyncIterator[Service]:
    async with serving(stream_beat_seconds=0.05) as found:
        yield found


@pytest.fixture
async def client(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(service) as found:
        yield found


def client_of(service: Service) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=f"http://{service.address}", timeout=10)


def events(text: str) -> list[dict[str, str]]:
    """The events of a stream, as a browser reads them: comments and fields it does not know are nothing."""
    found = []
    for block in text.split("\n\n"):
        parts = [line.partition(":") for line in block.split("\n") if line and not line.startswith(":")]
        fields = {name: value.removeprefix(" ") for name, _, value in parts if name in ("event", "id", "data")}
        if "data" in fields:
            found.append(fields)
    return found


def next_event(count: int) -> dict[str, str]:
    return {"event": "next", "id": str(count), "data": f'{{"data":{{"count":{count}}}}}'}


COMPLETE = {"event": "complete", "data": ""}


async def test_a_subscription_by_post_is_a_stream_of_events(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", json=COUNT, headers=STREAM)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert events(answer.text) == [next_event(1), next_event(2), next_event(3), COMPLETE]


async def test_a_browser_subscribes_by_get(client: httpx.AsyncClient) -> None:
    given = {"query": str(COUNT["query"]), "variables": '{"to": 1}'}
    answer = await client.get("/graphql", params=given, headers=STREAM)
    assert events(answer.text) == [next_event(1), COMPLETE]


async def test_a_browser_that_connects_again_goes_on_behind_the_last_event(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", json=COUNT, headers={**STREAM, "last-event-id": "2"})
    assert events(answer.text) == [next_event(3), COMPLETE]


@pytest.mark.parametrize("query", ["{ language }", "subscription { nonsense }"])
async def test_any_other_answer_is_one_event(client: httpx.AsyncClient, query: str) -> None:
    answer = await client.post("/graphql", json={"query": query}, headers=STREAM)
    first, end = events(answer.text)
    assert set(orjson.loads(first["data"])) <= {"data", "errors"}
    assert (first["event"], end) == ("next", COMPLETE)


async def test_a_body_that_is_no_request_is_no_stream(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", content=b"{", headers={**STREAM, "content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "INVALID_JSON"


async def test_a_silent_stream_says_that_it_lives_and_ends_with_its_client(
    service: Service, client: httpx.AsyncClient
) -> None:
    async with client.stream("POST", "/graphql", json=SILENCE, headers=STREAM) as answer:
        lines = answer.aiter_lines()
        while await asyncio.wait_for(anext(lines), 10) != ":":
            pass
        assert service.executor.running == 1
    await service.idle()


async def read(client: httpx.AsyncClient) -> str:
    return (await client.post("/graphql", json=SILENCE, headers=STREAM)).text


async def test_a_stream_ends_with_the_credentials_that_opened_it() -> None:
    async with serving(expires_at=time.time() + 0.3) as service, client_of(service) as client:
        assert events(await read(client)) == []


async def test_a_stream_ends_soon_after_its_credentials_were_revoked() -> None:
    async with serving(standing_seconds=0.05) as service, client_of(service) as client:
        reading = asyncio.create_task(read(client))
        await until(lambda: service.executor.running)
        service.callers.refused.add("anyone")
        assert events(await reading) == []


async def test_a_stream_ends_when_the_service_stops_and_does_not_say_that_it_is_complete() -> None:
    async with serving() as service, client_of(service) as client:
        reading = asyncio.create_task(read(client))
        await until(lambda: service.executor.running)
        service.drain.finish()
        assert events(await reading) == []


async def test_one_stream_too_many_is_refused() -> None:
    async with serving(sockets_max=1) as service, client_of(service) as client:
        async with client.stream("POST", "/graphql", json=SILENCE, headers=STREAM):
            answer = await client.post("/graphql", json=SILENCE, headers=STREAM)
        assert answer.status_code == 503
        assert answer.json()["errors"][0]["extensions"]["code"] == "TOO_MANY_STREAMS"


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("text/event-stream", True),
        ("text/event-stream, multipart/mixed", True),
        ("application/graphql-response+json, application/json, text/event-stream, multipart/mixed", False),
        ("text/event-stream, application/json", False),
        ("application/json;q=0.5, text/event-stream", True),
        ("text/event-stream;q=0", False),
        ("text/*", False),
        ("*/*", False),
        ("", False),
    ],
)
def test_who_likes_streams_best_gets_one(accept: str, wanted: Any) -> None:
    assert prefers_stream(accept) is wanted
