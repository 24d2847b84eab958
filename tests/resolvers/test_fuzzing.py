"""Whatever is sent to the served endpoint is answered, and where it is wrong the client is told so: never a 5xx."""

import base64
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.viewer import LOCAL, Viewer
from endpoint.app import build_app
from endpoint.settings import EndpointSettings
from resolvers.executor.execute import Executor
from tests.endpoint.conftest import client_of
from tests.endpoint.toy import ready
from tests.oracle.demo import Demo

QUERIES = [file.read_text("utf-8") for file in sorted((Path(__file__).parents[2] / "examples/queries").glob("[a-m]*"))]
OUR_FAULT = {"INTERNAL", "DATABASE_UNREACHABLE", "DATABASE_UNAVAILABLE"}
JSON = "application/json"


@pytest.fixture(scope="module")
async def client(demo: Demo) -> AsyncIterator[httpx.AsyncClient]:
    """The whole service on the demo company, in this process."""

    async def authenticate(_headers: Mapping[str, str]) -> Viewer:
        return LOCAL

    executor = Executor(demo.schema, demo.model, demo.database)
    async with client_of(build_app(executor, authenticate, ready, EndpointSettings())) as client:
        yield client


def judge(answer: httpx.Response) -> None:
    """An answer of GraphQL, whose errors, if any, are the client's own."""
    assert answer.status_code < 500, answer.text
    content = answer.json()
    assert content.keys() <= {"data", "errors", "extensions"}
    codes = {error["extensions"]["code"] for error in content.get("errors", ())}
    assert not codes & OUR_FAULT, answer.text


async def ask(client: httpx.AsyncClient, query: str, **variables: Any) -> httpx.Response:
    answer = await client.post(
        "/graphql", content=orjson.dumps({"query": query, "variables": variables}), headers={"content-type": JSON}
    )
    judge(answer)
    return answer


leaves = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(max_size=20)
anything = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
names = st.sampled_from(["query", "variables", "operationName", "extensions", "documentId", "doc_id", "persistedQuery"])


@given(
    body=st.dictionaries(names, anything | st.sampled_from(QUERIES)).map(json.dumps).map(str.encode)
    | st.binary(max_size=300)
    | st.tuples(st.sampled_from(QUERIES), st.integers(0, 400), st.binary(max_size=3)).map(
        lambda t: json.dumps({"query": t[0]}).encode()[: t[1]] + t[2]
    )
)
async def test_bodies(client: httpx.AsyncClient, body: bytes) -> None:
    judge(await client.post("/graphql", content=body, headers={"content-type": JSON}))


@given(
    query=st.sampled_from(QUERIES),
    cut=st.integers(0, 2_000),
    length=st.integers(0, 30),
    inserted=st.sampled_from(
        [
            "",
            "{",
            "}",
            "...",
            "...on Query{",
            "@skip(if:true)",
            "@include",
            "(first:-1)",
            "$x",
            "\u0000",
            "\ud83d",
            "\ufeff",
            '"""',
            "#",
            "fragment x on Party{id}",
            "[[[",
            "null",
            "1e999",
            "9" * 40,
            "mutation{",
            "query($a:Int){",
            "subscription{",
        ]
    ),
)
async def test_documents(client: httpx.AsyncClient, query: str, cut: int, length: int, inserted: str) -> None:
    text = query[:cut] + inserted + query[cut + length :]
    body = json.dumps({"query": text}).encode()
    judge(await client.post("/graphql", content=body, headers={"content-type": JSON}))


@given(
    query_string=st.lists(
        st.tuples(names, st.text(max_size=20) | st.sampled_from(QUERIES) | anything.map(json.dumps)), max_size=4
    ).map(lambda pairs: httpx.QueryParams([(n, v.encode("utf-8", "replace").decode()) for n, v in pairs]).__str__())
    | st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="#"), max_size=60)
)
async def test_query_strings(client: httpx.AsyncClient, query_string: str) -> None:
    judge(await client.get(f"/graphql?{query_string}"))


HEADERS = [
    "accept",
    "accept-language",
    "accept-encoding",
    "content-type",
    "content-encoding",
    "authorization",
    "origin",
    "host",
    "x-request-id",
    "if-none-match",
    "range",
    "transfer-encoding",
    "x-forwarded-for",
    "cookie",
]
values = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=40) | (
    st.sampled_from(["*/*;q=1e9", ",,;;q=", "application/graphql-response+json;q=0.0001", "gzip;q=NaN", "a" * 5_000])
)


