"""gql, the client in Python, writes queries of the schema alone, is told of mistakes before it asks, and subscribes."""

from pathlib import Path

import pytest
from gql import Client, GraphQLRequest, gql
from gql.dsl import DSLInlineFragment, DSLMutation, DSLQuery, DSLSchema, dsl_gql
from gql.transport.httpx import HTTPXAsyncTransport
from gql.transport.websockets import WebsocketsTransport
from graphql import GraphQLError, GraphQLSchema, build_schema

from tests.clients.shop import COMPANY, NAMES, Ids

SCHEMA = Path(__file__).parents[2] / "schema.graphql"
WATCH = """subscription Watch($ids: [ID!]!, $after: String) {
    partyChanged(ids: $ids, after: $after) { event { kind } party { __typename name } }
}"""


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema(SCHEMA.read_text(encoding="utf-8"))


def customers(schema: GraphQLSchema, seller: str) -> GraphQLRequest:
    """`{ organisation(by: …) { customers(…) { nodes { lifecycle party { name … on Organisation { kind } } } } } }`"""
    types = DSLSchema(schema)
    kind = DSLInlineFragment().on(types.Organisation).select(types.Organisation.kind)
    found = types.Organisation.customers(orderBy=[{"since": "ASC"}], filter={"lifecycle": {"eq": "CURRENT"}}).select(
        types.CustomerConnection.totalCount,
        types.CustomerConnection.nodes.select(types.Customer.party.select(types.Party.name, kind)),
    )
    return dsl_gql(DSLQuery(types.Query.organisation(by={"id": seller}).select(found)))


def rename(schema: GraphQLSchema, person: str, name: str) -> GraphQLRequest:
    types = DSLSchema(schema)
    payload = types.UpdatePersonPayload
    renamed = types.Mutation.updatePerson(input={"by": {"id": person}, "name": name}).select(
        payload.person.select(types.Person.version), payload.userErrors.select(types.UserError.message)
    )
    return dsl_gql(DSLMutation(renamed))


async def test_queries_are_made_of_the_schema(schema: GraphQLSchema, service: str, shop: Ids) -> None:
    async with Client(transport=HTTPXAsyncTransport(f"{service}/graphql"), schema=schema) as session:
        answer = await session.execute(customers(schema, shop["seller"]))
        found = answer["organisation"]["customers"]
        assert [customer["party"]["name"] for customer in found["nodes"]] == NAMES
        assert found["nodes"][-1]["party"] == {"name": COMPANY, "kind": "BUSINESS"}
        assert found["totalCount"] == len(NAMES)
        with pytest.raises(GraphQLError, match="Cannot query field 'customer'"):
            await session.execute(gql("{ organisation { customer } }"))


async def test_a_subscription_tells_what_a_mutation_did(schema: GraphQLSchema, service: str, shop: Ids) -> None:
    person = shop["buyer:1"]
    socket = WebsocketsTransport(
        f"{service}/graphql".replace("http", "ws"), subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL]
    )
    async with (
        Client(transport=HTTPXAsyncTransport(f"{service}/graphql"), schema=schema) as session,
        Client(transport=socket, schema=schema) as listening,
    ):
        stand = await session.execute(gql("{ eventPosition }"))
        renamed = await session.execute(rename(schema, person, "Tên Mới"))
        assert renamed == {"updatePerson": {"person": {"version": 2}, "userErrors": []}}
        watch = gql(WATCH)
        watch.variable_values = {"ids": [person], "after": stand["eventPosition"]}
        heard = await anext(listening.subscribe(watch))
    assert heard == {
        "partyChanged": {"event": {"kind": "UPDATED"}, "party": {"__typename": "Person", "name": "Tên Mới"}}
    }
