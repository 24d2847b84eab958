"""Relay, Apollo Client, urql and the types of graphql-codegen do over the served schema what their users expect."""

import json
from pathlib import Path
from typing import Any

from tests.clients.conftest import Run, facts, output
from tests.clients.shop import COMPANY, NAMES, Ids


def wanted(service: str, shop: Ids) -> tuple[str, str]:
    """The arguments of every program: where the service is, and whom to look at."""
    return f"{service}/graphql", json.dumps({"seller": shop["seller"], "person": shop["buyer:1"]})


KINDS: list[Any] = [["Person", name.split()[1]] for name in NAMES[:-1]] + [["Organisation", "BUSINESS"]]
"""The type of each customer, with the field that only this type has."""


def test_relay_pages_refetches_and_keeps_its_connections(run: Run, programs: Path, service: str, shop: Ids) -> None:
    output(programs, "node_modules/.bin/relay-compiler", "relay.config.json")
    assert facts(run("relay.mjs", *wanted(service, shop))) == {
        "first page": NAMES[:2],
        "further pages": [NAMES[2:4], NAMES[4:]],
        "all pages": NAMES,
        "total": len(NAMES),
        "types": KINDS,
        "before refetch": NAMES[0],
        "after refetch": "Tên Khác",
        "customers after appendNode": ["Tên Khác", *NAMES[1:], "Khách Mới"],
        "customers after the updater": ["Tên Khác", *NAMES[1:]],
        "brands after prependNode": ["Gió", "Mây"],
        "brands after deleteEdge": ["Mây"],
        "after the subscription": "Tên Mới",
    }


def test_apollo_merges_pages_and_keeps_its_cache(run: Run, service: str, shop: Ids) -> None:
    assert facts(run("apollo.mjs", *wanted(service, shop))) == {
        "possible types of Party": ["OrgUnit", "Organisation", "Person"],
        "first page": NAMES[:2],
        "all pages": NAMES,
        "types": KINDS,
        "read as a Party": NAMES[0],
        "after the mutation": "Tên Khác",
        "after the subscription": "Tên Mới",
    }


def test_urql_merges_pages_and_subscribes_over_stream_and_socket(run: Run, service: str, shop: Ids) -> None:
    for way, first in (("stream", NAMES[0]), ("socket", "Tên Mới")):
        assert facts(run("urql.mjs", *wanted(service, shop), way)) == {
            "first page": [first, NAMES[1]],
            "all pages": [first, *NAMES[1:]],
            "after the mutation": "Tên Khác",
            "after the subscription": "Tên Mới",
        }


def test_codegen_makes_strict_types_of_every_example(run: Run, programs: Path, service: str, shop: Ids) -> None:
    documents = len(list((programs / "queries").iterdir()))
    assert run("codegen/generate.mjs") == [{"documents": documents}]
    output(programs, "node_modules/.bin/tsc", "--project", "codegen")
    assert facts(run("typed.mjs", *wanted(service, shop))) == {
        "customers": [*(f"{name}, called {name.split()[1]}" for name in NAMES[:-1]), f"{COMPANY}, a BUSINESS"],
        "renamed": "Tên Khác",
        "refused": [["MISSING_VALUE", ["input", "name"]]],
        "told": ["UPDATED", "Tên Khác"],
    }