@given(headers=st.lists(st.tuples(st.sampled_from(HEADERS), values), max_size=6))
async def test_headers(client: httpx.AsyncClient, headers: list[tuple[str, str]]) -> None:
    sent = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    judge(await client.post("/graphql", content=b'{"query":"{ __typename }"}', headers=sent))


def encoded(content: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(content)).rstrip(b"=").decode()


CONNECTIONS = [
    "parties(orderBy: [{ name: ASC }])",
    "parties",
    "purchases(orderBy: [{ at: DESC }])",
    'search(text: "bao")',
]
numbers = st.integers(-(2**63), 2**64 - 1)
PAGE = "query ($after: String, $first: Int) { %s { totalCount nodes { __typename } pageInfo { endCursor } } }"


@given(
    connection=st.sampled_from(CONNECTIONS),
    digest=st.booleans(),
    first=st.integers(-2, 300) | st.none(),
    parts=st.lists(
        st.none()
        | st.booleans()
        | numbers
        | st.floats(allow_nan=False)
        | st.text(max_size=9)
        | st.lists(st.integers(0, 9), max_size=2)
        | st.dictionaries(st.text(max_size=2), st.none()),
        max_size=4,
    ),
    cut=st.integers(0, 3),
)
async def test_cursors(
    client: httpx.AsyncClient, connection: str, digest: bool, first: int | None, parts: list[Any], cut: int
) -> None:
    """Made up ones, and those whose digest is that of the order, so that their values are read."""
    arguments = "(after: $after, first: $first, " if "(" in connection else "(after: $after, first: $first)"
    query = PAGE % connection.replace("(", arguments, 1) if "(" in connection else PAGE % (connection + arguments)
    cursor = None
    if digest:
        found = (await ask(client, query, first=1)).json()["data"][connection.partition("(")[0]]["pageInfo"][
            "endCursor"
        ]
        whole = orjson.loads(base64.urlsafe_b64decode(found + "=" * (-len(found) % 4)))
        cursor = encoded([whole[0], *parts]) if isinstance(whole, list) else encoded(parts)
    cursor = (cursor or encoded(parts))[: -cut or None]
    await ask(client, query, after=cursor, first=first)


ids = st.text(max_size=40) | st.from_regex(r"(per|org|cus|ou|prd|pur)_[0-9a-f]{0,40}", fullmatch=True)
BY_ID = """query ($id: ID!, $ids: [ID!]!, $key: String) { node(id: $id) { id } nodes(ids: $ids) { id }
    party(by: { id: $id }) { name } customer(by: { externalKey: $key }) { id }
    parties(filter: { id: { in: $ids } }) { totalCount } }"""


@given(id=ids | anything, listed=st.lists(ids, max_size=5) | anything, key=ids | anything)
async def test_ids(client: httpx.AsyncClient, id: Any, listed: Any, key: Any) -> None:
    body = json.dumps({"query": BY_ID, "variables": {"id": id, "ids": listed, "key": key}}).encode()
    judge(await client.post("/graphql", content=body, headers={"content-type": JSON}))


FILTERED = "query ($f: PartyFilter, $o: [PartyOrder!]) { parties(filter: $f, orderBy: $o, first: 2) { nodes { id } } }"
filters = st.recursive(
    st.dictionaries(st.sampled_from(["eq", "in", "contains", "isNull", "lt"]), anything, max_size=2),
    lambda inner: (
        st.dictionaries(st.sampled_from(["name", "city", "not", "customers", "some", "id"]), inner, max_size=2)
        | st.dictionaries(st.sampled_from(["and", "or"]), st.lists(inner, max_size=3), max_size=2)
    ),
    max_leaves=8,
)
orders = st.lists(
    st.dictionaries(st.sampled_from(["name", "purchases", "city"]), anything | st.just("ASC"), max_size=2), max_size=3
)


@given(filter=filters | anything, order=orders | anything)
async def test_inputs(client: httpx.AsyncClient, filter: Any, order: Any) -> None:
    body = json.dumps({"query": FILTERED, "variables": {"f": filter, "o": order}}).encode()
    judge(await client.post("/graphql", content=body, headers={"content-type": JSON}))
