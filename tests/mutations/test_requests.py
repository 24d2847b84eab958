"""How mutations come in: with their input in variables, by POST alone, and many of a kind at once."""

import asyncio
from typing import Any

import orjson

from access.viewer import LOCAL, Viewer
from graph.compiler.planner.context import Limits
from resolvers.executor.execute import Executor
from resolvers.executor.request import Request

CREATE = """mutation ($input: CreatePurchaseInput!) {
  createPurchase(input: $input) {
    purchase { currency channel net { amount } lines { nodes { quantity discount } } }
    userErrors { code field message }
  }
}"""
PERSON = 'mutation ($key: String) { createPerson(input: { name: "An", idempotencyKey: $key }) { person { id } } }'


async def ask(executor: Executor, query: str, variables: dict[str, Any], viewer: Viewer = LOCAL) -> dict[str, Any]:
    return dict(orjson.loads((await executor.execute(Request(query, variables), viewer)).body))


async def test_an_input_in_a_variable_means_what_it_means_in_the_document(empty: Executor) -> None:
    seller = {"createOrganisation": {"name": "Quán", "kind": "BUSINESS"}}
    product = {"createProduct": {"name": "Bún", "kind": "GOOD", "discontinued": False}}
    line = {"position": 1, "quantity": "2.5", "unitPrice": "10", "discount": "0.5", "product": product}
    given = {"at": "2026-01-01", "currency": "VND", "channel": "PHONE", "allow": ["NOT_OFFERED"], "lines": [line]}
    buyer = {"createPerson": {"name": "An"}}
    answer = await ask(empty, CREATE, {"input": {**given, "seller": seller, "buyer": buyer}})
    assert answer == {
        "data": {
            "createPurchase": {
                "purchase": {
                    "currency": "VND",
                    "channel": "PHONE",
                    "net": {"amount": "12.5"},
                    "lines": {"nodes": [{"quantity": "2.5", "discount": "0.5"}]},
                },
                "userErrors": [],
            }
        }
    }


async def test_a_plan_serves_other_inputs(empty: Executor) -> None:
    for name in ("An", "Bình"):
        query = "mutation ($name: String!) { createPerson(input: { name: $name }) { person { name } } }"
        answer = await ask(empty, query, {"name": name})
        assert answer["data"]["createPerson"]["person"] == {"name": name}


async def test_a_mutation_by_get_is_refused(empty: Executor) -> None:
    answer = await empty.execute(Request(PERSON, {}, mutations_allowed=False), LOCAL)
    assert answer.status == 405
    assert orjson.loads(answer.body)["errors"][0]["extensions"]["code"] == "MUTATION_NEEDS_POST"
    assert (await ask(empty, "{ persons { totalCount } }", {}))["data"]["persons"]["totalCount"] == 0


async def test_one_key_sent_at_once_by_many_writes_once(empty: Executor) -> None:
    answers = await asyncio.gather(*(ask(empty, PERSON, {"key": "the same"}) for _ in range(8)))
    assert len({answer["data"]["createPerson"]["person"]["id"] for answer in answers}) == 1
    assert (await ask(empty, "{ persons { totalCount } }", {}))["data"]["persons"]["totalCount"] == 1


async def test_the_key_of_another_sender_is_another_key(empty: Executor) -> None:
    others = (LOCAL, Viewer(frozenset({"staff"}), subject="somebody else"))
    answers = [await ask(empty, PERSON, {"key": "the same"}, viewer) for viewer in others]
    assert len({answer["data"]["createPerson"]["person"]["id"] for answer in answers}) == 2


async def test_one_mutation_makes_no_more_than_the_limit(empty: Executor) -> None:
    small = Executor(empty.schema, empty.model, empty.connected, Limits(changes_max=2, import_max=1))
    brands = 'createOrganisation(input: { name: "Quán", kind: BUSINESS, brands: [{ name: "A" }, { name: "B" }] })'
    rows = 'importRows(input: { rows: [{ brand: { externalKey: "a:b:1" } }, { brand: { externalKey: "a:b:2" } }] })'
    query = (
        f"mutation {{ made: {brands} {{ userErrors {{ code }} }} rows: {rows} {{ created userErrors {{ code }} }} }}"
    )
    answer = await ask(small, query, {})
    assert answer["data"] == {
        "made": {"userErrors": [{"code": "TOO_MANY_CHANGES"}]},
        "rows": {"created": 0, "userErrors": [{"code": "TOO_MANY_IMPORT_ROWS"}]},
    }
    assert (await ask(small, "{ organisations { totalCount } }", {}))["data"]["organisations"]["totalCount"] == 0


async def test_duplicates_are_for_those_who_see_personal_data_of_everybody(empty: Executor) -> None:
    for viewer in (Viewer(frozenset({"analyst"})), Viewer(frozenset({"staff"}), ("org_1",))):
        answer = await ask(empty, "{ duplicateCandidates { nodes { score } } }", {}, viewer)
        assert answer["data"] is None
        assert answer["errors"][0]["extensions"]["code"] == "NOT_ALLOWED"
    both = 'duplicateCandidates(by: { id: "per_1" }, after: "per_2") { nodes { score } }'
    refused = {"duplicateCandidates(first: 999) { nodes { score } }": "PAGE_SIZE", both: "ARGUMENT_CONFLICT"}
    for field, code in refused.items():
        assert (await ask(empty, f"{{ {field} }}", {}))["errors"][0]["extensions"]["code"] == code
