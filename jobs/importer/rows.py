"""Rows of CSV and JSON Lines files, one at a time, each with the line it starts on and its text as it stands there."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from graph.errors import InputError

_MARK = "\ufeff"


class UnreadableFileError(InputError):
    """A file is missing, empty, or lacks columns that the mapping names."""

    code = "UNREADABLE_FILE"
    text = "{file}: {reason}."
    hint = "Check the folder and the mapping."


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row as read: its values by column (missing ones None), or what is wrong with it."""

    line: int
    raw: str
    size: int
    values: dict[str, Any] | None
    problem: str = ""


def read_rows(path: Path, null: str | None, columns: frozenset[str]) -> Iterator[SourceRow]:
    """The rows of a file; UnreadableFileError where it cannot be read at all."""
    if not path.is_file():
        raise UnreadableFileError(file=path.name, reason="there is no such file")
    with path.open("rb") as lines:
        if path.suffix in {".jsonl", ".ndjson"}:
            yield from _json_rows(lines, null)
        else:
            yield from _csv_rows(path.name, lines, null, columns)


def header_of(path: Path) -> list[str]:
    """The column names of a CSV file."""
    with path.open("rb") as lines:
        return next(csv.reader(_Lines(lines)), [])


def parse_row(raw: str, header: list[str] | None, null: str | None, line: int) -> SourceRow:
    """A row given by itself: CSV under this header, or one line of JSON where there is none."""
    if header is None:
        return next(_json_rows([raw.encode()], null, line))
    lines = (part.encode("utf-8", "surrogateescape") for part in raw.splitlines(keepends=True))
    values = next(csv.reader(_Lines(lines)), [])
    return _csv_row(header, values, null, line, raw)


class _Lines:
    """Decoded lines, remembered until the row they belong to is complete."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = iter(lines)
        self.number = 0
        self.row: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        text = next(self._lines).decode("utf-8", "surrogateescape")
        text = text.removeprefix(_MARK) if self.number == 0 else text
        self.number += 1
        self.row.append(text)
        return text

    def take(self) -> str:
        """The text of the row that was just read."""
        text = "".join(self.row)
        self.row.clear()
        return text


def _csv_rows(name: str, source: Iterable[bytes], null: str | None, columns: frozenset[str]) -> Iterator[SourceRow]:
    lines = _Lines(source)
    reader = csv.reader(lines)
    header = next(reader, None)
    if header is None:
        raise UnreadableFileError(file=name, reason="it is empty")
    missing = sorted(columns - set(header))
    if missing:
        raise UnreadableFileError(file=name, reason=f"it has no column {', '.join(missing)}")
    lines.take()
    while True:
        line = lines.number + 1
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raw = lines.take()
            yield SourceRow(line, raw, _size(raw), None, str(error))
            continue
        raw = lines.take()
        if values:
            yield _csv_row(header, values, null, line, raw)


def _csv_row(header: list[str], values: list[str], null: str | None, line: int, raw: str) -> SourceRow:
    if len(values) != len(header):
        return SourceRow(line, raw, _size(raw), None, f"it has {len(values)} columns, the header {len(header)}")
    if not _is_text(raw):
        return SourceRow(line, raw, _size(raw), None, "it is not UTF-8")
    found = {c: _present(v, null) for c, v in zip(header, values, strict=True)}
    return SourceRow(line, raw, _size(raw), found)


def _json_rows(source: Iterable[bytes], null: str | None, first: int = 1) -> Iterator[SourceRow]:
    for line, encoded in enumerate(source, first):
        raw = encoded.decode("utf-8", "surrogateescape").removeprefix(_MARK)
        if not raw.strip():
            continue
        try:
            found = orjson.loads(raw.encode())
        except ValueError as error:
            yield SourceRow(line, raw, len(encoded), None, f"it is not JSON: {error}")
            continue
        if isinstance(found, dict):
            present = {k: _present(v, null) for k, v in found.items()}
            yield SourceRow(line, raw, len(encoded), present)
        else:
            yield SourceRow(line, raw, len(encoded), None, "it is not a JSON object")


def _present(value: Any, null: str | None) -> Any:
    if not isinstance(value, str):
        return value
    stripped = value.strip()
    return None if stripped in ("", null) else stripped


def _size(raw: str) -> int:
    return len(raw.encode("utf-8", "surrogateescape"))


def _is_text(raw: str) -> bool:
    try:
        raw.encode()
    except UnicodeEncodeError:
        return False
    return True
