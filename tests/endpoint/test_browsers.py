"""What pages of other sites can do with a service that a browser reaches: nothing that is not allowed by name."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.types import Message

from endpoint.hosts import LOOPBACK
from tests.endpoint.conftest import client_of, code_of
from tests.endpoint.toy import ToyExecutor, toy_app

PAGE = "https://app.example"
STRANGER = "https://evil.example"
QUERY = {"query": "{ viewer }"}


@pytest.fixture
async def listed() -> AsyncIterator[httpx.AsyncClient]:
    """A service that lists one origin."""
    async with client_of(toy_app(origins=(PAGE,))) as client:
        yield client


async def preflight(client: httpx.AsyncClient, origin: str) -> httpx.Response:
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "authorization,content-type"}
    return await client.options("/graphql", headers={"origin": origin, **asked})


async def test_no_page_of_another_origin_may_read_unless_it_is_listed(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", json=QUERY, headers={"origin": PAGE})
    assert "access-control-allow-origin" not in answer.headers
    assert (await preflight(client, PAGE)).status_code == 405


async def test_a_listed_page_may_ask_and_read(listed: httpx.AsyncClient) -> None:
    allowed = await preflight(listed, PAGE)
    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (200, PAGE)
    assert {"authorization", "content-type"} <= set(allowed.headers["access-control-allow-headers"].lower().split(", "))
    answer = await listed.post("/graphql", json=QUERY, headers={"origin": PAGE})
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert "x-request-id" in answer.headers["access-control-expose-headers"]
    assert "access-control-allow-credentials" not in answer.headers


async def test_a_listed_page_may_read_failures_too(listed: httpx.AsyncClient) -> None:
    answer = await listed.post("/graphql", json={}, headers={"origin": PAGE})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (400, PAGE)


@pytest.mark.parametrize("origin", [STRANGER, "null", f"{PAGE}.evil.example", "http://app.example"])
async def test_any_other_page_may_not(listed: httpx.AsyncClient, origin: str) -> None:
    answer = await listed.post("/graphql", json=QUERY, headers={"origin": origin})
    assert "access-control-allow-origin" not in answer.headers
    assert (await preflight(listed, origin)).status_code == 400


MUTATION = 'mutation { rename(name: "x") { name } }'
SIMPLE: dict[str, dict[str, Any]] = {
    "a form": {"data": {"query": MUTATION}},
    "a form with a file": {"files": {"operations": ("x", f'{{"query": "{MUTATION}"}}')}},
    "plain text": {"content": f'{{"query": "{MUTATION}"}}', "headers": {"content-type": "text/plain"}},
    "no type": {"content": f'{{"query": "{MUTATION}"}}'},
    "text that names JSON": {
        "content": f'{{"query": "{MUTATION}"}}',
        "headers": {"content-type": "text/plain; application/json"},
    },
}


@pytest.mark.parametrize("request_parts", SIMPLE.values(), ids=SIMPLE)
async def test_what_a_page_can_send_without_asking_first_runs_nothing(
    client: httpx.AsyncClient, executor: ToyExecutor, request_parts: dict[str, Any]
) -> None:
    answer = await client.post("/graphql", **request_parts)
    assert answer.status_code == 415
    assert executor.requests == []


async def test_a_link_changes_nothing(client: httpx.AsyncClient) -> None:
    assert (await client.get("/graphql", params={"query": MUTATION})).status_code == 405


@pytest.mark.parametrize("path", ["/graphql?query={viewer}", "/graphql", "/healthz", "/readyz", "/nowhere"])
async def test_an_answer_is_no_page_and_nothing_keeps_it(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost:8000", "LocalHost", "[::1]:8000"])
async def test_a_service_on_loopback_answers_to_the_names_of_loopback(host: str) -> None:
    async with client_of(toy_app(hosts=LOOPBACK)) as client:
        assert (await client.post("/graphql", json=QUERY, headers={"host": host})).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "", "[", "a@localhost.x"]
)
@pytest.mark.parametrize("path", ["/graphql", "/graphiql", "/metrics"])
async def test_a_name_that_was_made_to_lead_to_loopback_is_refused(host: str, path: str) -> None:
    executor = ToyExecutor()
    async with client_of(toy_app(executor, hosts=LOOPBACK)) as client:
        answer = await client.request("POST" if path == "/graphql" else "GET", path, json=QUERY, headers={"host": host})
    assert (answer.status_code, code_of(answer)) == (421, "WRONG_HOST")
    assert executor.requests == []


async def test_a_socket_for_another_name_is_closed_before_it_opens() -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/graphql", "query_string": b"", "headers": [(b"host", b"evil.example")]}
    await toy_app(hosts=LOOPBACK)(scope, receive, send)
    assert sent == [{"type": "websocket.close", "code": 1008}]
