"""What the headers of a request ask for: the media type and the language of the answer, and what the body is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from endpoint.errors import ContentTypeError, NotAcceptableError
from graph.errors import languages

JSON = "application/json"
GRAPHQL_RESPONSE = "application/graphql-response+json"
EVENT_STREAM = "text/event-stream"

# What a client that accepts anything gets comes first.
_MEDIA_TYPES = (JSON, GRAPHQL_RESPONSE)
_LANGUAGES = languages()
# Clients send few different headers; a hostile one that varies them only empties the cache.
_CACHED = 256
_SHOWN_CHARACTERS = 100


def read_headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Lower-case names to values; a header given several times becomes one list, as HTTP has it."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in raw:
        name = raw_name.decode("latin-1")
        value = raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


@lru_cache(_CACHED)
def choose_media_type(accept: str) -> str:
    """The media type to answer in, for the value of Accept (`*/*` where there is none).

    The highest quality wins, then the type named outright over a wildcard, then the one named first.
    Raises NotAcceptableError where neither type of GraphQL is accepted.
    """
    ranges = list(quality_list(accept))
    best = max(((_rank(media_type, ranges), media_type) for media_type in _MEDIA_TYPES), key=lambda found: found[0])
    if best[0][0] <= 0:
        raise NotAcceptableError(accept=_shown(accept))
    return best[1]


@lru_cache(_CACHED)
def prefers_stream(accept: str) -> bool:
    """Whether the client names event streams and likes them better than the media types of GraphQL.

    Clients that can read all of them name all for queries, too, whose one answer is no stream.
    """
    ranges = list(quality_list(accept))
    quality, outright, _ = _rank(EVENT_STREAM, ranges)
    return outright == 2 and all(quality > _rank(media_type, ranges)[0] for media_type in _MEDIA_TYPES)


@lru_cache(_CACHED)
def choose_language(accept_language: str) -> str:
    """The language of messages for the value of Accept-Language: the best liked that exists, else English."""
    wanted = sorted(quality_list(accept_language), key=lambda item: -item[1])
    for tag, quality in wanted:
        language = tag.partition("-")[0]
        if quality > 0 and language in _LANGUAGES:
            return language
    return _LANGUAGES[0]


def require_json(headers: Mapping[str, str]) -> None:
    """Raises ContentTypeError unless the body is said to be JSON in UTF-8, not compressed."""
    content_type = headers.get("content-type")
    if content_type != JSON and not _is_json(content_type or ""):
        raise ContentTypeError(actual=f"Content-Type {_shown(content_type)}" if content_type else "no Content-Type")
    encoding = headers.get("content-encoding", "identity")
    if encoding != "identity":
        raise ContentTypeError(actual=f"Content-Encoding {_shown(encoding)}")


@lru_cache(_CACHED)
def _is_json(content_type: str) -> bool:
    media_type, _, parameters = content_type.lower().partition(";")
    charsets = [
        value.strip(' "')
        for name, _, value in (parameter.partition("=") for parameter in parameters.split(";"))
        if name.strip() == "charset"
    ]
    return media_type.strip() == JSON and all(charset in ("utf-8", "utf8") for charset in charsets)


def _rank(media_type: str, ranges: list[tuple[str, float]]) -> tuple[float, int, int]:
    """(quality, how outright the type is named, how early): greater is better."""
    group = media_type.partition("/")[0] + "/*"
    for outright, name in ((2, media_type), (1, group), (0, "*/*")):
        for position, (candidate, quality) in enumerate(ranges):
            if candidate == name:
                return quality, outright, -position
    return 0.0, 0, 0


def quality_list(header: str) -> Iterator[tuple[str, float]]:
    """Each entry of a header such as `a/b;q=0.5, c/d`, in lower case, with its quality (1 where it names none)."""
    for entry in header.lower().split(","):
        name, *parameters = (part.strip() for part in entry.split(";"))
        quality = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip() == "q":
                quality = _quality(value.strip())
        if name:
            yield name, quality


def _quality(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0.0 <= value <= 1.0 else 0.0


def _shown(header: str | None) -> str:
    """The header as a message may repeat it: printable, and no longer than a reader needs."""
    return "".join(character if character.isprintable() else "?" for character in (header or ""))[:_SHOWN_CHARACTERS]
