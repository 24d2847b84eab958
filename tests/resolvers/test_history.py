"""History tells what was written, in the words of clients, and nothing that a field would hide."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import orjson
import pytest_asyncio

from access.viewer import LOCAL, Viewer
from graph.client import Database
from graph.migrations import upgrade
from graph.model.build import build_model
from graph.model.declare import node, prop
from graph.model.elements import Collection
from graph.model.model import Model
from graph.writer import End, Relate
from resolvers.executor.execute import Executor
from resolvers.executor.request import Request
from resolvers.types.query import build_schema, core_schema
from schema.base import Base
from schema.declarations import declared_classes, model
from tests.support.desk import SINCE, Desk, clear

UNTIL = "2025-01-01T00:00:00.000Z"
FIELDS = "history(first: 1) { nodes { kind fields { name before after } } }"
STAFF = frozenset({"staff"})


@pytest_asyncio.fixture(loop_scope="session")
async def desk(database: Database) -> AsyncIterator[Desk]:
    await upgrade(database, model())
    source = f"test{uuid4().hex}"
    yield Desk(database, model(), source)
    await clear(database, source)


async def ask(desk: Desk, query: str, viewer: Viewer = LOCAL, **variables: Any) -> Any:
    executor = Executor(core_schema(build_schema(desk.model)), desk.model, desk.database)
    answer = orjson.loads((await executor.execute(Request(query, variables), viewer)).body)
    assert "errors" not in answer, answer
    return answer["data"]


async def changed(desk: Desk, name: str, viewer: Viewer = LOCAL) -> Any:
    """The newest change of a node."""
    id = (await desk.node(name))["id"]
    found = await ask(desk, f"query ($id: ID!) {{ node(id: $id) {{ {FIELDS} }} }}", viewer, id=id)
    return found["node"]["history"]["nodes"][0]


async def test_fields_are_told_as_clients_know_them(desk: Desk) -> None:
    await desk.write(desk.new("Organisation", "maker"), desk.new("Product", "soup", {"sku": f"{desk.source} 1"}))
    maker = (await desk.node("maker"))["id"]
    values = {"name": "Phở", "sku": None, "discontinued": True}
    await desk.write(desk.change("Product", "soup", values, madeBy="maker"))
    assert await changed(desk, "soup") == {
        "kind": "UPDATED",
        "fields": [
            {"name": "name", "before": "Thing", "after": "Phở"},
            {"name": "sku", "before": f"{desk.source} 1", "after": None},
            {"name": "discontinued", "before": "false", "after": "true"},
            {"name": "madeBy", "before": None, "after": maker},
        ],
    }


async def test_amounts_are_told_as_decimals(desk: Desk) -> None:
    await desk.write(desk.new("Organisation", "seller"), desk.new("Product", "soup"))
    await desk.write(desk.new("Offer", "offer", {"price": "45000"}, seller="seller", product="soup"))
    await desk.write(desk.change("Offer", "offer", {"price": "47500.5"}))
    assert (await changed(desk, "offer"))["fields"] == [{"name": "price", "before": "45000", "after": "47500.5"}]


async def test_a_relationship_is_in_the_history_of_both_ends(desk: Desk) -> None:
    await desk.write(desk.new("Person", "an"), desk.new("Person", "binh"))
    relate = Relate("ReportsTo", desk.key("an"), desk.key("binh"), {"since": SINCE})
    (made,) = (await desk.write(relate)).written
    await desk.write(End("ReportsTo", made.id, UNTIL))
    ids = [(await desk.node(name))["id"] for name in ("an", "binh")]
    query = """query ($an: ID!, $binh: ID!) {
        an: person(by: { id: $an }) { changes: history(filter: { type: { eq: "ReportsTo" } }) { nodes { ...What } } }
        binh: person(by: { id: $binh }) { changes: incomingHistory { nodes { ...What } } }
    }
    fragment What on Change { kind relationshipId node { id } target { id } fields { name after } }"""
    found = await ask(desk, query, an=ids[0], binh=ids[1])
    both = {"relationshipId": made.id, "node": {"id": ids[0]}, "target": {"id": ids[1]}}
    assert found["an"] == found["binh"]
    assert found["an"]["changes"]["nodes"] == [
        {"kind": "ENDED", **both, "fields": [{"name": "until", "after": UNTIL}]},
        {"kind": "CREATED", **both, "fields": []},
    ]


async def test_the_history_of_what_is_gone_is_found_by_its_id(desk: Desk) -> None:
    await desk.write(desk.new("Person", "an"))
    id = (await desk.node("an"))["id"]
    await desk.database.run_implicit("MATCH (n:Person {id: $id}) DETACH DELETE n", {"id": id})
    query = "query ($id: ID!) { changes(filter: { nodeId: { eq: $id } }) { nodes { kind nodeId node { id } } } }"
    found = await ask(desk, query, id=id)
    assert found["changes"]["nodes"] == [{"kind": "CREATED", "nodeId": id, "node": None}]


async def test_limited_staff_do_not_learn_what_some_nodes_hide_from_them(desk: Desk) -> None:
    await desk.write(desk.new("Organisation", "buyer"), desk.new("Organisation", "seller"), desk.new("Product", "x"))
    await desk.write(desk.new("Purchase", "purchase", buyer="buyer", seller="seller"))
    await desk.write(desk.new("PurchaseLine", "line", {"unitCost": "3"}, purchase="purchase", product="x"))
    await desk.write(desk.change("PurchaseLine", "line", {"unitCost": "4", "quantity": "2"}))
    buyer = (await desk.node("buyer"))["id"]

    async def names(viewer: Viewer) -> list[str]:
        return [field["name"] for field in (await changed(desk, "line", viewer))["fields"]]

    assert await names(Viewer(STAFF)) == ["quantity", "unitCost", "amount"]
    assert await names(Viewer(STAFF, organisations=(buyer,))) == ["quantity", "amount"]


@node("vau")
class Vault(Base):
    """A vault."""

    place: str = prop("Where it is.")
    code: str | None = prop("What opens it.", visible_to=("admin",))


def test_a_role_does_not_learn_from_history_what_a_field_hides_from_it() -> None:
    found = build_model([*declared_classes(), Vault])
    assert told(found, Viewer(frozenset({"admin"}))) == ["place", "code"]
    assert told(found, Viewer(STAFF)) == ["place"]


def told(found: Model, viewer: Viewer) -> list[str]:
    """The names that a change of place and code tells of."""
    executor = Executor(core_schema(build_schema(found)), found)
    request = Request("{ changes(first: 1) { nodes { fields { name } } } }", {})
    compiled = executor.prepare(request, viewer).compiled
    held = json.dumps({"place": "here", "code": "1234"})
    answer = compiled.complete([[["Vault", None, held]]], {}, [])
    return [field["name"] for field in answer["changes"]["nodes"][0]["fields"]]


def test_whatever_a_relationship_leads_to_tells_of_its_changes() -> None:
    ends = {t.name for r in model().relationships.values() for t in model().concrete(r.target)}
    with_history = {t.name for t in model().nodes.values() if isinstance(t.fields.get("incomingHistory"), Collection)}
    (target,) = (r for r in model().nodes["Change"].references if r.name == "target")
    assert ends == with_history == {t.name for name in target.among for t in model().concrete(name)}
