"""Failures as GraphQL errors: a message in the reader's language, a code that never changes, a hint."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
import structlog
from graphql import GraphQLError

from graph.errors import CustomerGraphError, InputError, NotAllowedError
from resolvers.executor.gate import RETRY_SECONDS, OverloadedError
from resolvers.executor.meter import Balance, RateError
from resolvers.executor.request import Answer

_log = structlog.get_logger("executor")
_AGAIN = {"retry-after": str(RETRY_SECONDS)}
"""What an answer says that may be another one in a moment."""


class ParseError(InputError):
    """The document is no GraphQL; the reason is graphql-core's own."""

    code = "GRAPHQL_PARSE_FAILED"
    text = "{reason}"
    hint = "Check the query's brackets and quotes at the location given."


class MisfitError(InputError):
    """The document does not fit the schema; the reason is graphql-core's own."""

    code = "GRAPHQL_VALIDATION_FAILED"
    text = "{reason}"
    hint = "Compare the query with the schema; GraphiQL marks what does not fit."


class VariableError(InputError):
    """A variable does not fit its type; the reason is graphql-core's own."""

    code = "BAD_USER_INPUT"
    text = "{reason}"
    hint = "Compare the variables with what the operation declares."


class SubscriptionNeedsStreamError(InputError):
    """A subscription came as a request that takes one answer."""

    code = "SUBSCRIPTION_NEEDS_STREAM"
    text = "A subscription has more than one answer."
    hint = "Send it over WebSocket (graphql-transport-ws), or with Accept: text/event-stream; docs/live.md shows both."


class MutationByGetError(InputError):
    """A mutation came by GET, which must change nothing."""

    code = "MUTATION_NEEDS_POST"
    text = "A mutation cannot be sent by GET."
    hint = "Send it by POST with a JSON body."


class IntrospectionError(NotAllowedError):
    """The schema is not told to this viewer."""

    code = "INTROSPECTION_OFF"
    text = "You may not ask for the schema."
    hint = "Use the schema file of this version; who may ask is the setting CUSTOMER_GRAPH_INTROSPECTION."


def error_entry(error: CustomerGraphError, language: str, path: Iterable[str] = ()) -> dict[str, Any]:
    """One entry of `errors` for a failure of the tree."""
    extensions: dict[str, Any] = {"code": error.code, "retryable": error.retryable}
    told = error.outside()
    if told is not error:
        _log.warning("failure", code=error.code, reason=str(error))
    hint = told.advice(language)
    if hint:
        extensions["hint"] = hint
    found: dict[str, Any] = {"message": told.message(language), "extensions": extensions}
    if path:
        found["path"] = list(path)
    return found


def failed(error: CustomerGraphError, language: str) -> Answer:
    """The answer where an operation could run and failed, or could not even begin because of what else runs."""
    entry = error_entry(error, language, getattr(error, "path", ()))
    if isinstance(error, RateError):
        balance = Balance(*(int(str(error.values[name])) for name in ("limit", "remaining", "seconds")))
        headers = {"retry-after": str(balance.seconds), **balance.headers}
        return Answer(orjson.dumps({"errors": [entry]}), 429, has_data=False, headers=headers)
    if isinstance(error, OverloadedError):
        return Answer(orjson.dumps({"errors": [entry]}), 503, has_data=False, headers=_AGAIN)
    body = orjson.dumps({"data": None, "errors": [entry]})
    return Answer(body, 503, headers=_AGAIN) if error.retryable else Answer(body)


def graphql_entries(errors: Iterable[GraphQLError], kind: type[InputError], language: str) -> list[dict[str, Any]]:
    """Entries of `errors` for what graphql-core found wrong with a document or its variables.

    Where a failure of the tree lies behind it, code, hint and its part of the message are those of the failure.
    """
    entries = []
    for error in errors:
        entry: dict[str, Any] = dict(error.formatted)
        failure = _cause(error) or kind(reason=error.message)
        entry["message"] = error.message.replace(str(failure), failure.message(language))
        entry["extensions"] = {"code": failure.code, "retryable": False, "hint": failure.advice(language)}
        entries.append(entry)
    return entries


def _cause(error: GraphQLError) -> CustomerGraphError | None:
    """The failure of the tree behind an error; that of a variable's value lies two errors deep."""
    inner: BaseException | None = error
    while isinstance(inner, GraphQLError):
        inner = inner.original_error
    return inner if isinstance(inner, CustomerGraphError) else None
