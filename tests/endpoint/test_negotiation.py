"""What the headers of a request ask for: media type and language of the answer; and which bodies are read."""

import httpx
import pytest

from tests.endpoint.conftest import code_of

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (f"{JSON}; charset=utf-8", JSON),
        (GRAPHQL, GRAPHQL),
        (f"{GRAPHQL}, {JSON};q=0.9", GRAPHQL),
        (f"{JSON}, {GRAPHQL}", JSON),
        (f"{GRAPHQL}, {JSON}", GRAPHQL),
        (f"{JSON};q=0.5, {GRAPHQL};q=0.6", GRAPHQL),
        (f"*/*, {GRAPHQL}", GRAPHQL),
        (f"*/*;q=0.1, {JSON};q=0", GRAPHQL),
        ("text/html, */*;q=0.8", JSON),
        (f"text/event-stream, {GRAPHQL.upper()}", GRAPHQL),
    ],
)
async def test_the_answer_has_the_media_type_asked_for(
    client: httpx.AsyncClient, accept: str | None, media_type: str
) -> None:
    del client.headers["accept"]
    headers = {} if accept is None else {"accept": accept}
    answer = await client.post("/graphql", json={"query": "{ viewer }"}, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, f"{media_type}; charset=utf-8")


async def test_accept_may_be_spread_over_several_headers(client: httpx.AsyncClient) -> None:
    del client.headers["accept"]
    headers = [("accept", "text/html"), ("accept", GRAPHQL)]
    answer = await client.post("/graphql", json={"query": "{ viewer }"}, headers=headers)
    assert answer.headers["content-type"].startswith(GRAPHQL)


@pytest.mark.parametrize("accept", ["text/html", f"{JSON};q=0", f"{GRAPHQL};q=2", f"{JSON};q=high", "image/*", ","])
async def test_a_client_that_accepts_neither_media_type_is_refused_in_json(
    client: httpx.AsyncClient, accept: str
) -> None:
    answer = await client.post("/graphql", json={"query": "{ viewer }"}, headers={"accept": accept})
    assert (answer.status_code, code_of(answer)) == (406, "NOT_ACCEPTABLE")
    assert answer.headers["content-type"].startswith(JSON)


@pytest.mark.parametrize(
    "content_type", [JSON, "Application/JSON", f"{JSON};charset=UTF-8", f'{JSON}; charset="utf-8"']
)
async def test_json_in_utf_8_is_read(client: httpx.AsyncClient, content_type: str) -> None:
    headers = {"content-type": content_type}
    answer = await client.post("/graphql", content=b'{"query": "{ viewer }"}', headers=headers)
    assert answer.json() == {"data": {"viewer": "anyone"}}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": f"{JSON}; charset=utf-16"},
        {"content-type": "application/jsonp"},
        {"content-type": JSON, "content-encoding": "gzip"},
    ],
)
async def test_no_other_body_is_read(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    answer = await client.post("/graphql", content=b'{"query": "{ viewer }"}', headers=headers)
    assert (answer.status_code, code_of(answer)) == (415, "UNSUPPORTED_CONTENT")


@pytest.mark.parametrize(
    ("accept_language", "message"),
    [
        (None, "The request has no query."),
        ("de, fr;q=0.5", "The request has no query."),
        ("vi", "Yêu cầu không có truy vấn."),
        ("vi-VN,vi;q=0.9,en;q=0.8", "Yêu cầu không có truy vấn."),
        ("en;q=0.5, vi;q=0.6", "Yêu cầu không có truy vấn."),
        ("vi;q=0, en", "The request has no query."),
    ],
)
async def test_messages_are_in_the_language_asked_for(
    client: httpx.AsyncClient, accept_language: str | None, message: str
) -> None:
    headers = {} if accept_language is None else {"accept-language": accept_language}
    answer = await client.post("/graphql", json={}, headers=headers)
    assert answer.json()["errors"][0]["message"] == message
