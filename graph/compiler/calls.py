"""What completers call each time they run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graph.errors import LimitError


class TooManyRowsError(LimitError):
    """Figures would cover more rows than one request may."""

    code = "TOO_MANY_ROWS"
    text = "{field}: figures over a whole type, and orders by them, cover at most {limit} {what}; there are more here."
    hint = (
        "Narrow the filter to one seller, buyer or other party, or ask for the figures in that party's own connection."
    )


def window(rows: list[Any], limit: int, backward: bool) -> tuple[list[Any], bool]:
    """The rows of a page that peeks, in the order of the connection, and whether there was one more."""
    more = len(rows) >= limit
    kept = rows[: limit - 1] if more else rows
    return (kept[::-1] if backward else kept), more


def scanned(
    found: tuple[list[Any], list[Any]], limit: int, peeks: bool, backward: bool, notes: list[str], key: str
) -> tuple[list[Any], bool, list[Any]]:
    """The rows of a page that tests rows of a whole type, whether there may be one more, and where looking stopped."""
    rows, last = found
    kept, more = window(rows, limit if peeks else limit + 1, backward)
    if last:
        notes.append(key)
    return kept, more or bool(last), last


def within(covered: int, limit: int, key: str, what: str) -> bool:
    """True; TooManyRowsError where figures cover the limit or more."""
    if covered >= limit:
        raise TooManyRowsError(field=key, limit=limit - 1, what=what)
    return True


def typename(prefixes: Mapping[str, str]) -> Callable[[str], str]:
    """Takes an id and tells its type by the prefix."""
    return lambda node_id: prefixes[node_id[: node_id.index("_")]]
