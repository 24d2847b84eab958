"""A new concept is one new module: types, inputs, indexes, writes and answers follow from it."""

import orjson
from graphql import GraphQLInputObjectType, GraphQLObjectType, validate_schema

from access.viewer import LOCAL
from graph.client import Database
from graph.migrations import required_schema, upgrade
from graph.model.build import build_model
from graph.writer import Put, write
from resolvers.executor.execute import Executor
from resolvers.executor.request import Request
from resolvers.types.query import build_schema, core_schema
from schema import declarations
from tests.oracle.demo import left_as_found
from tests.schema import store

QUERY = """{
    stores(filter: { size: { eq: KIOSK }, runBy: { name: { startsWith: "phố" } } }) {
        totalCount
        nodes { __typename name size runBy { name stores { totalCount } } }
    }
    orgUnits(filter: { stores: { some: { name: { contains: "quay" } } } }, orderBy: [{ stores: { by: COUNT } }]) {
        edges { node { name stores(orderBy: [{ name: DESC }]) { nodes { name } } } }
    }
    search(text: "quay so mot", kinds: [STORE]) { nodes { ... on Store { name } } }
}"""
MODEL = build_model([*declarations.declared_classes(), *(v for v in vars(store).values() if isinstance(v, type))])


def test_types_and_inputs_and_indexes_follow() -> None:
    schema = core_schema(build_schema(MODEL))
    assert validate_schema(schema) == []
    made, order = schema.type_map["Store"], schema.type_map["OrgUnitOrder"]
    assert isinstance(made, GraphQLObjectType)
    assert list(made.fields) == ["id", "createdAt", "updatedAt", "version", "name", "size", "runBy", "history"]
    assert isinstance(order, GraphQLInputObjectType)
    assert "stores" in order.fields
    names = {d.name for d in required_schema(MODEL)} - {d.name for d in required_schema(declarations.model())}
    assert names == {
        "cg_unique_Store_id",
        "cg_range_Store_nameKey_id",
        "cg_range_Store_runById_id",
        "cg_range_Store_runById_nameKey_id",
    }


async def test_it_is_written_and_read_like_any_other(database: Database) -> None:
    unit = Put("OrgUnit", "_:unit", {"name": "Phố Huế", "kind": "BRANCH"})
    stores = [
        Put("Store", f"toy:store:{n}", {"name": name, "size": size}, {"runBy": "_:unit"})
        for n, (name, size) in enumerate([("Quầy số một", "KIOSK"), ("Quầy số hai", "KIOSK"), ("Nhà lớn", "HALL")])
    ]
    await upgrade(database, MODEL)
    try:
        async with left_as_found(database):
            [outcome] = await write(database, MODEL, [[unit, *stores]], by="test")
            executor = Executor(core_schema(build_schema(MODEL)), MODEL, database)
            answer = orjson.loads((await executor.execute(Request(QUERY), LOCAL)).body)
    finally:
        await upgrade(database, declarations.model())
    assert outcome.error is None
    run_by = {"name": "Phố Huế", "stores": {"totalCount": 3}}
    assert answer == {
        "data": {
            "stores": {
                "totalCount": 2,
                "nodes": [
                    {"__typename": "Store", "name": "Quầy số hai", "size": "KIOSK", "runBy": run_by},
                    {"__typename": "Store", "name": "Quầy số một", "size": "KIOSK", "runBy": run_by},
                ],
            },
            "orgUnits": {
                "edges": [
                    {
                        "node": {
                            "name": "Phố Huế",
                            "stores": {
                                "nodes": [{"name": "Quầy số một"}, {"name": "Quầy số hai"}, {"name": "Nhà lớn"}]
                            },
                        }
                    }
                ]
            },
            "search": {"nodes": [{"name": "Quầy số một"}]},
        }
    }
