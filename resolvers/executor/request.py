"""What the executor takes and gives, free of HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    """One well-formed GraphQL request: the types of its parts are checked, nothing of it is parsed.

    `language` is one that messages exist in. `mutations_allowed` is False for GET: a mutation is then answered with
    status 405. `extensions` may hold `{"explain": true}` and `{"cost": true}`. `document_id` names the document, whose
    text may then be missing: `query` is empty. `after` is the position that a subscription goes on from, whatever its
    arguments say: a browser names it by itself when it connects again. The service trusts the documents that are its
    own, which no client can say of one.
    """

    query: str
    variables: Mapping[str, Any] | None = None
    operation_name: str | None = None
    extensions: Mapping[str, Any] | None = None
    language: str = "en"
    mutations_allowed: bool = True
    document_id: str | None = None
    after: str | None = None
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole GraphQL response as JSON in UTF-8, sent as it is.

    `status` is 200, or that of a request error; `has_data` says whether the response has a `data` entry. `headers` are
    added to the answer; `operation` is the operation's name and `trace` its trace's id, for the access log. `after` is
    where a subscription stands with this message.
    """

    body: bytes
    status: int = 200
    has_data: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)
    operation: str | None = None
    after: str | None = None
    trace: str | None = None
