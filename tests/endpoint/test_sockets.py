"""Sockets at /graphql: what clients of graphql-transport-ws meet on a real connection."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from endpoint.websocket.origins import is_origin_allowed
from tests.endpoint.wire import Service, closed, heard, say, serving

COUNT = {"query": "subscription Count($to: Int!) { count(to: $to) }", "variables": {"to": 2}}
SILENCE = {"query": "subscription { silence }"}


@pytest.fixture(scope="module")
async def service() -> AsyncIterator[Service]:
    async with serving(origins=("https://app.example",), socket_operations_max=2) as found:
        yield found


async def test_a_subscription_sends_its_answers_then_completes(service: Service) -> None:
    async with service.opened() as socket:
        await say(socket, type="subscribe", id="a", payload=COUNT)
        assert [await heard(socket) for _ in range(3)] == [
            {"type": "next", "id": "a", "payload": {"data": {"count": 1}}},
            {"type": "next", "id": "a", "payload": {"data": {"count": 2}}},
            {"type": "complete", "id": "a"},
        ]


@pytest.mark.parametrize("query", ["{ language }", 'mutation { rename(name: "x") { name } }'])
async def test_queries_and_mutations_are_answered_once(service: Service, query: str) -> None:
    async with service.opened() as socket:
        await say(socket, type="subscribe", id="a", payload={"query": query})
        answer, end = await heard(socket), await heard(socket)
        assert set(answer["payload"]["data"]) <= {"language", "rename"}
        assert end == {"type": "complete", "id": "a"}


async def test_an_operation_that_cannot_run_is_an_error_and_no_end_of_the_socket(service: Service) -> None:
    async with service.opened() as socket:
        await say(socket, type="subscribe", id="a", payload={"query": "subscription { nonsense }"})
        refused = await heard(socket)
        assert (refused["type"], refused["id"]) == ("error", "a")
        assert "nonsense" in refused["payload"][0]["message"]
        await say(socket, type="ping", payload={"n": 1})
        assert await heard(socket) == {"type": "pong", "payload": {"n": 1}}


async def test_several_operations_run_side_by_side_and_one_is_completed_alone(service: Service) -> None:
    async with service.opened() as socket:
        await say(socket, type="subscribe", id="quiet", payload=SILENCE)
        await say(socket, type="subscribe", id="a", payload=COUNT)
        assert [(await heard(socket))["id"] for _ in range(3)] == ["a"] * 3
        await say(socket, type="complete", id="quiet")
        await service.idle()
        await say(socket, type="subscribe", id="quiet", payload=COUNT)
        assert (await heard(socket))["payload"] == {"data": {"count": 1}}


async def test_one_operation_too_many_is_refused_alone(service: Service) -> None:
    async with service.opened() as socket:
        for id in ("a", "b", "c"):
            await say(socket, type="subscribe", id=id, payload=SILENCE)
        refused = await heard(socket)
        assert (refused["type"], refused["id"]) == ("error", "c")
        assert refused["payload"][0]["extensions"]["code"] == "TOO_MANY_OPERATIONS"


async def test_what_runs_ends_when_the_client_leaves(service: Service) -> None:
    async with service.opened() as socket:
        await say(socket, type="subscribe", id="a", payload=SILENCE)
        await say(socket, type="ping")
        await heard(socket)
        assert service.executor.running == 1
        socket.transport.abort()
        await service.idle()


async def test_the_payload_of_the_initialisation_says_who_it_is(service: Service) -> None:
    async with service.opened({"Authorization": "staff"}) as socket:
        await say(socket, type="subscribe", id="a", payload={"query": "{ viewer }"})
        assert (await heard(socket))["payload"]["data"] == {"viewer": "staff"}


async def test_somebody_who_is_refused_is_closed_with_4403(service: Service) -> None:
    async with service.connect() as socket:
        await say(socket, type="connection_init", payload={"authorization": "nobody"})
        assert await closed(socket) == (4403, "You may not enter.")


async def test_whoever_cannot_be_told_from_others_now_comes_back_later(service: Service) -> None:
    async with service.connect() as socket:
        await say(socket, type="connection_init", payload={"authorization": "unknown"})
        assert await closed(socket) == (1013, "Try again later")


async def test_another_protocol_is_closed_with_4406(service: Service) -> None:
    async with service.connect(Subprotocol("graphql-ws")) as socket:
        assert await closed(socket) == (4406, "Subprotocol not acceptable")


@pytest.mark.parametrize("frame", ["[]", '"x"', b"{}", '{"type":"subscribe","id":["1"],"payload":{}}'])
async def test_a_bad_frame_is_closed_with_4400(service: Service, frame: str | bytes) -> None:
    async with service.opened() as socket:
        await socket.send(frame)
        assert (await closed(socket))[0] == 4400


async def test_the_same_id_twice_is_closed_with_4409(service: Service) -> None:
    async with service.opened() as socket:
        for _ in range(2):
            await say(socket, type="subscribe", id="a", payload=SILENCE)
        assert await closed(socket) == (4409, "Subscriber for a already exists")
    await service.idle()


async def test_whoever_does_not_say_who_it_is_in_time_is_closed_with_4408() -> None:
    async with serving(socket_init_seconds=0.05) as service, service.connect() as socket:
        assert await closed(socket) == (4408, "Connection initialisation timeout")


async def test_a_socket_ends_with_the_credentials_that_opened_it() -> None:
    async with serving(expires_at=time.time() + 0.5) as service, service.opened() as socket:
        await say(socket, type="subscribe", id="a", payload=SILENCE)
        assert await closed(socket) == (4403, "The token has expired")
        await service.idle()


async def test_a_socket_ends_soon_after_its_credentials_were_revoked_or_changed() -> None:
    async with serving(standing_seconds=0.05) as service:
        async with (
            service.opened({"Authorization": "first"}) as first,
            service.opened({"Authorization": "other"}) as other,
        ):
            await say(first, type="subscribe", id="a", payload=SILENCE)
            service.callers.unknown.update({"first", "other"})
            await asyncio.sleep(0.2)
            service.callers.unknown.clear()
            await say(first, type="ping")
            assert await heard(first) == {"type": "pong"}, "what passes ends nothing"
            service.callers.refused.add("first")
            service.callers.roles["other"] = "less"
            assert (await closed(first))[0] == 4403
            assert await closed(other) == (4403, "What the credentials allow has changed")
        await service.idle()


async def test_one_socket_too_many_is_told_to_come_back_later() -> None:
    async with serving(sockets_max=1) as service, service.opened(), service.connect() as second:
        assert (await closed(second))[0] == 1013


async def test_a_service_that_stops_is_not_ready_and_says_goodbye() -> None:
    async with serving() as service, service.opened() as socket, httpx.AsyncClient() as client:
        await say(socket, type="subscribe", id="a", payload=SILENCE)
        service.drain.finish()
        assert await closed(socket) == (1001, "Going away")
        assert (await client.get(f"http://{service.address}/readyz")).status_code == 503
        async with service.connect() as late:
            assert (await closed(late))[0] == 1001


async def test_a_page_of_another_origin_opens_no_socket(service: Service) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with service.connect(origin="https://evil.example"):
            pass
    assert refused.value.response.status_code == 403
    for origin in ("https://app.example", f"http://{service.address}"):
        async with service.opened(origin=origin):
            pass


@pytest.mark.parametrize(
    ("origin", "host", "allowed"),
    [
        (None, "graph.example", True),
        ("https://graph.example", "graph.example", True),
        ("https://graph.example:443", "graph.example", True),
        ("http://graph.example:8000", "graph.example:8000", True),
        ("https://listed.example", "graph.example", True),
        ("http://listed.example", "graph.example", False),
        ("https://graph.example.evil.example", "graph.example", False),
        ("http://graph.example:8001", "graph.example:8000", False),
        ("null", "graph.example", False),
        ("", "", False),
        ("http://[", "graph.example", False),
        ("http://graph.example:port", "graph.example", False),
    ],
)
def test_origins_are_compared_whole(origin: str | None, host: str, allowed: bool) -> None:
    headers = {"host": host} | ({} if origin is None else {"origin": origin})
    assert is_origin_allowed(headers, ("https://listed.example",)) is allowed
