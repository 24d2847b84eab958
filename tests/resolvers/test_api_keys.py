"""API keys through GraphQL: for administrators alone, and shown once."""

from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest
import pytest_asyncio

from access.api_keys import ApiKeys
from access.viewer import LOCAL, Viewer
from graph.compiler.planner.context import Limits
from resolvers.executor.execute import Executor
from resolvers.executor.request import Request
from tests.oracle.demo import Demo

CREATE = """mutation ($input: CreateApiKeyInput!) {
  createApiKey(input: $input) {
    apiKey { id name roles scopes organisations party { name } isValid createdBy expiresAt revokedAt lastUsedAt }
    secret
    userErrors { code field }
  }
}"""
ROTATE = """mutation ($input: RotateApiKeyInput!) {
  rotateApiKey(input: $input) { apiKey { id previousSecretUntil } secret userErrors { code field } }
}"""
REVOKE = """mutation ($input: RevokeApiKeyInput!) {
  revokeApiKey(input: $input) { apiKey { id isValid revokedAt } userErrors { code field message } }
}"""
LIST = "query ($first: Int, $after: ID) { apiKeys(first: $first, after: $after) { id name isValid party { name } } }"


@pytest_asyncio.fixture(loop_scope="session")
async def service(demo: Demo) -> AsyncIterator[Executor]:
    keys = ApiKeys(lambda: demo.database, "pepper of the tests, 32 characters", 30)
    yield Executor(demo.schema, demo.model, demo.database, keys=keys)
    await keys.close()
    await demo.database.run_implicit("MATCH (k:ApiKey) DELETE k")


async def ask(service: Executor, text: str, viewer: Viewer = LOCAL, **variables: Any) -> Any:
    return orjson.loads((await service.execute(Request(text, variables), viewer)).body)


async def answered(service: Executor, text: str, **given: Any) -> Any:
    """The payload of a mutation."""
    [payload] = (await ask(service, text, input=given))["data"].values()
    return payload


async def test_a_key_is_made_used_rotated_and_revoked(service: Executor) -> None:
    given = {"name": "Export", "roles": ["SERVICE"], "scopes": ["READ", "PII"], "expiresAt": "2099-01-01"}
    made = await answered(service, CREATE, **given)
    key, secret = made["apiKey"], made["secret"]
    assert made["userErrors"] == []
    assert key == {
        "id": key["id"],
        "name": "Export",
        "roles": ["SERVICE"],
        "scopes": ["PII", "READ"],
        "organisations": None,
        "party": None,
        "isValid": True,
        "createdBy": "local",
        "expiresAt": "2099-01-01T00:00:00.000Z",
        "revokedAt": None,
        "lastUsedAt": None,
    }
    assert service.keys is not None
    assert (await service.keys.verify(secret)).subject == key["id"]
    rotated = await answered(service, ROTATE, id=key["id"], overlapHours=1)
    assert rotated["apiKey"]["previousSecretUntil"] is not None
    assert (await service.keys.verify(rotated["secret"])).subject == key["id"]
    revoked = await answered(service, REVOKE, id=key["id"])
    assert (revoked["apiKey"]["isValid"], revoked["userErrors"]) == (False, [])
    again = await answered(service, ROTATE, id=key["id"])
    assert again == {"apiKey": None, "secret": None, "userErrors": [{"code": "API_KEY_ENDED", "field": ["input"]}]}


