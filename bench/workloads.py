"""What is asked, and how each peer is asked for it; every answer is reduced to the same lists before it is timed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

Reduce = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: path, and for GraphQL the operation and its variables; `reduce` makes lists of its answer."""

    path: str
    reduce: Reduce
    query: str = ""
    variables: Callable[[str], dict[str, Any]] = lambda _: {}

    def body(self, person: str) -> bytes | None:
        """The body to POST; None for a GET."""
        return orjson.dumps({"query": self.query, "variables": self.variables(person)}) if self.query else None

    def url(self, person: str) -> str:
        """The path, with the person's id where it names one."""
        return self.path.format(id=person)


@dataclass(frozen=True, slots=True)
class Workload:
    """One thing to ask. `requests` are sent over `connections` for one sample."""

    name: str
    title: str
    connections: int
    requests: int
    asks: dict[str, Ask]


def _party(p: dict[str, Any]) -> list[Any]:
    return [p["id"], p["name"], p["email"], p["country"], _instant(p["createdAt"])]


def _instant(text: str) -> str:
    """Instants are written in several ways: `.000Z`, `+00:00`, nine digits."""
    return text.replace("Z", "+00:00").replace(".000000000", "").replace(".000+", "+")


def _organisations(found: list[dict[str, Any]], customers: Reduce, party: Reduce) -> list[Any]:
    return [
        [o["id"], o["name"], [[c["id"], _instant(c["since"]), *party(c["party"])] for c in customers(o["customers"])]]
        for o in found
    ]


def _named(party: dict[str, Any]) -> list[Any]:
    return [party["id"], party["name"]]


def _same(value: Any) -> Any:
    return value


def _plain(value: Any) -> Any:
    """Positional lists: only the instants are made alike."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return _instant(value) if isinstance(value, str) and value[4:5] == "-" and value[10:11] == "T" else value


def _by_id(person: str) -> dict[str, Any]:
    return {"id": person}


_FIELDS = "id name email country createdAt"
_GRAPHQL = "/graphql"

LOOKUP = Workload(
    "lookup",
    "one person by id, 5 fields",
    8,
    600,
    {
        "customer-graph": Ask(
            _GRAPHQL,
            lambda a: _party(a["data"]["person"]),
            f"query Lookup($id: ID!) {{ person(by: {{id: $id}}) {{ {_FIELDS} }} }}",
            _by_id,
        ),
        "floor": Ask("/lookup?id={id}", _plain),
        "rest": Ask("/lookup?id={id}", _party),
        "neo4j-graphql": Ask(
            _GRAPHQL,
            lambda a: _party(a["data"]["people"][0]),
            f"query Lookup($id: ID!) {{ people(where: {{id: {{eq: $id}}}}) {{ {_FIELDS} }} }}",
            _by_id,
        ),
        "strawberry-dataloaders": Ask(
            "/graphql/",
            lambda a: _party(a["data"]["person"]),
            f"query Lookup($id: ID!) {{ person(id: $id) {{ {_FIELDS} }} }}",
            _by_id,
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
            _GRAPHQL,
            lambda a: _organisations(a["data"]["organisations"]["nodes"], lambda c: c["nodes"], _named),
            "query Nested { organisations(first: 50) { nodes { id name "
            "customers(first: 5) { nodes { id since party { id name } } } } } }",
        ),
        "floor": Ask("/nested50", _plain),
        "rest": Ask("/nested50", lambda a: _organisations(a, _same, _named)),
        "neo4j-graphql": Ask(
            _GRAPHQL,
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
            _GRAPHQL,
            lambda a: [_party(p) for p in a["data"]["persons"]["nodes"]],
            f"query Rows {{ persons(first: 2000) {{ nodes {{ {_FIELDS} }} }} }}",
        ),
        "floor": Ask("/rows2000", _plain),
        "rest": Ask("/rows2000", lambda a: [_party(p) for p in a]),
        "neo4j-graphql": Ask(
            _GRAPHQL,
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

WORKLOADS = (LOOKUP, NESTED, ROWS)
VARIANTS = ("customer-graph", "floor", "rest", "neo4j-graphql", "strawberry-dataloaders")
