"""A small shop with five customers, written through the service: what the programs look at and change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import httpx

Ids = Mapping[str, str]
"""Ids by the external key without its source: `seller`, `buyer:1`, `customer:1`."""
BUYERS = ("Khách Một", "Khách Hai", "Khách Ba", "Khách Bốn")
COMPANY = "Công ty Năm"
NAMES = [*BUYERS, COMPANY]
"""The customers in the order in which they came."""

_IMPORT = """mutation Write($rows: [ImportRowInput!]!) {
    importRows(input: { rows: $rows }) { created userErrors { message } results { id error { message } } }
}"""


def _rows() -> Iterator[dict[str, Any]]:
    yield {"organisation": {"externalKey": "clients:seller", "name": "Tiệm Bảy", "kind": "BUSINESS"}}
    for number, name in enumerate(BUYERS, start=1):
        yield {"person": {"externalKey": f"clients:buyer:{number}", "name": name, "givenName": name.split()[1]}}
    yield {"organisation": {"externalKey": f"clients:buyer:{len(NAMES)}", "name": COMPANY, "kind": "BUSINESS"}}
    for number in range(1, len(NAMES) + 1):
        yield {
            "customer": {
                "externalKey": f"clients:customer:{number}",
                "party": f"clients:buyer:{number}",
                "seller": "clients:seller",
                "lifecycle": "CURRENT",
                "since": f"2024-01-0{number}",
            }
        }


def open_shop(service: str) -> Ids:
    """Writes the shop."""
    rows = list(_rows())
    body = {"query": _IMPORT, "variables": {"rows": rows}}
    answer = httpx.post(f"{service}/graphql", json=body, timeout=60).json()
    written = answer["data"]["importRows"]
    assert written["created"] == len(rows), written
    keys = [next(iter(row.values()))["externalKey"].removeprefix("clients:") for row in rows]
    return {key: result["id"] for key, result in zip(keys, written["results"], strict=True)}
