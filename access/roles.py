"""Roles that credentials may name, and what they come to together with scopes.

| role of the credentials | scopes | sees and writes as |
|---|---|---|
| any | | that role |
| `analyst` | `pii` | analyst with personal fields |
| `service` | | what is public |
| `service` | `read` | analyst |
| `service` | `read pii` | analyst with personal fields |
| `service` | `write` | staff |

What declarations name in `visible_to` (schema/base.py) are the roles that come out of this, so that no declaration and
no rule knows of scopes.
"""

from __future__ import annotations

from collections.abc import Mapping

PERSONAL = "pii"

ROLES: Mapping[str, str] = {
    "admin": "Sees and changes everything, and manages API keys.",
    "staff": "Sees and changes everything of its organisations, personal data and costs too.",
    "analyst": "Sees everything but personal contact data, which the scope pii adds.",
    "partner": "Sees itself and what it brought about.",
    "customer": "Sees itself.",
    "service": "A program: it may what its scopes say.",
}
"""The roles there are, each with what it means to people."""

SCOPES: Mapping[str, str] = {
    "read": "Lets a service see what an analyst sees.",
    "pii": "Lets an analyst, or a service that may read, see personal data too.",
    "write": "Lets a service see and change what staff does.",
}
"""The scopes that mean something here, each with its meaning."""

OWN = frozenset({"partner", "customer"})
"""The roles that see something by being somebody."""


def effective_roles(roles: frozenset[str], scopes: frozenset[str]) -> frozenset[str]:
    """The roles to see and write by; unknown ones are left out, and a scope never adds anything to other roles."""
    found = set(roles & ROLES.keys())
    if "service" in found:
        found |= {as_role for scope, as_role in (("read", "analyst"), ("write", "staff")) if scope in scopes}
    if "analyst" in found and PERSONAL in scopes:
        found.add(PERSONAL)
    return frozenset(found)
