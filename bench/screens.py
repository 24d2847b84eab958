"""Whole screens, each one operation: what a page of an application asks for at once.

Only the service and the floor answer them: what the peers need for one is several requests or a program of their own.
A person's referrer belongs on the first one and is not in the schema yet.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from bench.asks import GRAPHQL, Ask, Workload, by_id, plain

_CUSTOMER_360 = """
query Customer360($id: ID!) {
  person(by: {id: $id}) {
    id name email phone country city language birthDate createdAt
    customerOf { totalCount nodes { id since lifecycle scope seller { id name } } }
    purchases(first: 10, orderBy: [{at: DESC}]) {
      totalCount
      nodes {
        id at reference channel net { amount currency } seller { id name }
        lines(first: 5) { nodes { id quantity amount { amount } product { id name } } }
      }
    }
    employments { nodes { id title since employer { id name } } }
  }
}"""
_LIST = """
query Customers($id: ID!, $lifecycle: [Lifecycle!]!) {
  organisation(by: {id: $id}) {
    id name
    customers(first: 25, filter: {lifecycle: {in: $lifecycle}}, orderBy: [{name: ASC}]) {
      totalCount
      nodes { id since lifecycle party { id name email city } }
      pageInfo { hasNextPage endCursor }
    }
  }
}"""
_SUPPLIER = """
query Supplier($id: ID!) {
  organisation(by: {id: $id}) {
    id name kind email country city
    customers { totalCount }
    offers(first: 10) {
      totalCount
      nodes {
        id since price { amount currency }
        product { id name components(first: 5) { edges { quantity node { id name } } } }
        sourcedFrom { id name }
      }
    }
    products(first: 10) {
      nodes { id name sku category { id name } components(first: 5) { edges { quantity node { id name } } } }
    }
  }
}"""
_SEARCH = """
query Typed($text: String!) {
  search(text: $text, first: 10) {
    edges {
      matchedField
      node {
        __typename
        ... on Party { id name city }
        ... on Product { id name }
        ... on Brand { id name }
        ... on Category { id name }
      }
    }
  }
}"""


def _number(text: str) -> int:
    """Money and decimals are texts in an answer; the graph holds ten-thousandths."""
    return int(Decimal(text) * 10_000)


def _named(node: dict[str, Any] | None) -> list[Any] | None:
    return None if node is None else [node["id"], node["name"]]


def _parts(product: dict[str, Any]) -> list[Any]:
    return [[_number(e["quantity"]), *(_named(e["node"]) or ())] for e in product["components"]["edges"]]


def _purchase(u: dict[str, Any]) -> list[Any]:
    lines = [
        [line["id"], _number(line["quantity"]), _number(line["amount"]["amount"]), _named(line["product"])]
        for line in u["lines"]["nodes"]
    ]
    money = [_number(u["net"]["amount"]), u["net"]["currency"]]
    return [u["id"], u["at"], u["reference"], u["channel"], *money, _named(u["seller"]), lines]


def _person(answer: Any) -> Any:
    p = answer["data"]["person"]
    own = [p[f] for f in ("id", "name", "email", "phone", "country", "city", "language", "birthDate", "createdAt")]
    roles, bought = p["customerOf"], p["purchases"]
    kept = [[c["id"], c["since"], c["lifecycle"], c["scope"], _named(c["seller"])] for c in roles["nodes"]]
    works = [[e["id"], e["title"], e["since"], _named(e["employer"])] for e in p["employments"]["nodes"]]
    purchases = [_purchase(u) for u in bought["nodes"]]
    return plain([*own, roles["totalCount"], kept, bought["totalCount"], purchases, works])


def _customers(answer: Any) -> Any:
    o = answer["data"]["organisation"]
    nodes, page = o["customers"]["nodes"], o["customers"]["pageInfo"]
    rows = [
        [c["id"], c["since"], c["lifecycle"], [c["party"][f] for f in ("id", "name", "email", "city")]] for c in nodes
    ]
    # The cursor is the service's own; what it stands for is the last row.
    end = page["endCursor"] and nodes[-1]["id"]
    return plain([o["id"], o["name"], o["customers"]["totalCount"], rows, page["hasNextPage"], end])


def _organisation(answer: Any) -> Any:
    o = answer["data"]["organisation"]
    offers = [
        [
            *(f["id"], f["since"], _number(f["price"]["amount"]), f["price"]["currency"]),
            *(_named(f["product"]), _parts(f["product"]), _named(f["sourcedFrom"])),
        ]
        for f in o["offers"]["nodes"]
    ]
    products = [[t["id"], t["name"], t["sku"], _named(t["category"]), _parts(t)] for t in o["products"]["nodes"]]
    own = [o[f] for f in ("id", "name", "kind", "email", "country", "city")]
    return plain([*own, o["customers"]["totalCount"], o["offers"]["totalCount"], offers, products])


def _found(answer: Any) -> Any:
    edges = answer["data"]["search"]["edges"]
    return [
        [e["matchedField"], e["node"]["__typename"], e["node"]["id"], e["node"]["name"], e["node"].get("city")]
        for e in edges
    ]


SCREENS = (
    Workload(
        "customer360",
        "a person: roles, last 10 purchases with lines, employers, counts",
        8,
        300,
        {
            "customer-graph": Ask(GRAPHQL, _person, _CUSTOMER_360, by_id),
            "floor": Ask("/customer360?id={}", plain),
        },
    ),
    Workload(
        "list",
        "25 customers of a seller by name, filtered, with their total",
        8,
        240,
        {
            "customer-graph": Ask(
                GRAPHQL, _customers, _LIST, lambda seller: {"id": seller, "lifecycle": ["CURRENT", "LOYAL", "LAPSED"]}
            ),
            "floor": Ask("/list?id={}", plain),
        },
        "sellers",
    ),
    Workload(
        "supplier",
        "an organisation: offers, products and their components, counts",
        8,
        300,
        {
            "customer-graph": Ask(GRAPHQL, _organisation, _SUPPLIER, by_id),
            "floor": Ask("/supplier?id={}", plain),
        },
        "suppliers",
    ),
    Workload(
        "search",
        "the 10 best of all kinds for the beginning of a name",
        8,
        240,
        {
            "customer-graph": Ask(GRAPHQL, _found, _SEARCH, lambda text: {"text": text}),
            "floor": Ask("/search?text={}", plain),
        },
        "texts",
    ),
)
