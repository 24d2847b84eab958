"""What the HTTP side asks of its executor and of whoever knows the callers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

# Whatever `authenticate` made of the headers: only the executor looks inside.
Viewer: TypeAlias = Any

Authenticate: TypeAlias = Callable[[Mapping[str, str]], Viewer]
"""Lower-case header names to values -> the viewer. Raises a CustomerGraphError for one it refuses."""

OPERATION_NAME = "operation-name"
"""Key of `GraphQLAnswer.headers` that is for the access log alone and is not sent."""


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """A well-formed GraphQL-over-HTTP request: the types of its parts are checked, nothing of it is parsed.

    `language` is one that messages exist in. `mutations_allowed` is False for GET: the executor then answers a mutation
    with status 405.
    """

    query: str
    variables: Mapping[str, Any] | None
    operation_name: str | None
    extensions: Mapping[str, Any] | None
    language: str
    mutations_allowed: bool


@dataclass(frozen=True, slots=True)
class GraphQLAnswer:
    """A whole GraphQL response as JSON in UTF-8, sent as it is.

    `status` is 200, or that of a request error, or 294 where data came with errors beside it; `has_data` says whether
    the response has a `data` entry. `headers` are added to the answer, except OPERATION_NAME.
    """

    body: bytes
    status: int
    has_data: bool
    headers: Mapping[str, str] = field(default_factory=dict)


class Executor(Protocol):
    """Runs one operation for one viewer."""

    async def execute(self, request: GraphQLRequest, viewer: Viewer) -> GraphQLAnswer:
        """The answer; a CustomerGraphError it raises is answered as a request error."""
        ...
