"""Opaque ids and cursors in a form that people can read and write, and back."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from tests.oracle.demo import Demo

_ID = re.compile(r"[a-z]{2,5}_[0-9a-f]{32}")
_NAMED = re.compile(r"id\(([^()]+)\)")
_CURSOR = re.compile(r"cursor\((\[.*?\])\)", re.DOTALL)
_BASE64 = re.compile(r"[A-Za-z0-9_-]{12,}")
_CLAUSES = ("OPTIONAL", "MATCH", "WHERE", "WITH", "ORDER", "RETURN", "CALL", "UNION")


class Readable:
    """Names for what is in the demo company."""

    def __init__(self, demo: Demo) -> None:
        self._names = {id: key for key, id in demo.ids.items()}
        for thing in demo.world.things.values():
            if thing.type.name == "ExternalKey":
                self._names[thing.id] = f"ExternalKey {thing.stored['key']}"
        for link in demo.world.links:
            if "id" in link.stored:
                ends = f"{self._names.get(link.start.id)} {self._names.get(link.end.id)}"
                self._names[link.stored["id"]] = f"{link.type} {ends} {link.stored['since'][:10]}"
        self._names |= {id: name for name, id in self._changes(demo)}
        self._ids = {name: id for id, name in self._names.items()}

    def _changes(self, demo: Demo) -> Iterator[tuple[str, str]]:
        """Changes by what they did to what, counted where there are several; at the end the one that came first."""
        changes = sorted((t for t in demo.world.things.values() if t.type.name == "Change"), key=lambda t: t.id)
        counts: dict[str, int] = {}
        for change in changes:
            what = change.stored.get("relationshipId") or change.stored["nodeId"]
            name = f"Change {change.stored['kind']} {self._names.get(what)}"
            counts[name] = counts.get(name, 0) + 1
            yield (name if counts[name] == 1 else f"{name} {counts[name]}"), change.id

    def written(self, text: str) -> str:
        """The text with the opaque forms in place of the readable ones. Inside a GraphQL or JSON string the quotes of a
        cursor are escaped, as they are anywhere in such a string."""
        text = _NAMED.sub(lambda found: self._ids[found[1]], text)
        return _CURSOR.sub(lambda found: _cursor(json.loads(found[1].replace('\\"', '"'))), text)

    def shown(self, value: Any) -> Any:
        """The value with the readable forms in place of the opaque ones, at any depth."""
        if isinstance(value, Mapping):
            return {key: self.shown(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.shown(item) for item in value]
        if not isinstance(value, str):
            return value
        parts = read_cursor(value)
        if parts is not None:
            return f"cursor({json.dumps(self.shown(parts), ensure_ascii=False)})"
        return _ID.sub(lambda found: f"id({self._names[found[0]]})" if found[0] in self._names else found[0], value)


def _cursor(parts: list[Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(parts)).rstrip(b"=").decode()


def read_cursor(text: str) -> list[Any] | None:
    """The digest and values in a cursor of the service; None for any other text."""
    if not _BASE64.fullmatch(text):
        return None
    try:
        found = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError):
        return None
    return found if isinstance(found, list) and found and isinstance(found[0], str) else None


def without_digests(value: Any) -> Any:
    """The value with cursors as the oracle writes them: it knows the values of the keys and no digest of the order."""
    if isinstance(value, Mapping):
        return {key: without_digests(item) for key, item in value.items()}
    if isinstance(value, list):
        return [without_digests(item) for item in value]
    parts = read_cursor(value) if isinstance(value, str) else None
    return value if parts is None else f"cursor({json.dumps(parts[1:], ensure_ascii=False)})"


def clauses(statement: str) -> str:
    """The statement with one clause a line, indented by depth. Joining the lines with spaces gives it back."""
    lines: list[str] = []
    depth, line = 0, ""
    for before, word, after in _with_neighbours(statement.split(" ")):
        closes = word.startswith("}") or (word.endswith(")") and word == ")")
        starts = word in _CLAUSES and (before, word) not in (("STARTS", "WITH"), ("OPTIONAL", "MATCH"))
        if line and (starts or closes):
            lines.append(line)
            line = ""
        depth -= closes
        line = f"{line} {word}" if line else "  " * max(depth, 0) + word
        if word.endswith("{") and after:
            lines.append(line)
            line, depth = "", depth + 1
    return "\n".join([*lines, line])


def one_line(text: str) -> str:
    """The statement of its readable form."""
    return " ".join(part.strip() for part in text.splitlines())


def _with_neighbours(words: list[str]) -> Iterator[tuple[str, str, str]]:
    yield from zip(["", *words], words, [*words[1:], ""], strict=False)
