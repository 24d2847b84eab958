"""Requests that are refused before they reach the executor, and the HTTP status of every failure.

```
InputError
└── RequestError                  400, or the status the class names
    ├── BodyMissingError
    ├── JsonError
    ├── ParameterError
    ├── QueryMissingError
    ├── PersistedQueryError
    ├── UrlEncodingError
    ├── UrlParameterError
    ├── PathError                 404
    ├── HostError                 421
    ├── MethodError               405
    ├── NotAcceptableError        406
    └── ContentTypeError          415
LimitError
├── BodyTooLargeError             413
└── TooManyOperationsError
UnavailableError
└── TooManyStreamsError           503
```
"""

from __future__ import annotations

from typing import ClassVar

from access.errors import UnauthenticatedError
from graph.errors import ConflictError, CustomerGraphError, InputError, LimitError, NotAllowedError, UnavailableError


class RequestError(InputError):
    """The HTTP request is not a well-formed GraphQL request."""

    status: ClassVar[int] = 400


class BodyMissingError(RequestError):
    """A POST came without a body."""

    code = "BODY_MISSING"
    text = "The request has no body."
    hint = 'Send a JSON object such as {{"query": "{{ __typename }}"}}.'


class BodyTooLargeError(LimitError):
    """The body is longer than the settings allow."""

    status: ClassVar[int] = 413
    code = "BODY_TOO_LARGE"
    text = "The request body is larger than {limit} bytes."
    hint = "Send less at once, for example by splitting the operation, or raise the limit of the settings."


class TooManyOperationsError(LimitError):
    """A socket runs as many operations as one may."""

    code = "TOO_MANY_OPERATIONS"
    text = "There are {limit} operations on this socket already, as many as one may run."
    hint = "Complete those that nobody looks at any more, or subscribe to several things at once: partyChanged(ids)."


class TooManyStreamsError(UnavailableError):
    """The process holds as many event streams as the settings allow."""

    code = "TOO_MANY_STREAMS"
    text = "There are {limit} open streams here, as many as there may be."
    hint = "Try again in a moment."


class JsonError(RequestError):
    """The body, or a parameter of the URL, is not JSON."""

    code = "INVALID_JSON"
    text = "The {where} is not valid JSON: {reason}."
    hint = "Send JSON in UTF-8."


class ParameterError(RequestError):
    """A part of the request has the wrong JSON type."""

    code = "WRONG_PARAMETER_TYPE"
    text = "The {name} must be of type {expected}, not {actual}."
    hint = "Send one object: query (string); if needed variables and extensions (objects), operationName (string)."


class UrlParameterError(RequestError):
    """A parameter of the URL is unknown, or missing."""

    code = "URL_PARAMETER"
    text = "The parameter {name!r} of the URL is {problem}."
    hint = "It takes {known}."


class QueryMissingError(RequestError):
    """The request names no query."""

    code = "QUERY_MISSING"
    text = "The request has no query."
    hint = "Send the GraphQL document as the string parameter query; to explore by hand, open /graphiql."


class PersistedQueryError(RequestError):
    """`extensions.persistedQuery` is not what it must be."""

    code = "PERSISTED_QUERY_INVALID"
    text = "extensions.persistedQuery is not of version 1, or its sha256Hash is no SHA-256 in hexadecimal digits."
    hint = 'Send {{"persistedQuery": {{"version": 1, "sha256Hash": "..."}}}} with 64 hexadecimal digits.'


class UrlEncodingError(RequestError):
    """The query string of the URL is not percent-encoded UTF-8."""

    code = "INVALID_URL_ENCODING"
    text = "The query string of the URL is not percent-encoded UTF-8."
    hint = "Encode the parameters as application/x-www-form-urlencoded, or send them by POST."


class PathError(RequestError):
    """Nothing is served at this path."""

    status = 404
    code = "PATH_NOT_FOUND"
    text = "There is nothing at {path}."
    hint = "GraphQL is at /graphql."


class HostError(RequestError):
    """The request is for another name than the service has."""

    status = 421
    code = "WRONG_HOST"
    text = "The service is not known by the name in Host."
    hint = "Ask for 127.0.0.1 or localhost, or add the name to CUSTOMER_GRAPH_HOSTS."


class MethodError(RequestError):
    """The path does not take this HTTP method."""

    status = 405
    code = "METHOD_NOT_ALLOWED"
    text = "{path} does not take {method}."
    hint = "Use {allowed}."


class NotAcceptableError(RequestError):
    """None of the media types the client accepts can be sent."""

    status = 406
    code = "NOT_ACCEPTABLE"
    text = "No answer can be sent as {accept}."
    hint = "Accept application/graphql-response+json or application/json."


class ContentTypeError(RequestError):
    """The body is of a kind that is not read."""

    status = 415
    code = "UNSUPPORTED_CONTENT"
    text = "A body with {actual} is not read."
    hint = "Send it with Content-Type: application/json, in UTF-8, without Content-Encoding."


def http_status(error: CustomerGraphError) -> int:
    """The HTTP status of a failure: what its class names, else that of its branch of the tree."""
    match error:
        case RequestError() | BodyTooLargeError():
            return error.status
        case UnauthenticatedError():
            return 401
        case InputError() | LimitError():
            return 400
        case NotAllowedError():
            return 403
        case ConflictError():
            return 409
        case UnavailableError():
            return 503
        case _:
            return 500
