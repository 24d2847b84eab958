"""The whole service asks who somebody is: what the settings say, and what callers get for their headers."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import server
from access.api_keys import ApiKeys, Wish
from access.errors import PartyTemplateError
from graph.client import Database, DatabaseSettings
from graph.migrations import upgrade
from graph.model.values import now_text
from schema.declarations import model
from settings.base import OpenAddressError, SettingError
from tests.access.issuer import AUDIENCE, ISSUER, Published, pem, published, token
from tests.oracle.demo import left_as_found
from tests.support.desk import Desk

SOURCE = "identity-test"
PEPPER = "a pepper of more than 32 characters"
TOKENS = {"token_issuer": ISSUER, "token_audience": AUDIENCE, "token_keys": "https://login.example/keys"}
WHO = "{ viewer { roles limited party { name } } }"


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in server.Settings.model_fields:
        monkeypatch.delenv(server.Settings.variable(name), raising=False)


def settings_of(**given: Any) -> server.Settings:
    return server.Settings(**given)


@pytest.mark.parametrize("identity", [TOKENS, {"key_pepper": PEPPER}], ids=["tokens", "keys"])
def test_a_service_that_knows_its_callers_may_be_reached_from_anywhere(identity: dict[str, str]) -> None:
    assert settings_of(host="0.0.0.0", **identity).address().host == "0.0.0.0"


def test_a_service_that_does_not_says_what_to_set() -> None:
    with pytest.raises(OpenAddressError) as refused:
        settings_of(host="0.0.0.0").address()
    for field in (*TOKENS, "key_pepper"):
        assert server.Settings.variable(field) in refused.value.advice()


@pytest.mark.parametrize("missing", TOKENS)
def test_half_of_what_tokens_need_is_refused_and_the_other_half_named(missing: str) -> None:
    half = {name: value for name, value in TOKENS.items() if name != missing}
    with pytest.raises(SettingError, match=server.Settings.variable(missing)):
        settings_of(**half).address()


@pytest.mark.parametrize("keys", ["http://login.example/keys", "ftp://login.example/keys", "http://0.0.0.0/keys"])
def test_keys_never_come_over_an_open_line(keys: str) -> None:
    with pytest.raises(SettingError, match="https"):
        settings_of(**{**TOKENS, "token_keys": keys}).identity()


def test_the_address_of_keys_holds_no_password_that_a_log_would_show() -> None:
    with pytest.raises(SettingError, match="user names") as refused:
        settings_of(**{**TOKENS, "token_keys": "https://an:secret@login.example/keys"}).identity()
    assert "secret" not in refused.value.message()


def test_a_party_that_cannot_be_told_is_refused_at_the_start() -> None:
    with pytest.raises(PartyTemplateError):
        settings_of(**TOKENS, token_party="{sub").address()


def test_a_short_pepper_is_refused_and_no_pepper_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUSTOMER_GRAPH_KEY_PEPPER", "too short")
    with pytest.raises(SettingError, match="CUSTOMER_GRAPH_KEY_PEPPER") as refused:
        server.load_settings()
    assert "too short" not in refused.value.message()
    monkeypatch.setenv("CUSTOMER_GRAPH_KEY_PEPPER", PEPPER)
    loaded = server.load_settings()
    assert PEPPER not in repr(loaded) + loaded.model_dump_json() + repr(loaded.identity())


@pytest.fixture(scope="module")
def issuer() -> Iterator[Published]:
    with published("RS256", "EdDSA") as found:
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(database: Database) -> AsyncIterator[Desk]:
    """An, whom the identity provider knows as user-1."""
    await upgrade(database, model())
    async with left_as_found(database):
        found = Desk(database, model(), SOURCE)
        await found.write(found.new("Person", "user:user-1", {"name": "An"}))
        yield found


Ask = Callable[[str | None], Awaitable[httpx.Response]]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def client(desk: Desk, neo4j_settings: DatabaseSettings, issuer: Published) -> AsyncIterator[httpx.AsyncClient]:
    assert desk.source, "the database is as this version needs it"
    chosen = settings_of(
        **{**TOKENS, "token_keys": issuer.url}, token_party=f"{SOURCE}:user:{{sub}}", key_pepper=PEPPER
    )
    app = server.build_application(chosen, neo4j_settings)
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://s") as found:
        yield found


@pytest.fixture
def ask(client: httpx.AsyncClient) -> Ask:
    async def asked(authorization: str | None) -> httpx.Response:
        headers = {} if authorization is None else {"authorization": authorization}
        return await client.post("/graphql", json={"query": WHO}, headers=headers)

    return asked


def viewer(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]["viewer"]


def refusal(answer: httpx.Response) -> tuple[int, str, str | None]:
    """Status, code and challenge."""
    [error] = answer.json()["errors"]
    return answer.status_code, error["extensions"]["code"], answer.headers.get("www-authenticate")


REALM = 'Bearer realm="customer-graph"'
INVALID = (401, "UNAUTHENTICATED", f'{REALM}, error="invalid_token"')


async def test_who_says_nothing_is_asked_for_a_token(ask: Ask) -> None:
    assert refusal(await ask(None)) == (401, "UNAUTHENTICATED", REALM)


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Basic YW46YW4=", "Bearer x.y.z", "Bearer a b", f"Bearer {token()}, Bearer {token()}"],
)
async def test_who_says_something_else_is_refused(ask: Ask, authorization: str) -> None:
    assert refusal(await ask(authorization)) == INVALID


async def test_a_token_is_somebody(ask: Ask) -> None:
    assert viewer(await ask(f"Bearer {token('RS256', sub='staff-7')}")) == {
        "roles": ["staff"],
        "limited": False,
        "party": None,
    }
    assert viewer(await ask(f"bearer {token(organisations=['org_1'])}"))["limited"] is True


async def test_the_subject_of_a_token_leads_to_its_party(ask: Ask) -> None:
    assert viewer(await ask(f"Bearer {token(roles=['customer'])}")) == {
        "roles": ["customer"],
        "limited": False,
        "party": {"name": "An"},
    }
    assert refusal(await ask(f"Bearer {token(roles=['customer'], sub='user-2')}")) == (403, "NO_PARTY", None)


async def test_who_has_no_role_here_is_told_so(ask: Ask) -> None:
    assert refusal(await ask(f"Bearer {token(roles=['offline_access'])}")) == (403, "NO_ROLE", None)


async def test_that_a_token_has_expired_is_told(ask: Ask) -> None:
    challenge = f'{REALM}, error="invalid_token", error_description="The token has expired"'
    assert refusal(await ask(f"Bearer {token(exp=1_000_000)}")) == (401, "TOKEN_EXPIRED", challenge)


@pytest.mark.parametrize("claims", [{"organisations": {"none": "of them"}}, {"roles": 7}, {"scope": [7]}], ids=str)
async def test_a_claim_that_cannot_be_read_lets_nobody_in(ask: Ask, claims: dict[str, Any]) -> None:
    assert refusal(await ask(f"Bearer {token(**claims)}")) == INVALID


async def test_the_party_of_a_key_is_followed_where_it_became_another_one(
    client: httpx.AsyncClient, ask: Ask, desk: Desk
) -> None:
    keys = ApiKeys(lambda: desk.database, PEPPER, 30)
    await desk.write(desk.new("Person", "user:twin", {"name": "An's twin"}))
    ((twin,),) = await desk.rows("MATCH (:ExternalKey {key: $key})-->(n) RETURN n.id", key=desk.key("user:twin"))
    _, secret = await keys.create(Wish("Portal", ["customer"], party=twin), by="local")
    pair = f'keep: {{ externalKey: "{desk.key("user:user-1")}" }}, merge: {{ id: "{twin}" }}'
    query = f"mutation {{ mergeParties(input: {{ {pair} }}) {{ userErrors {{ code }} }} }}"
    headers = {"authorization": f"Bearer {token(roles=['admin'])}"}
    merged = await client.post("/graphql", json={"query": query}, headers=headers)
    assert merged.json() == {"data": {"mergeParties": {"userErrors": []}}}
    assert viewer(await ask(f"Bearer {secret}"))["party"] == {"name": "An"}


async def test_an_api_key_is_somebody(ask: Ask, desk: Desk) -> None:
    keys = ApiKeys(lambda: desk.database, PEPPER, 30)
    _, reader = await keys.create(Wish("Export", ["service"], ["read", "pii"]), by="local")
    _, owner = await keys.create(Wish("Portal", ["customer"], party=desk.key("user:user-1")), by="local")
    assert viewer(await ask(f"Bearer {reader}"))["roles"] == ["analyst", "pii", "service"]
    assert viewer(await ask(f"Bearer {owner}"))["party"] == {"name": "An"}


async def test_unknown_expired_and_revoked_keys_are_told_apart_by_no_byte(ask: Ask, desk: Desk) -> None:
    keys = ApiKeys(lambda: desk.database, PEPPER, 30)
    (expired_key, expired), (revoked_key, revoked) = [
        await keys.create(Wish("x", ["admin"]), by="local") for _ in range(2)
    ]
    await keys.revoke(revoked_key.id)
    text = "MATCH (k:ApiKey {id: $id}) SET k.expiresAt = $now"
    await desk.database.run_implicit(text, {"id": expired_key.id, "now": now_text()})
    await asyncio.sleep(0.002)
    told = []
    for secret in (expired, revoked, f"cgk_{'0' * 32}_{'0' * 64}", "cgk_0"):
        answer = await ask(f"Bearer {secret}")
        told.append((answer.content, {**answer.headers, "x-request-id": ""}))
        assert refusal(answer) == INVALID
    assert told == [told[0]] * 4


async def test_the_probes_of_an_orchestrator_need_no_credentials(client: httpx.AsyncClient) -> None:
    for path in ("/healthz", "/readyz"):
        assert (await client.get(path)).status_code == 200


async def test_an_administrator_manages_keys_over_http(client: httpx.AsyncClient) -> None:
    query = 'mutation { createApiKey(input: { name: "x", roles: [ADMIN] }) { apiKey { createdBy } secret } }'
    headers = {"authorization": f"Bearer {token(roles=['admin'], sub='boss')}"}
    answer = (await client.post("/graphql", json={"query": query}, headers=headers)).json()["data"]["createApiKey"]
    assert answer["apiKey"] == {"createdBy": "boss"}
    again = await client.post("/graphql", json={"query": WHO}, headers={"authorization": f"Bearer {answer['secret']}"})
    assert viewer(again)["roles"] == ["admin"]


WORDS = st.sampled_from(
    ["Bearer", "bearer ", "cgk_", "0" * 32, "_", "f" * 64, token(), token("RS256")[:-3], ".", "=", "\t"]
)
HEADER = st.lists(WORDS | st.text(st.characters(max_codepoint=255), max_size=8), max_size=8).map("".join)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(HEADER)
async def test_no_header_breaks_the_service(client: httpx.AsyncClient, header: str) -> None:
    raw = [(b"authorization", header.encode("latin-1")), (b"content-type", b"application/json")]
    answer = await client.post("/graphql", content=b'{"query": "{ viewer { roles } }"}', headers=raw)
    assert answer.status_code == 401 or answer.json()["data"]["viewer"]["roles"] == ["staff"]


async def test_without_an_address_that_answers_nobody_can_be_verified(
    neo4j_settings: DatabaseSettings, desk: Desk
) -> None:
    assert desk.source
    chosen = settings_of(**{**TOKENS, "token_keys": "http://127.0.0.1:9/keys"})
    app = server.build_application(chosen, neo4j_settings)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://s") as client,
    ):
        answer = await client.post("/graphql", json={"query": WHO}, headers={"authorization": f"Bearer {token()}"})
    assert refusal(answer) == (503, "IDENTITY_UNAVAILABLE", None)


async def test_keys_in_a_file_need_no_address(neo4j_settings: DatabaseSettings, desk: Desk, tmp_path: Path) -> None:
    assert desk.source
    file = tmp_path / "issuer.pem"
    file.write_bytes(pem("EdDSA"))
    app = server.build_application(settings_of(**{**TOKENS, "token_keys": str(file)}), neo4j_settings)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://s") as client,
    ):
        answer = await client.post("/graphql", json={"query": WHO}, headers={"authorization": f"Bearer {token()}"})
    assert viewer(answer)["roles"] == ["staff"]
