"""Sending answers: the bytes of the executor as they are, failures as GraphQL errors."""

from __future__ import annotations

from collections.abc import Iterable

import orjson
import structlog
from starlette.types import Scope, Send

from access.errors import TokenExpiredError, UnauthenticatedError
from endpoint.errors import MethodError, NotAcceptableError, http_status
from endpoint.negotiation import JSON, choose_language, choose_media_type, read_headers
from graph.errors import CustomerGraphError, InternalError

Header = tuple[bytes, bytes]

SAFE_HEADERS: tuple[Header, ...] = (
    # Answers depend on the viewer and change at any time: nothing on the way may keep them.
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    # An answer is no page: nothing in it runs, no page shows it in a frame, and no page of another site loads it.
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
)
"""What every answer of data tells browsers and proxies."""

_log = structlog.get_logger("endpoint")


async def send_bytes(send: Send, status: int, headers: Iterable[Header], body: bytes) -> None:
    """One whole answer; its length is added to the headers."""
    all_headers = [(b"content-length", b"%d" % len(body)), *headers]
    await send({"type": "http.response.start", "status": status, "headers": all_headers})
    await send({"type": "http.response.body", "body": body})


async def send_failure(failure: Exception, request_id: str, scope: Scope, send: Send) -> None:
    """The failure as a GraphQL error, in the media type and the language the client asked for.

    One that is not of the error tree goes to the log under the request id; of it the client sees only that id.
    """
    headers = read_headers(scope["headers"])
    language = choose_language(headers.get("accept-language", ""))
    if isinstance(failure, CustomerGraphError):
        error = failure
        if error.outside() is not error:
            _log.warning("failure", code=error.code, reason=str(error))
    else:
        _log.error("unexpected failure", exc_info=failure)
        error = InternalError(trace=request_id)
    answer_headers = [
        (b"content-type", f"{_media_type(headers.get('accept', '*/*'))}; charset=utf-8".encode()),
        (b"content-language", language.encode()),
        *SAFE_HEADERS,
    ]
    if isinstance(error, MethodError):
        answer_headers.append((b"allow", str(error.values["allowed"]).encode()))
    if isinstance(error, UnauthenticatedError):
        answer_headers.append((b"www-authenticate", _challenge(error, is_given="authorization" in headers)))
    await send_bytes(send, http_status(error), answer_headers, error_body(error, language))


def error_body(error: CustomerGraphError, language: str) -> bytes:
    """`{"errors": [{"message", "extensions": {"code", "hint", "retryable"}}]}`; a hint only where there is one."""
    extensions: dict[str, object] = {"code": error.code}
    told = error.outside()
    if hint := told.advice(language):
        extensions["hint"] = hint
    extensions["retryable"] = error.retryable
    return orjson.dumps({"errors": [{"message": told.message(language), "extensions": extensions}]})


def _challenge(error: UnauthenticatedError, *, is_given: bool) -> bytes:
    """What to send instead, in the words of RFC 6750; why credentials are refused is told of an expired token only."""
    challenge = b'Bearer realm="customer-graph"'
    if is_given:
        challenge += b', error="invalid_token"'
    if isinstance(error, TokenExpiredError):
        challenge += b', error_description="The token has expired"'
    return challenge


def _media_type(accept: str) -> str:
    """What the client accepts; plain JSON for one that accepts nothing we have, as it has to be told so somehow."""
    try:
        return choose_media_type(accept)
    except NotAcceptableError:
        return JSON
