"""The client that ariadne-codegen made: typed pages, a mutation, a refusal, and a subscription over a socket.

python program.py http://127.0.0.1:8000/graphql org_… per_…
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator

from shop_client import Client
from shop_client.customers import CustomersOrganisationCustomersEdgesNode as Customer
from shop_client.customers import CustomersOrganisationCustomersEdgesNodePartyOrganisation as Organisation
from shop_client.customers import CustomersOrganisationCustomersEdgesNodePartyPerson as Person
from shop_client.input_types import NodeBy, UpdatePersonInput

PATIENCE = 60
"""A busy machine decides nothing."""


async def customers(client: Client, seller: str) -> AsyncIterator[Customer]:
    """All customers of the seller, page by page."""
    cursor: str | None = None
    while True:
        found = (await client.customers(seller, first=2, after=cursor, timeout=PATIENCE)).organisation
        assert found is not None
        for edge in found.customers.edges:
            yield edge.node
        if not found.customers.page_info.has_next_page:
            return
        cursor = found.customers.page_info.end_cursor


def described(customer: Customer) -> str:
    match customer.party:
        case Person(name=name, given_name=given):
            what = f"{name}, called {given}"
        case Organisation(name=name, kind=kind):
            what = f"{name}, a {kind.value}"
        case None:
            what = "hidden"
        case unit:
            what = unit.name
    return f"{what}, {customer.lifecycle.value} since {customer.since:%Y-%m-%d}"


async def rename(client: Client, person: str, name: str) -> tuple[str | None, list[str]]:
    """The new name, and the codes of what was refused."""
    given = UpdatePersonInput(by=NodeBy(id=person), name=name)
    renamed = (await client.rename(given, timeout=PATIENCE)).update_person
    assert renamed is not None
    return renamed.person.name if renamed.person else None, [error.code.value for error in renamed.user_errors]


async def main(url: str, seller: str, person: str) -> None:
    async with Client(url, ws_url=url.replace("http", "ws", 1)) as client:
        after = (await client.stand(timeout=PATIENCE)).event_position
        say("customers", [described(customer) async for customer in customers(client, seller)])
        say("renamed", await rename(client, person, "Tên Khác"))
        say("refused", await rename(client, person, ""))
        async for told in client.watch([person], after=after):
            changed = told.party_changed
            say("told", [changed.event.kind.value, changed.party.name if changed.party else None])
            return


def say(fact: str, value: object) -> None:
    print(json.dumps({"fact": fact, "value": value}))  # noqa: T201  # the test reads it


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
