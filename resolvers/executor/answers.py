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


def graphql_entries(errors: Iterable[GraphQLError], code: str) -> list[dict[str, Any]]:
    """Entries of `errors` for what graphql-core found wrong with a document or its variables."""
    entries = []
    for error in errors:
        entry: dict[str, Any] = dict(error.formatted)
        inner = error.original_error
        if isinstance(inner, CustomerGraphError):
            entry["extensions"] = {"code": inner.code, "retryable": False, "hint": inner.advice()}
        else:
            entry["extensions"] = {"code": code, "retryable": False, "hint": HINTS[code]}
        entries.append(entry)
    return entries
