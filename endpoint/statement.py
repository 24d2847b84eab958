"""GET /statement.csv: a statement of account as a table, for those who may ask for it, with what GraphQL answers them.

The table is made of the answers to one operation, page by page, so it knows no permissions, limits or figures of its
own. A row for each line, between one for what was owed before and one for what is owed in the end; numbers are plain
decimals, times are those of the time zone asked for, and the first row names the columns in English or Vietnamese.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import orjson
from starlette.types import Receive, Scope, Send

from access.viewer import Viewer
from endpoint.answers import SAFE_HEADERS, send_bytes
from endpoint.errors import MethodError, UrlEncodingError, UrlParameterError
from endpoint.leaving import while_connected
from endpoint.negotiation import JSON, choose_language, read_headers
from endpoint.protocol import Authenticate, Executor
from graph.errors import NotAllowedError
from graph.model.values import id_prefix
from resolvers.executor.request import Answer, Request

_FIELDS = """{
    statement(programme: $programme, month: $month, timeZone: $timeZone) {
      timeZone
      totals { opening { amount currency } closing { amount currency } }
      lines(first: 100, after: $after) {
        nodes {
          id at kind amount { amount currency }
          reward { id level since base { amount } }
          evidence { referral party { name } }
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  }"""
_GIVEN = "$programme: NodeBy!, $month: String!, $timeZone: String, $after: String"
_OWN = f"query Statement({_GIVEN}) {{\n  viewer {{ partner {_FIELDS} }}\n}}"
_OF_ANYBODY = f"query StatementOf({_GIVEN}, $partner: NodeBy!) {{\n  partner(by: $partner) {_FIELDS}\n}}"
_KNOWN = ("programme", "month", "timeZone", "partner")
_SHOWN = "programme and month, and may take timeZone and, of staff, partner"
_STATUS = {"NOT_ALLOWED": 403, "NOT_FOUND": 404}
_COLUMNS = {
    "en": (
        "At", "What", "Amount", "Currency", "Level", "Bought at", "Purchase amount", "Through", "Reward", "Referrals",
    ),
    "vi": (
        "Thời điểm", "Nội dung", "Số tiền", "Tiền tệ", "Cấp", "Ngày mua", "Giá trị mua", "Qua", "Thưởng", "Giới thiệu",
    ),
}  # fmt: skip
_WHAT = {
    "en": {
        "OPENING": "Opening balance",
        "EARNED": "Reward approved",
        "REVERSED": "Reward taken back",
        "PAID": "Paid out",
        "CLOSING": "Closing balance",
    },
    "vi": {
        "OPENING": "Số dư đầu kỳ",
        "EARNED": "Thưởng được duyệt",
        "REVERSED": "Thưởng bị thu hồi",
        "PAID": "Đã chi trả",
        "CLOSING": "Số dư cuối kỳ",
    },
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Json = Mapping[str, Any]


class StatementTable:
    """The ASGI application at /statement.csv; failures leave it as exceptions, as they do for /graphql."""

    def __init__(self, executor: Executor, authenticate: Authenticate) -> None:
        self._executor = executor
        self._authenticate = authenticate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request; what GraphQL refuses is answered as GraphQL does, with the status that says why."""
        if scope["method"] != "GET":
            raise MethodError(path=scope["path"], method=scope["method"], allowed="GET")
        headers = read_headers(scope["headers"])
        language = choose_language(headers.get("accept-language", ""))
        viewer = await self._authenticate(headers)
        given = _given(scope["query_string"])
        page, refused = await self._page(given, None, language, viewer, receive)
        if refused is not None:
            await _refuse(send, refused)
            return
        await send({"type": "http.response.start", "status": 200, "headers": _headers(given["month"], language)})
        zone = ZoneInfo(page["timeZone"])
        # Programs for tables take a file without this mark for one in another encoding.
        await _part(send, "\ufeff" + _table([_COLUMNS[language], _balance(page, "OPENING", language)]))
        while True:
            lines = page["lines"]
            await _part(send, _table(_row(line, zone, language) for line in lines["nodes"]))
            if not lines["pageInfo"]["hasNextPage"]:
                break
            following, refused = await self._page(given, lines["pageInfo"]["endCursor"], language, viewer, receive)
            if refused is not None:
                # A table that ends too soon must not look like a whole one: the connection breaks.
                raise ConnectionAbortedError(f"a page of a statement was refused with status {refused.status}")
            page = following
        await _part(send, _table([_balance(page, "CLOSING", language)]), last=True)

    async def _page(
        self, given: Mapping[str, str], after: str | None, language: str, viewer: Viewer, receive: Receive
    ) -> tuple[Json, Answer | None]:
        """The statement with a page of its lines, or the answer that refuses it."""
        variables: dict[str, Any] = {**given, "programme": _by(given["programme"]), "after": after}
        of_anybody = "partner" in given
        if of_anybody:
            variables["partner"] = _by(given["partner"])
        text = _OF_ANYBODY if of_anybody else _OWN
        request = Request(text, variables, language=language, mutations_allowed=False, is_own=True)
        answer = await while_connected(receive, self._executor.execute(request, viewer))
        told = orjson.loads(answer.body)
        if "errors" in told:
            return {}, answer
        partner = told["data"]["partner"] if of_anybody else told["data"]["viewer"]["partner"]
        if partner is None:
            raise NotAllowedError(action="ask for a statement of account")
        return partner["statement"], None


def _given(query_string: bytes) -> dict[str, str]:
    """The parameters of the URL; raises UrlParameterError or UrlEncodingError."""
    try:
        pairs = parse_qsl(query_string.decode("ascii"), keep_blank_values=True, errors="strict")
    except UnicodeError:
        raise UrlEncodingError from None
    given = dict(pairs)
    for name in given.keys() - set(_KNOWN):
        raise UrlParameterError(name=name, problem="unknown", known=_SHOWN)
    for name in ("programme", "month"):
        if not given.get(name):
            raise UrlParameterError(name=name, problem="missing", known=_SHOWN)
    return {name: value for name, value in given.items() if value}


def _by(name: str) -> dict[str, str]:
    return {"externalKey": name} if id_prefix(name) is None else {"id": name}


def _headers(month: str, language: str) -> list[tuple[bytes, bytes]]:
    return [
        (b"content-type", b"text/csv; charset=utf-8; header=present"),
        (b"content-disposition", f'attachment; filename="statement-{month}.csv"'.encode()),
        (b"content-language", language.encode()),
        *SAFE_HEADERS,
    ]


def _balance(statement: Json, kind: str, language: str) -> Sequence[str]:
    money = statement["totals"][kind.lower()]
    return ("", _WHAT[language][kind], money["amount"], money["currency"], "", "", "", "", "", "")


def _row(line: Json, zone: ZoneInfo, language: str) -> Sequence[str]:
    reward = line["reward"]
    return (
        _local(line["at"], zone),
        _WHAT[language][line["kind"]],
        line["amount"]["amount"],
        line["amount"]["currency"],
        str(reward["level"]),
        _local(reward["since"], zone),
        reward["base"]["amount"],
        _text(" > ".join(one["party"]["name"] for one in line["evidence"])),
        reward["id"],
        " ".join(one["referral"] for one in line["evidence"]),
    )


def _local(instant: str, zone: ZoneInfo) -> str:
    return datetime.fromisoformat(instant).astimezone(zone).isoformat(timespec="seconds")


def _text(value: str) -> str:
    """A name as a cell that no program for tables takes for a formula."""
    return f"'{value}" if value.startswith(_FORMULA) else value


def _table(rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


async def _part(send: Send, text: str, *, last: bool = False) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": not last})


async def _refuse(send: Send, answer: Answer) -> None:
    error = orjson.loads(answer.body)["errors"][0]["extensions"]
    status = 503 if error.get("retryable") else _STATUS.get(error["code"], max(answer.status, 400))
    headers = [(b"content-type", f"{JSON}; charset=utf-8".encode()), *SAFE_HEADERS]
    await send_bytes(send, status, headers, answer.body)
