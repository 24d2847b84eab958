"""The file of rows that were not taken: to be read by people, mended, and given again.

A CSV file with the columns `file`, `line`, `reason` and `raw`, the row as it stands in its file.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TextIO

from jobs.importer.report import Rejection
from jobs.importer.rows import SourceRow, UnreadableFileError, header_of, parse_row

_COLUMNS = ("file", "line", "reason", "raw")


class Rejects:
    """Takes rejections; the file appears at the end, and only where there is something in it."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._part = path.with_name(path.name + ".part") if path else None
        self._file: TextIO | None = None
        self.count = 0

    def __enter__(self) -> Rejects:
        if self._part is not None:
            self._file = self._part.open("w", encoding="utf-8", errors="surrogateescape", newline="")
            csv.writer(self._file).writerow(_COLUMNS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is None or self._part is None or self._path is None:
            return
        self._file.close()
        if kind is None and self.count:
            self._part.replace(self._path)
        else:
            self._part.unlink()
            if kind is None:
                self._path.unlink(missing_ok=True)

    def add(self, rejection: Rejection) -> None:
        """Writes one row."""
        self.count += 1
        if self._file is not None:
            csv.writer(self._file).writerow((rejection.file, rejection.line, rejection.reason, rejection.raw))


def mended_rows(path: Path, folder: Path, file: str, null: str | None) -> Iterator[SourceRow]:
    """The rows of a mended rejects file that belong to this file of the folder."""
    if not path.is_file():
        raise UnreadableFileError(file=path.name, reason="there is no such file")
    header = None if file.endswith((".jsonl", ".ndjson")) else header_of(folder / file)
    with path.open(encoding="utf-8", errors="surrogateescape", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["file"] == file:
                yield parse_row(row["raw"], header, null, int(row["line"]))
