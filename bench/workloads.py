"""The things that all variants are asked, and what only the service and the floor are: whole screens."""

from __future__ import annotations

from itertools import count
from typing import Any

from bench.asks import GRAPHQL, Ask, Reduce, Workload, by_id, instant, plain
from bench.screens import SCREENS


def _party(p: dict[str, Any]) -> list[Any]:
    return [p["id"], p["name"], p["email"], p["country"], instant(p["createdAt"])]


def _organisations(found: list[dict[str, Any]], customers: Reduce, party: Reduce) -> list[Any]:
    return [
        [o["id"], o["name"], [[c["id"], instant(c["since"]), *party(c["party"])] for c in customers(o["customers"])]]
        for o in found
    ]


def _named(party: dict[str, Any]) -> list[Any]:
    return [party["id"], party["name"]]


def _same(value: Any) -> Any:
    return value


_FIELDS = "id name email country createdAt"

LOOKUP = Workload(
    "lookup",
    "one person by id, 5 fields",
    8,
    600,
    {
        "customer-graph": Ask(
            GRAPHQL,
            lambda a: _party(a["data"]["person"]),
            f"query Lookup($id: ID!) {{ person(by: {{id: $id}}) {{ {_FIELDS} }} }}",
            by_id,
        ),
        "floor": Ask("/lookup?id={}", plain),
        "rest": Ask("/lookup?id={}", _party),
        "neo4j-graphql": Ask(
            GRAPHQL,
            lambda a: _party(a["data"]["people"][0]),
            f"query Lookup($id: ID!) {{ people(where: {{id: {{eq: $id}}}}) {{ {_FIELDS} }} }}",
            by_id,
        ),
        "strawberry-dataloaders": Ask(
            "/graphql/",
            lambda a: _party(a["data"]["person"]),
            f"query Lookup($id: ID!) {{ person(id: $id) {{ {_FIELDS} }} }}",
            by_id,
        ),
    },
)

NESTED = Workload(
    "nested50",
    "50 organisations, each with its first 5 customers and their parties",
    8,
    160,
    {
        "customer-graph": Ask(
            GRAPHQL,
            lambda a: _organisations(a["data"]["organisations"]["nodes"], lambda c: c["nodes"], _named),
            "query Nested { organisations(first: 50) { nodes { id name "
            "customers(first: 5) { nodes { id since party { id name } } } } } }",
        ),
        "floor": Ask("/nested50", plain),
        "rest": Ask("/nested50", lambda a: _organisations(a, _same, _named)),
        "neo4j-graphql": Ask(
            GRAPHQL,
            lambda a: _organisations(a["data"]["organisations"], _same, lambda p: _named(p[0])),
            "query Nested { organisations(limit: 50, sort: [{nameKey: ASC}, {id: ASC}]) { id name "
            "customers(where: {until: {eq: null}}, limit: 5, sort: [{since: ASC}, {id: ASC}]) "
            "{ id since party { id name } } } }",
        ),
        "strawberry-dataloaders": Ask(
            "/graphql/",
            lambda a: _organisations(a["data"]["organisations"], _same, _named),
            "query Nested { organisations(first: 50) { id name customers(first: 5) { id since party { id name } } } }",
        ),
    },
)

ROWS = Workload(
    "rows2000",
    "2,000 persons by name, 5 fields",
    1,
    24,
    {
        "customer-graph": Ask(
            GRAPHQL,
            lambda a: [_party(p) for p in a["data"]["persons"]["nodes"]],
            f"query Rows {{ persons(first: 2000) {{ nodes {{ {_FIELDS} }} }} }}",
        ),
        "floor": Ask("/rows2000", plain),
        "rest": Ask("/rows2000", lambda a: [_party(p) for p in a]),
        "neo4j-graphql": Ask(
            GRAPHQL,
            lambda a: [_party(p) for p in a["data"]["people"]],
            f"query Rows {{ people(limit: 2000, sort: [{{nameKey: ASC}}, {{id: ASC}}]) {{ {_FIELDS} }} }}",
        ),
        "strawberry-dataloaders": Ask(
            "/graphql/",
            lambda a: [_party(p) for p in a["data"]["persons"]],
            "query Rows { persons(first: 2000) { id name email country createdAt } }",
        ),
    },
)

_TITLES = count()

UPDATE = Workload(
    "update",
    "a person gets another title: history, event and payload in one transaction",
    8,
    200,
    {
        "customer-graph": Ask(
            GRAPHQL,
            lambda a: _party(a["data"]["updatePerson"]["person"]),
            "mutation Update($id: ID!, $title: String!) { updatePerson(input: {by: {id: $id}, title: $title}) "
            f"{{ person {{ {_FIELDS} }} userErrors {{ code }} }} }}",
            lambda subject: {"id": subject, "title": f"Title {next(_TITLES)}"},
        ),
        "floor": Ask("/update?id={}", plain),
    },
)

WORKLOADS = (LOOKUP, NESTED, ROWS, *SCREENS, UPDATE)
VARIANTS = ("customer-graph", "floor", "rest", "neo4j-graphql", "strawberry-dataloaders")
