"""What an import did, what it is doing, and what it could not take."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that was not written, or of which a value was not: its file, the line it starts on, why, and the row as it
    stands in the file."""

    file: str
    line: int
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class Step:
    """How far an import is: rows written or rejected, and bytes read of all bytes."""

    file: str
    rows: int
    bytes_read: int
    bytes_total: int
    seconds: float


class Progress(Protocol):
    """Is called after each batch."""

    def __call__(self, step: Step, /) -> None:
        """Shows the step."""
        ...


@dataclass(slots=True)
class Counts:
    """How many were created, updated, left unchanged or rejected."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0

    def add(self, status: str) -> None:
        """Counts one more."""
        setattr(self, status, getattr(self, status) + 1)


@dataclass(slots=True)
class ImportReport:
    """What became of all rows; `types` counts nodes and relationships by type. `rejections` holds the first 20; all are
    in the file `rejects`, which is None where there are none or none was asked for. `left_out` counts the values that
    the mapping leaves out where a field refuses them; `omissions` holds the first 20."""

    dry_run: bool = False
    rows: Counts = field(default_factory=Counts)
    types: dict[str, Counts] = field(default_factory=dict)
    rejections: list[Rejection] = field(default_factory=list)
    left_out: int = 0
    omissions: list[Rejection] = field(default_factory=list)
    rejects: Path | None = None
    seconds: float = 0.0

    @property
    def total(self) -> int:
        """All rows."""
        return self.rows.created + self.rows.updated + self.rows.unchanged + self.rows.rejected

    @property
    def rate(self) -> float:
        """Rows per second."""
        return self.total / self.seconds if self.seconds else 0.0