async def test_a_key_in_the_document_itself_belongs_to_a_party_and_is_limited(service: Executor, demo: Demo) -> None:
    name, key = "Công ty CP Ô tô Hoàng Gia", "demo:party:o-to-hoang-gia"
    answer = await ask(
        service,
        f"""mutation {{
          createApiKey(input: {{
            name: "Portal", roles: [PARTNER],
            party: {{ externalKey: "{key}" }}, organisations: [{{ externalKey: "{key}" }}]
          }}) {{ apiKey {{ party {{ name }} organisations }} userErrors {{ code }} }}
        }}""",
    )
    assert answer["data"]["createApiKey"] == {
        "apiKey": {"party": {"name": name}, "organisations": [demo.ids[key]]},
        "userErrors": [],
    }


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"roles": ["CUSTOMER"]}, "MISSING_VALUE", "party"),
        ({"roles": ["ADMIN"], "party": {"id": "per_0"}}, "UNKNOWN_REFERENCE", "party"),
        ({"roles": []}, "MISSING_VALUE", "roles"),
        ({"roles": ["ADMIN"], "expiresAt": "2001-01-01"}, "BAD_FIELD_VALUE", "expiresAt"),
    ],
    ids=str,
)
async def test_why_a_key_is_refused_is_data(service: Executor, given: dict[str, Any], code: str, field: str) -> None:
    refused = await answered(service, CREATE, name="x", **given)
    assert refused == {"apiKey": None, "secret": None, "userErrors": [{"code": code, "field": ["input", field]}]}


async def test_a_key_ends_in_a_year_unless_somebody_says_otherwise(service: Executor) -> None:
    by_default = await answered(service, CREATE, name="x", roles=["ADMIN"])
    for_ever = await answered(service, CREATE, name="x", roles=["ADMIN"], expiresAt=None)
    assert by_default["apiKey"]["expiresAt"] is not None
    assert for_ever["apiKey"]["expiresAt"] is None


@pytest.mark.parametrize(
    "viewer",
    [Viewer(frozenset({"staff", "analyst", "pii"})), Viewer(frozenset({"admin"}), ("org_1",)), Viewer(frozenset())],
    ids=["staff", "limited administrator", "nobody"],
)
async def test_nobody_but_an_administrator_learns_of_keys_or_changes_them(service: Executor, viewer: Viewer) -> None:
    key = (await answered(service, CREATE, name="x", roles=["ADMIN"]))["apiKey"]["id"]
    listed = await ask(service, LIST, viewer)
    assert (listed["data"], listed["errors"][0]["extensions"]["code"]) == (None, "NOT_ALLOWED")
    for text, given in ((CREATE, {"name": "y", "roles": ["ADMIN"]}), (ROTATE, {"id": key}), (REVOKE, {"id": key})):
        [payload] = (await ask(service, text, viewer, input=given))["data"].values()
        assert [error["code"] for error in payload.pop("userErrors")] == ["NOT_ALLOWED"]
        assert set(payload.values()) == {None}
    assert [found["isValid"] for found in (await ask(service, LIST))["data"]["apiKeys"]] == [True]


async def test_keys_are_listed_in_pages_beside_other_fields(service: Executor) -> None:
    made = [(await answered(service, CREATE, name=f"key {n}", roles=["ADMIN"]))["apiKey"]["id"] for n in range(3)]
    first = (await ask(service, LIST, first=2))["data"]["apiKeys"]
    rest = (await ask(service, LIST, after=first[-1]["id"]))["data"]["apiKeys"]
    assert [key["id"] for key in (*first, *rest)] == made[::-1]
    both = await ask(service, "{ viewer { roles } apiKeys(first: 1) { name } }")
    assert both["data"] == {"viewer": {"roles": ["admin"]}, "apiKeys": [{"name": "key 2"}]}
    beyond = await ask(service, LIST, first=Limits().page_max + 1)
    assert beyond["errors"][0]["extensions"]["code"] == "PAGE_SIZE"


async def test_a_key_is_no_node_of_the_domain(service: Executor) -> None:
    key = (await answered(service, CREATE, name="x", roles=["ADMIN"]))["apiKey"]["id"]
    answer = await ask(service, 'query ($id: ID!) { node(id: $id) { id } search(text: "cgk") { totalCount } }', id=key)
    assert answer["data"]["node"] is None
    assert answer["data"]["search"]["totalCount"] == 0


async def test_without_a_pepper_there_are_no_keys(demo: Demo) -> None:
    without = Executor(demo.schema, demo.model, demo.database)
    refused = await answered(without, CREATE, name="x", roles=["ADMIN"])
    assert [error["code"] for error in refused["userErrors"]] == ["API_KEYS_OFF"]
    listed = await ask(without, LIST)
    assert listed["errors"][0]["extensions"]["code"] == "API_KEYS_OFF"
