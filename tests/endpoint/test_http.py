"""GraphQL over HTTP: what comes in, what goes out, and with which status."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resolvers.executor.request import Request
from tests.endpoint.conftest import code_of
from tests.endpoint.toy import ToyExecutor

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"


async def test_a_post_hands_its_parts_to_the_executor(client: httpx.AsyncClient, executor: ToyExecutor) -> None:
    body = {
        "query": "query Noodles($s: String!) { customers(startsWith: $s) { name } }",
        "variables": {"s": "Phở"},
        "operationName": "Noodles",
        "extensions": {"explain": True},
        "somethingElse": 1,
    }
    answer = await client.post("/graphql", json=body, headers={"accept-language": "vi"})
    assert answer.status_code == 200
    assert answer.json() == {"data": {"customers": [{"name": "Phở Bát Đàn"}]}}
    assert executor.requests == [
        Request(body["query"], {"s": "Phở"}, "Noodles", {"explain": True}, "vi", mutations_allowed=True)  # type: ignore[arg-type]  # a dict of mixed values
    ]


async def test_a_get_hands_the_parts_of_its_url_to_the_executor(
    client: httpx.AsyncClient, executor: ToyExecutor
) -> None:
    parameters = {
        "query": "query Noodles($s: String!) { customers(startsWith: $s) { name } }",
        "variables": '{"s": "Phở"}',
        "operationName": "",
        "extensions": '{"explain": true}',
    }
    answer = await client.get("/graphql", params=parameters)
    assert answer.json() == {"data": {"customers": [{"name": "Phở Bát Đàn"}]}}
    assert executor.requests == [
        Request(parameters["query"], {"s": "Phở"}, None, {"explain": True}, "en", mutations_allowed=False)
    ]


async def test_the_viewer_comes_from_the_headers(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", json={"query": "{ viewer }"}, headers={"authorization": "Bearer x"})
    assert answer.json() == {"data": {"viewer": "Bearer x"}}


async def test_answers_are_not_kept_on_the_way(client: httpx.AsyncClient) -> None:
    answer = await client.get("/graphql", params={"query": "{ viewer }"})
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "request_error",
    [
        {"query": "{"},
        {"query": ""},
        {"query": "{ nothingOfTheKind }"},
        {"query": "{ viewer }", "operationName": "Missing"},
        {"query": "query ($s: String!) { customers(startsWith: $s) { name } }", "variables": {"s": None}},
    ],
    ids=["syntax", "empty", "validation", "operation", "variables"],
)
@pytest.mark.parametrize(("media_type", "status"), [(JSON, 200), (GRAPHQL, 400)])
async def test_a_request_error_of_the_executor_shows_in_the_status_of_the_new_media_type_only(
    client: httpx.AsyncClient, request_error: dict[str, Any], media_type: str, status: int
) -> None:
    answer = await client.post("/graphql", json=request_error, headers={"accept": media_type})
    assert answer.status_code == status
    assert set(answer.json()) == {"errors"}


@pytest.mark.parametrize("media_type", [JSON, GRAPHQL])
async def test_a_mutation_by_get_is_refused(client: httpx.AsyncClient, media_type: str) -> None:
    parameters = {"query": 'mutation { rename(name: "x") { name } }'}
    answer = await client.get("/graphql", params=parameters, headers={"accept": media_type})
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert "data" not in answer.json()


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods_are_refused(client: httpx.AsyncClient, method: str) -> None:
    answer = await client.request(method, "/graphql")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")
    assert code_of(answer) == "METHOD_NOT_ALLOWED"


@pytest.mark.parametrize("media_type", [JSON, GRAPHQL])
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", "BODY_MISSING"),
        (b" \n", "BODY_MISSING"),
        (b'{"query": "{ viewer', "INVALID_JSON"),
        (b"NONSENSE", "INVALID_JSON"),
        (b'{"query": "\xff"}', "INVALID_JSON"),
        (b'{"query": "\\ud800"}', "INVALID_JSON"),
        (b'{"query": NaN}', "INVALID_JSON"),
        (b"[" * 900, "INVALID_JSON"),
        (b"[]", "WRONG_PARAMETER_TYPE"),
        (b'"{ viewer }"', "WRONG_PARAMETER_TYPE"),
        (b"null", "WRONG_PARAMETER_TYPE"),
        (b"{}", "QUERY_MISSING"),
        (b'{"query": null}', "QUERY_MISSING"),
        (b'{"query": {}}', "WRONG_PARAMETER_TYPE"),
        (b'{"query": 1}', "WRONG_PARAMETER_TYPE"),
        (b'{"query": "{ viewer }", "variables": []}', "WRONG_PARAMETER_TYPE"),
        (b'{"query": "{ viewer }", "variables": "{}"}', "WRONG_PARAMETER_TYPE"),
        (b'{"query": "{ viewer }", "operationName": false}', "WRONG_PARAMETER_TYPE"),
        (b'{"query": "{ viewer }", "extensions": 0}', "WRONG_PARAMETER_TYPE"),
    ],
)
async def test_a_body_that_is_no_graphql_request_is_refused_with_400(
    client: httpx.AsyncClient, executor: ToyExecutor, body: bytes, expected: str, media_type: str
) -> None:
    headers = {"content-type": JSON, "accept": media_type}
    answer = await client.post("/graphql", content=body, headers=headers)
    assert (answer.status_code, code_of(answer)) == (400, expected)
    assert answer.headers["content-type"].startswith(media_type)
    assert executor.requests == []


@pytest.mark.parametrize(
    ("query_string", "expected"),
    [
        ("", "QUERY_MISSING"),
        ("query=%ff", "INVALID_URL_ENCODING"),
        ("query={viewer}&variables={", "INVALID_JSON"),
        ("query={viewer}&variables=[]", "WRONG_PARAMETER_TYPE"),
        ("query={viewer}&extensions=1", "WRONG_PARAMETER_TYPE"),
    ],
)
async def test_a_url_that_is_no_graphql_request_is_refused_with_400(
    client: httpx.AsyncClient, query_string: str, expected: str
) -> None:
    answer = await client.get(f"/graphql?{query_string}")
    assert (answer.status_code, code_of(answer)) == (400, expected)


@pytest.mark.parametrize("chunk_bytes", [1, 7, 1001])
async def test_a_body_may_come_in_pieces_but_not_be_longer_than_the_limit(
    client: httpx.AsyncClient, chunk_bytes: int
) -> None:
    async def send(body: bytes) -> httpx.Response:
        async def pieces() -> Any:
            for start in range(0, len(body), chunk_bytes):
                yield body[start : start + chunk_bytes]

        return await client.post("/graphql", content=pieces(), headers={"content-type": JSON})

    fits = b'{"query": "{ viewer }"}'.ljust(1000)
    assert (await send(fits)).json() == {"data": {"viewer": "anyone"}}
    refused = await send(fits + b" ")
    assert (refused.status_code, code_of(refused)) == (413, "BODY_TOO_LARGE")
    assert "1000 bytes" in refused.json()["errors"][0]["message"]


async def test_an_error_tells_the_way_out(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", json={"query": ["{ viewer }"]})
    assert answer.json()["errors"] == [
        {
            "message": "The query must be of type string, not array.",
            "extensions": {
                "code": "WRONG_PARAMETER_TYPE",
                "hint": "Send one object: query (string); if needed variables and extensions (objects), "
                "operationName (string).",
                "retryable": False,
            },
        }
    ]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.binary(max_size=200)
    | st.dictionaries(
        st.sampled_from(["query", "variables", "operationName", "extensions"]),
        st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists, max_leaves=3),
    ).map(lambda content: json.dumps(content).encode()),
    accept=st.text(st.characters(codec="latin-1", exclude_categories=["Cc"])),
)
async def test_whatever_comes_the_answer_is_json_and_never_a_server_error(
    client: httpx.AsyncClient, body: bytes, accept: str
) -> None:
    headers = [(b"content-type", JSON.encode()), (b"accept", accept.encode("latin-1"))]
    answer = await client.post("/graphql", content=body, headers=headers)
    assert answer.status_code < 500
    assert answer.json().keys() <= {"data", "errors"}


HASH = "a" * 64
NAMES: dict[str, tuple[dict[str, Any], str]] = {
    "documentId": ({"documentId": "sha256:" + HASH}, "sha256:" + HASH),
    "doc_id": ({"doc_id": "kind-1"}, "kind-1"),
    "persistedQuery": ({"extensions": {"persistedQuery": {"version": 1, "sha256Hash": HASH.upper()}}}, HASH),
}


@pytest.mark.parametrize(("name", "expected"), NAMES.values(), ids=NAMES)
async def test_a_document_can_be_named_instead_of_sent(
    client: httpx.AsyncClient, executor: ToyExecutor, name: dict[str, Any], expected: str
) -> None:
    await client.post("/graphql", json=name)
    await client.get("/graphql", params={k: v if isinstance(v, str) else json.dumps(v) for k, v in name.items()})
    assert [(request.query, request.document_id) for request in executor.requests] == [("", expected)] * 2


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"documentId": 1}, "WRONG_PARAMETER_TYPE"),
        ({"doc_id": ""}, "WRONG_PARAMETER_TYPE"),
        ({"extensions": {"persistedQuery": {"version": 2, "sha256Hash": HASH}}}, "PERSISTED_QUERY_INVALID"),
        ({"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "x" * 64}}}, "PERSISTED_QUERY_INVALID"),
        ({"extensions": {"persistedQuery": {"version": 1}}}, "PERSISTED_QUERY_INVALID"),
        ({"extensions": {"persistedQuery": HASH}}, "PERSISTED_QUERY_INVALID"),
        ({"query": 1, "documentId": "kind-1"}, "WRONG_PARAMETER_TYPE"),
        ({"extensions": {}}, "QUERY_MISSING"),
    ],
)
async def test_a_name_that_is_none_is_refused(
    client: httpx.AsyncClient, parameters: dict[str, Any], expected: str
) -> None:
    answer = await client.post("/graphql", json=parameters)
    assert (answer.status_code, code_of(answer)) == (400, expected)
