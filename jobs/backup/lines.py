"""The lines of a backup file: JSON, one thing a line.

| line | says |
|---|---|
| `{"format": "customer-graph", "version": 1, "at": …, "selection": null, "migrations": […]}` | the first |
| `{"type": "Consent", "properties": {"id": …}, "references": {"party": …}}` | a node, as it is stored |
| `{"type": "PartOf", "source": …, "target": …, "properties": {"id": …}}` | a relationship |
| `{"type": "Category", "reference": "parent", "source": …, "target": …}` | a reference to a node further down |
| `{"again": {"type": …, …}}` | a node or relationship that changed meanwhile: the last such line counts, no other |
| `{"again": {"type": …, "gone": …}}` | the node or relationship of this id went meanwhile |
| `{"event": {"seq": …, …}}` | an event |
| `{"end": {"lines": …, "position": …, "removed": …, "moved": …}}` | the last, which counts itself |
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from graph.backup.reading import Row
from graph.errors import InputError

FORMAT = "customer-graph"
VERSION = 1
_GZIP = b"\x1f\x8b"


class BackupLineError(InputError):
    """A line of a backup is none, or tells of what this version does not know."""

    code = "BACKUP_LINE"
    text = "{file}:{line}: {reason}."
    hint = "Nothing was written. The file is damaged, was changed, or comes from another version: take another backup."


class BackupCutError(InputError):
    """A backup ends before its end."""

    code = "BACKUP_CUT"
    text = "{file} is cut off behind line {line}."
    hint = "Nothing was written. Copy the file again, or take another backup."


class BackupVersionError(InputError):
    """A backup was made by a later version of the service."""

    code = "BACKUP_VERSION"
    text = "{file} was made by a later version of the service: it needs {needed}."
    hint = "Nothing was written. Restore it with that version."


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what it says, its number, and how many bytes of the file were read with it."""

    number: int
    read: int
    values: dict[str, Any]


def dump(values: dict[str, Any]) -> bytes:
    """The line, deterministic to the byte."""
    return orjson.dumps(values, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def node_line(type: str, row: Row) -> dict[str, Any]:
    """The line of a node."""
    line: dict[str, Any] = {"type": type, "properties": row.properties}
    return line | {"references": row.references} if row.references else line


def edge_line(type: str, row: Row) -> dict[str, Any]:
    """The line of a relationship."""
    return {"type": type, **row.references, "properties": row.properties}


def late_line(type: str, name: str, source: str, target: str) -> dict[str, Any]:
    """The line of a reference that leads down the file."""
    return {"type": type, "reference": name, "source": source, "target": target}


def read_lines(file: Path) -> Iterator[Line]:
    """The lines of a file, compressed or not.

    Raises OSError, BackupLineError where one is not JSON, and BackupCutError where compression ends too early.
    """
    with file.open("rb") as raw:
        packed = raw.read(len(_GZIP)) == _GZIP
        raw.seek(0)
        lines: Iterable[bytes] = gzip.GzipFile(fileobj=raw) if packed else raw
        number = 0
        try:
            for number, text in enumerate(lines, 1):
                yield Line(number, raw.tell(), _parsed(file, number, text))
        except EOFError:
            raise BackupCutError(file=file.name, line=number) from None
        except (zlib.error, gzip.BadGzipFile) as error:
            raise BackupLineError(file=file.name, line=number + 1, reason=f"cannot be unpacked: {error}") from None


def _parsed(file: Path, number: int, text: bytes) -> dict[str, Any]:
    if not text.endswith(b"\n"):
        raise BackupCutError(file=file.name, line=number - 1)
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BackupLineError(file=file.name, line=number, reason=f"is no JSON: {error}") from None
    if not isinstance(found, dict):
        raise BackupLineError(file=file.name, line=number, reason="is no object")
    return found
