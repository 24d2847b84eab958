"""One import: rows stream through the writer in batches; what it refuses is reported row by row."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from graph.client import Database, Transaction
from graph.contents import replan
from graph.errors import CustomerGraphError
from graph.model.model import Model
from graph.writer import FACTS, Group, Outcome, apply, write
from graph.writer.errors import UnknownReferenceError
from jobs.ahead import ahead
from jobs.importer.mapping import FileMapping, Mapping, read_mapping
from jobs.importer.rejects import Rejects, mended_rows
from jobs.importer.report import Counts, ImportReport, Progress, Rejection, Step
from jobs.importer.rows import SourceRow, read_rows

BATCH = 2000
"""Changes in one transaction, about."""
REPLANNED = 1000
"""Rows written from which on the database should look at its statistics again."""
_IN_MAPPING = "(mapping)"
_SHOWN = 20
_DRY_RUN_SECONDS = 3600.0

Write = Callable[[list[Group]], Awaitable[tuple[Outcome, ...]]]
_Taken = tuple[SourceRow, Group]
_Waiting = tuple[SourceRow, Group, str]


@dataclass(slots=True)
class _Batch:
    """Rows of a file as they were read: what they ask for, and those of which all or a value is refused, with why."""

    taken: list[_Taken] = field(default_factory=list)
    refused: list[tuple[SourceRow, str]] = field(default_factory=list)
    left_out: list[tuple[SourceRow, str]] = field(default_factory=list)
    changes: int = 0
    bytes_read: int = 0


async def import_folder(
    database: Database,
    model: Model,
    mapping_path: Path,
    folder: Path,
    *,
    rejects: Path | None = None,
    mended: Path | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
    by: str = "import",
) -> ImportReport:
    """Writes what the mapping makes of the folder's files. A second run of the same changes nothing.

    Rows that cannot be taken go to the file `rejects`; all others are written. Given back as `mended`, such a file is
    read in place of the folder's. A dry run does all of it in one transaction and keeps nothing. Raises MappingError
    before any row is written, and UnreadableFileError before any row of that file is.
    """
    mapping = read_mapping(mapping_path, model)
    if dry_run:
        return await _dry_run(database, model, mapping, folder, mended, rejects, progress, by)
    run = _Run(mapping, folder, mended, progress, ImportReport())

    async def written(groups: list[Group]) -> tuple[Outcome, ...]:
        return await write(database, model, groups, by=by, waived=FACTS, react=False)

    with Rejects(rejects) as sink:
        await run.all(written, sink)
    report = run.finish(rejects)
    if report.rows.created + report.rows.updated >= REPLANNED:
        await replan(database)
    return report


class _NothingKept(Exception):  # noqa: N818  # no error: it rolls back what was tried
    """Ends the transaction of a dry run."""


async def _dry_run(
    database: Database,
    model: Model,
    mapping: Mapping,
    folder: Path,
    mended: Path | None,
    rejects: Path | None,
    progress: Progress | None,
    by: str,
) -> ImportReport:
    runs: list[_Run] = []

    async def work(transaction: Transaction) -> None:
        run = _Run(mapping, folder, mended, progress, ImportReport(dry_run=True))
        runs.append(run)

        async def tried(groups: list[Group]) -> tuple[Outcome, ...]:
            return await apply(transaction, model, groups, by=by, waived=FACTS, tentative=True, react=False)

        with Rejects(rejects) as sink:
            await run.all(tried, sink)
        raise _NothingKept

    with suppress(_NothingKept):
        await database.write(work, seconds=_DRY_RUN_SECONDS)
    return runs[-1].finish(rejects)


@dataclass(slots=True)
class _Run:
    mapping: Mapping
    folder: Path
    mended: Path | None
    progress: Progress | None
    report: ImportReport
    started: float = field(default_factory=time.monotonic)
    bytes_read: int = 0
    bytes_total: int = 0

    async def all(self, written: Write, rejects: Rejects) -> None:
        """Every file of the mapping, in order."""
        named = [self.folder / f.path for f in self.mapping.files if f.path is not None]
        paths = named if self.mended is None else [self.mended]
        self.bytes_total = sum(path.stat().st_size for path in paths if path.is_file())
        for file in self.mapping.files:
            await self._file(file, written, rejects)

    def finish(self, rejects: Path | None) -> ImportReport:
        """The report, complete."""
        self.report.seconds = time.monotonic() - self.started
        self.report.rejects = rejects if self.report.rows.rejected else None
        return self.report

    def _rows(self, file: FileMapping) -> Iterator[SourceRow]:
        if file.path is None:
            return (SourceRow(n, "", 0, dict(row)) for n, row in enumerate(file.rows, 1))
        if self.mended is not None:
            return mended_rows(self.mended, self.folder, file.path, file.null)
        return read_rows(self.folder / file.path, file.null, file.columns)

    async def _file(self, file: FileMapping, written: Write, rejects: Rejects) -> None:
        """Batches of the file; rows that name what stands later in it are tried again at its end."""
        waiting: list[_Waiting] = []
        async with aclosing(ahead(self._batches(file))) as batches:
            async for batch in batches:
                self.bytes_read += batch.bytes_read
                for row, refusal in batch.refused:
                    self._reject(file, row, refusal, rejects)
                for row, refusal in batch.left_out:
                    self._leave_out(file, row, refusal)
                waiting += await self._write(file, batch.taken, written, rejects)
        while waiting:
            still: list[_Waiting] = []
            for start in range(0, len(waiting), BATCH):
                piece = [(row, group) for row, group, _ in waiting[start : start + BATCH]]
                still += await self._write(file, piece, written, rejects)
            if len(still) == len(waiting):
                for row, _, reason in still:
                    self._reject(file, row, reason, rejects)
                break
            waiting = still

    def _batches(self, file: FileMapping) -> Iterator[_Batch]:
        """The file as it is read, in batches; none holds much more than `BATCH` changes and refusals."""
        batch = _Batch()
        for row in self._rows(file):
            batch.bytes_read += row.size
            if row.values is None:
                batch.refused.append((row, row.problem))
            else:
                try:
                    asked = self.mapping.asked(file, row.values)
                except CustomerGraphError as error:
                    batch.refused.append((row, str(error)))
                else:
                    batch.left_out += [(row, str(refused)) for refused in asked.left_out]
                    batch.taken.append((row, asked.changes))
                    batch.changes += len(asked.changes)
            if batch.changes + len(batch.refused) >= BATCH:
                yield batch
                batch = _Batch()
        yield batch

    async def _write(self, file: FileMapping, batch: list[_Taken], written: Write, rejects: Rejects) -> list[_Waiting]:
        """Writes a batch and counts it; rows that name what is not there come back with the reason."""
        waiting: list[_Waiting] = []
        outcomes = await written([group for _, group in batch]) if batch else ()
        for (row, group), outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome.error, UnknownReferenceError):
                waiting.append((row, group, str(outcome.error)))
            elif outcome.error is not None:
                self._reject(file, row, str(outcome.error), rejects)
            else:
                self._count(outcome)
        if self.progress is not None:
            name = file.path or _IN_MAPPING
            seconds = time.monotonic() - self.started
            self.progress(Step(name, self.report.total, self.bytes_read, self.bytes_total, seconds))
        return waiting

    def _count(self, outcome: Outcome) -> None:
        self.report.rows.add(outcome.status)
        for written in outcome.written:
            self.report.types.setdefault(written.type, Counts()).add(written.status)

    def _leave_out(self, file: FileMapping, row: SourceRow, reason: str) -> None:
        self.report.left_out += 1
        if len(self.report.omissions) < _SHOWN:
            self.report.omissions.append(Rejection(file.path or _IN_MAPPING, row.line, reason, row.raw.rstrip("\r\n")))

    def _reject(self, file: FileMapping, row: SourceRow, reason: str, rejects: Rejects) -> None:
        rejection = Rejection(file.path or _IN_MAPPING, row.line, reason, row.raw.rstrip("\r\n"))
        self.report.rows.add("rejected")
        rejects.add(rejection)
        if len(self.report.rejections) < _SHOWN:
            self.report.rejections.append(rejection)
