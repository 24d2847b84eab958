"""Failures as GraphQL errors: a message in the reader's language, a code that never changes, a hint."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from graphql import GraphQLError

from graph.errors import CustomerGraphError

HINTS = {
    "GRAPHQL_PARSE_FAILED": "Check the query's brackets and quotes at the location given.",
    "GRAPHQL_VALIDATION_FAILED": "Compare the query with the schema; GraphiQL marks what does not fit.",
    "BAD_USER_INPUT": "Compare the variables with what the operation declares.",
}


def error_entry(error: CustomerGraphError, language: str, path: Iterable[str] = ()) -> dict[str, Any]:
    """One entry of `errors` for a failure of the tree."""
    extensions: dict[str, Any] = {"code": error.code, "retryable": error.retryable}
    hint = error.advice(language)
    if hint:
        extensions["hint"] = hint
    found: dict[str, Any] = {"message": error.message(language), "extensions": extensions}
    if path:
        found["path"] = list(path)
    return found


def graphql_entries(errors: Iterable[GraphQLError], code: str, language: str = "en") -> list[dict[str, Any]]:
    """Entries of `errors` for what graphql-core found wrong with a document or its variables.

    Where a failure of the tree lies behind it, code and hint are those of the failure.
    """
    entries = []
    for error in errors:
        entry: dict[str, Any] = dict(error.formatted)
        inner = _cause(error)
        if inner is not None:
            entry["extensions"] = {"code": inner.code, "retryable": False, "hint": inner.advice(language)}
        else:
            entry["extensions"] = {"code": code, "retryable": False, "hint": HINTS[code]}
        entries.append(entry)
    return entries


def _cause(error: GraphQLError) -> CustomerGraphError | None:
    """The failure of the tree behind an error; that of a variable's value lies two errors deep."""
    inner: BaseException | None = error
    while isinstance(inner, GraphQLError):
        inner = inner.original_error
    return inner if isinstance(inner, CustomerGraphError) else None
