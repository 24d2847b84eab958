"""Around every request: its id, its line in the access log, and the answer to a failure."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import structlog
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send
from structlog.testing import capture_logs

from access.viewer import Viewer
from endpoint.app import build_app
from endpoint.drain import Drain
from endpoint.metrics import Answered
from endpoint.middleware import RequestMiddleware
from endpoint.settings import EndpointSettings
from graph.errors import ConflictError, CustomerGraphError, LimitError, NotAllowedError, UnavailableError
from resolvers.executor.request import Answer, Request
from tests.endpoint.conftest import client_of
from tests.endpoint.toy import ToyExecutor, authenticate, ready

QUERY = {"query": "query Who($s: String) { customers(startsWith: $s) { name } }", "operationName": "Who"}


class FailingExecutor(ToyExecutor):
    def __init__(self, failure: Exception) -> None:
        super().__init__()
        self._failure = failure

    async def execute(self, _request: Request, _viewer: Viewer) -> Answer:
        raise self._failure


def failing_client(failure: Exception) -> httpx.AsyncClient:
    return client_of(build_app(FailingExecutor(failure), authenticate, ready, EndpointSettings()))


@pytest.mark.parametrize("path", ["/graphql", "/healthz", "/graphiql", "/nowhere"])
async def test_every_answer_carries_a_new_id(client: httpx.AsyncClient, path: str) -> None:
    ids = [(await client.get(path)).headers["x-request-id"] for _ in range(2)]
    assert all(re.fullmatch("[0-9a-f]{32}", request_id) for request_id in ids)
    assert ids[0] != ids[1]


async def test_a_plain_id_of_the_client_is_kept(client: httpx.AsyncClient) -> None:
    answer = await client.get("/healthz", headers={"x-request-id": "proxy-7_a.b"})
    assert answer.headers.get_list("x-request-id") == ["proxy-7_a.b"]


@pytest.mark.parametrize("given", ["", "a b", 'x"y', "é", "x" * 65, "a\\nb"])
async def test_any_other_id_is_replaced(client: httpx.AsyncClient, given: str) -> None:
    answer = await client.get("/healthz", headers=[(b"x-request-id", given.encode())])
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])


async def test_the_access_log_has_one_line_per_request_without_any_value(client: httpx.AsyncClient) -> None:
    secret = "0123456789-secret"
    with capture_logs() as lines:
        headers = {"x-request-id": "r1", "authorization": secret}
        await client.post("/graphql", json=QUERY | {"variables": {"s": secret}}, headers=headers)
        await client.get("/graphql", params={"query": f'{{ customers(startsWith: "{secret}") {{ name }} }}'})
    durations = [line.pop("duration_ms") for line in lines]
    assert all(duration >= 0 for duration in durations)
    assert lines[0] == {
        "event": "request",
        "log_level": "info",
        "request_id": "r1",
        "method": "POST",
        "path": "/graphql",
        "status": 200,
        "operation": "Who",
        "trace_id": None,
    }
    assert len(lines) == 2
    assert secret not in str(lines)


@pytest.mark.parametrize("path", ["/%0aevent=forged", "/%1b[2J", "/%e2%80%ae", "/%0d%0a"])
async def test_a_path_cannot_write_lines_of_its_own_into_the_log(client: httpx.AsyncClient, path: str) -> None:
    with capture_logs() as lines:
        assert (await client.get(path)).status_code == 404
    (line,) = lines
    assert line["path"].isprintable()
    assert line["path"].startswith("/\\")


async def test_the_name_of_the_operation_is_for_the_log_alone(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", json=QUERY)
    assert "Who" not in str(answer.headers)


async def test_other_headers_of_the_executor_are_sent() -> None:
    class CountingExecutor(ToyExecutor):
        async def execute(self, _request: Request, _viewer: Viewer) -> Answer:
            return Answer(b'{"data":{}}', 200, True, {"x-cost": "7"})

    async with client_of(build_app(CountingExecutor(), authenticate, ready, EndpointSettings())) as client:
        answer = await client.post("/graphql", json=QUERY)
    assert answer.headers["x-cost"] == "7"


@pytest.mark.parametrize(("accept", "status"), [("application/json", 200), ("application/graphql-response+json", 294)])
async def test_data_with_errors_beside_it_has_the_status_for_that_in_the_new_media_type(
    accept: str, status: int
) -> None:
    class PartialExecutor(ToyExecutor):
        async def execute(self, _request: Request, _viewer: Viewer) -> Answer:
            return Answer(b'{"data":null,"errors":[{"message":"gone"}]}', 294, True)

    async with client_of(build_app(PartialExecutor(), authenticate, ready, EndpointSettings())) as client:
        answer = await client.post("/graphql", json=QUERY, headers={"accept": accept})
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (NotAllowedError(action="see this"), 403),
        (LimitError(what="The depth", actual=20, limit=12, setting="MAX_DEPTH"), 400),
        (ConflictError(reason="It moved."), 409),
        (UnavailableError(reason="connection refused"), 503),
    ],
)
@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
async def test_a_failure_of_the_error_tree_is_answered_as_what_it_is(
    failure: CustomerGraphError, status: int, accept: str
) -> None:
    async with failing_client(failure) as client:
        answer = await client.post("/graphql", json=QUERY, headers={"accept": accept})
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith(accept)
    (error,) = answer.json()["errors"]
    assert error["message"] == str(failure)
    assert error["extensions"]["code"] == failure.code
    assert error["extensions"]["retryable"] is failure.retryable


async def test_any_other_failure_shows_only_the_id_under_which_the_log_tells_more() -> None:
    with capture_logs() as lines:
        async with failing_client(RuntimeError("password hunter2")) as client:
            answer = await client.post("/graphql", json=QUERY, headers={"x-request-id": "r2"})
    assert answer.status_code == 500
    (error,) = answer.json()["errors"]
    assert error["message"] == "Something went wrong on our side (trace r2)."
    assert error["extensions"]["code"] == "INTERNAL"
    assert "hunter2" not in answer.text
    failure, access = lines
    assert str(failure["exc_info"]) == "password hunter2"
    assert (access["status"], access["request_id"]) == (500, "r2")


async def test_every_line_logged_during_a_request_can_carry_its_id_and_none_after_it() -> None:
    seen: list[dict[str, Any]] = []

    class LoggingExecutor(ToyExecutor):
        async def execute(self, request: Request, viewer: Viewer) -> Answer:
            seen.append(structlog.contextvars.get_contextvars())
            return await super().execute(request, viewer)

    async with client_of(build_app(LoggingExecutor(), authenticate, ready, EndpointSettings())) as client:
        await client.post("/graphql", json=QUERY, headers={"x-request-id": "r3"})
    assert seen == [{"request_id": "r3"}]
    assert "request_id" not in structlog.contextvars.get_contextvars()


async def test_a_client_that_leaves_before_its_body_ends_is_logged_without_a_status(executor: ToyExecutor) -> None:
    app = build_app(executor, authenticate, ready, EndpointSettings())
    messages = iter([{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}])
    sent: list[Any] = []

    async def receive() -> Any:
        return next(messages)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/graphql",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
    }
    with capture_logs() as lines:
        await app(scope, receive, send)
    assert sent == []
    assert [line["status"] for line in lines] == [None]


async def test_an_answer_that_breaks_off_is_not_answered_twice() -> None:
    async def breaks_off(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("half-way")

    async with client_of(Starlette(routes=[Route("/", RequestMiddleware(breaks_off, Answered(), Drain()))])) as client:
        with capture_logs() as lines, pytest.raises(RuntimeError, match="half-way"):
            await client.get("/")
    assert [line["status"] for line in lines] == [200]


async def test_what_the_service_holds_is_opened_and_closed_around_its_life() -> None:
    life: list[str] = []

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        life.append("opened")
        yield
        life.append("closed")

    async def receive() -> Message:
        return {"type": "lifespan.shutdown" if life else "lifespan.startup"}

    async def send(message: Message) -> None:
        life.append(message["type"])

    app = build_app(ToyExecutor(), authenticate, ready, EndpointSettings(), lifespan)
    await app({"type": "lifespan"}, receive, send)
    assert life == ["opened", "lifespan.startup.complete", "closed", "lifespan.shutdown.complete"]


@pytest.fixture
def vietnamese(client: httpx.AsyncClient) -> httpx.AsyncClient:
    client.headers["accept-language"] = "vi"
    return client


async def test_an_unknown_path_is_an_error_of_the_tree(vietnamese: httpx.AsyncClient) -> None:
    answer = await vietnamese.get("/nowhere")
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["message"] == "Không có gì tại /nowhere."
    assert answer.headers["content-language"] == "vi"


async def test_a_method_that_a_path_does_not_take_names_those_it_takes(client: httpx.AsyncClient) -> None:
    answer = await client.post("/healthz")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    assert answer.json()["errors"][0]["extensions"]["hint"] == "Use GET, HEAD."
