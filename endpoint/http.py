"""GraphQL over HTTP: POST with a JSON body, GET for queries."""

from __future__ import annotations

import sys

from starlette.types import Receive, Scope, Send

from endpoint.answers import SAFE_HEADERS, Header, send_bytes
from endpoint.compression import packed, takes_gzip
from endpoint.errors import MethodError
from endpoint.leaving import while_connected
from endpoint.middleware import request_record
from endpoint.negotiation import (
    GRAPHQL_RESPONSE,
    JSON,
    choose_language,
    choose_media_type,
    prefers_stream,
    read_headers,
    require_json,
)
from endpoint.parameters import from_body, from_query_string, read_body
from endpoint.protocol import Authenticate, Executor
from endpoint.settings import EndpointSettings
from endpoint.sse import GraphQLOverSse
from resolvers.executor.request import Answer

_HEADERS: dict[str, tuple[Header, ...]] = {
    media_type: ((b"content-type", f"{media_type}; charset=utf-8".encode()), *SAFE_HEADERS)
    for media_type in (JSON, GRAPHQL_RESPONSE)
}


class GraphQLOverHttp:
    """The ASGI application at /graphql. Failures leave it as exceptions; the middleware answers them.

    It reads the headers and the body once and goes past Starlette's Request and Response: this is the path every
    operation takes.
    """

    def __init__(
        self, executor: Executor, authenticate: Authenticate, settings: EndpointSettings, streams: GraphQLOverSse
    ) -> None:
        self._executor = executor
        self._streams = streams
        self._authenticate = authenticate
        self._max_body_bytes = settings.max_body_bytes
        self._pack_bytes = settings.pack_bytes or sys.maxsize

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, or raises what is wrong with it."""
        method = scope["method"]
        if method not in ("POST", "GET"):
            raise MethodError(path=scope["path"], method=method, allowed="GET, POST")
        headers = read_headers(scope["headers"])
        accept = headers.get("accept", "*/*")
        is_stream = prefers_stream(accept)
        media_type = JSON if is_stream else choose_media_type(accept)
        language = choose_language(headers.get("accept-language", ""))
        viewer = await self._authenticate(headers)
        if method == "POST":
            require_json(headers)
            request = from_body(await read_body(receive, self._max_body_bytes), language)
        else:
            request = from_query_string(scope["query_string"], language)
        if is_stream:
            await self._streams.serve(request, viewer, headers, scope, receive, send)
            return
        answer = await while_connected(receive, self._executor.execute(request, viewer))
        answer_headers = list(_HEADERS[media_type])
        request_record(scope).tell(answer, is_whole=True)
        for name, value in answer.headers.items():
            answer_headers.append((name.encode("latin-1"), value.encode("latin-1")))
        if answer.status == 405:
            answer_headers.append((b"allow", b"POST"))
        body = answer.body
        if len(body) >= self._pack_bytes:
            answer_headers.append((b"vary", b"accept-encoding"))
            if takes_gzip(headers.get("accept-encoding", "")):
                body = await packed(body)
                answer_headers.append((b"content-encoding", b"gzip"))
        await send_bytes(send, _status(answer, media_type), answer_headers, body)


def _status(answer: Answer, media_type: str) -> int:
    """The status to send: clients of plain JSON expect 200 for whatever the executor could answer, if only by null, or
    had to refuse as a document; only what concerns the request as such (405 ...) shows as it does to the others."""
    if media_type == JSON and (answer.has_data or answer.status == 400):
        return 200
    return answer.status
