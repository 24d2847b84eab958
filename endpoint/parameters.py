"""From an HTTP request to a Request, or to an error that names what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.requests import ClientDisconnect
from starlette.types import Receive

from endpoint.errors import (
    BodyMissingError,
    BodyTooLargeError,
    JsonError,
    ParameterError,
    PersistedQueryError,
    QueryMissingError,
    UrlEncodingError,
)
from resolvers.executor.request import Request

_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
_JSON_TYPES = {dict: "object", list: "array", str: "string", bool: "boolean", int: "number", float: "number"}


async def read_body(receive: Receive, limit: int) -> bytes:
    """The whole body, of at most `limit` bytes.

    Raises BodyTooLargeError as soon as more has come, and ClientDisconnect if the client left before the end.
    """
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise BodyTooLargeError(limit=limit)
        if not message.get("more_body", False):
            return b"".join((*chunks, chunk)) if chunks else chunk
        chunks.append(chunk)


def from_body(body: bytes, language: str) -> Request:
    """The request that the body of a POST carries. Names it does not know are left alone, as the specification says."""
    if not body or body.isspace():
        raise BodyMissingError
    parameters = _json("body", body)
    if not isinstance(parameters, dict):
        raise ParameterError(name="body", expected="object", actual=_type_of(parameters))
    return _request(parameters, parameters.get("operationName"), language, mutations_allowed=True)


def from_query_string(query_string: bytes, language: str) -> Request:
    """The request that the URL of a GET carries; `variables` and `extensions` are JSON texts there.

    It allows no mutation.
    """
    try:
        pairs = parse_qsl(query_string.decode("ascii"), keep_blank_values=True, errors="strict")
    except UnicodeError:
        raise UrlEncodingError from None
    parameters: dict[str, Any] = dict(pairs)
    for name in ("variables", "extensions"):
        if name in parameters:
            parameters[name] = _json(name, parameters[name]) if parameters[name] else None
    # An empty operation name in a URL is none.
    return _request(parameters, parameters.get("operationName") or None, language, mutations_allowed=False)


def from_parameters(parameters: Mapping[str, Any], language: str) -> Request:
    """The request that a message of a socket carries; it may be a mutation."""
    return _request(parameters, parameters.get("operationName"), language, mutations_allowed=True)


def _request(parameters: Mapping[str, Any], operation_name: Any, language: str, *, mutations_allowed: bool) -> Request:
    query = parameters.get("query")
    document_id = _document_id(parameters)
    variables = parameters.get("variables")
    extensions = parameters.get("extensions")
    if not isinstance(query, str):
        if query is None and document_id is None:
            raise QueryMissingError
        if query is not None:
            raise ParameterError(name="query", expected="string", actual=_type_of(query))
    if variables is not None and not isinstance(variables, dict):
        raise ParameterError(name="variables", expected="object", actual=_type_of(variables))
    if operation_name is not None and not isinstance(operation_name, str):
        raise ParameterError(name="operationName", expected="string", actual=_type_of(operation_name))
    if extensions is not None and not isinstance(extensions, dict):
        raise ParameterError(name="extensions", expected="object", actual=_type_of(extensions))
    return Request(query or "", variables, operation_name, extensions, language, mutations_allowed, document_id)


def _document_id(parameters: Mapping[str, Any]) -> str | None:
    """What names the document: `documentId`, `doc_id` as Relay's clients send it, or the hash of a persisted query."""
    for name in ("documentId", "doc_id"):
        found = parameters.get(name)
        if isinstance(found, str) and found:
            return found
        if found is not None:
            raise ParameterError(name=name, expected="string", actual=_type_of(found))
    extensions = parameters.get("extensions")
    persisted = extensions.get("persistedQuery") if isinstance(extensions, dict) else None
    if persisted is None:
        return None
    hashed = persisted.get("sha256Hash") if isinstance(persisted, dict) and persisted.get("version") == 1 else None
    if not isinstance(hashed, str) or not _SHA256.fullmatch(hashed):
        raise PersistedQueryError
    return hashed.lower()


def _json(where: str, text: bytes | str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise JsonError(where=where, reason=error) from None


def _type_of(value: Any) -> str:
    return _JSON_TYPES.get(type(value), "null")
