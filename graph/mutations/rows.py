"""Rows of many types, written together: each is made, changed, left as it is or refused, for itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.client import Database
from graph.model.elements import NodeType, RelationshipType
from graph.model.model import Model
from graph.mutations.drafts import client_values
from graph.mutations.limits import TooManyImportRowsError
from graph.mutations.refusals import Refusal, refusal
from graph.mutations.repeats import Repeatable, once
from graph.writer import FACTS, Change, Guard, Outcome, Put, Relate, write
from graph.writer.forms import form


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of the row at this place: `status` is that of its outcome."""

    index: int
    status: str
    id: str | None
    refusal: Refusal | None


def row_types(model: Model) -> Iterator[tuple[str, NodeType | RelationshipType]]:
    """Field of a row input to the type that it writes: `person`, `reportsTo`."""
    types: tuple[NodeType | RelationshipType, ...] = (*model.made.values(), *model.relationships.values())
    return ((type.name[0].lower() + type.name[1:], type) for type in types)


async def import_rows(
    database: Database,
    model: Model,
    rows: Mapping[int, Mapping[str, Any]],
    *,
    by: str,
    dry_run: bool,
    guard: Guard | None = None,
) -> list[RowResult]:
    """Writes coerced rows, named by their places, in one transaction and in any order among themselves; refused ones
    leave nothing behind."""
    types = dict(row_types(model))
    groups = [(_change(types, row),) for row in rows.values()]
    outcomes = await write(database, model, groups, by=by, dry_run=dry_run, waived=FACTS, react=False, guard=guard)
    return [_result(index, row, outcome) for (index, row), outcome in zip(rows.items(), outcomes, strict=True)]


async def import_once(
    database: Database,
    model: Model,
    rows: Sequence[Mapping[str, Any]],
    request: Repeatable | None,
    *,
    by: str,
    limit: int,
    dry_run: bool,
    guard: Guard | None = None,
) -> list[RowResult]:
    """The same for all rows that were not written under the same key before: those have the result that they had then,
    and those that were refused are tried again.

    Raises TooManyImportRowsError before anything is written, and KeyReusedError.
    """
    if len(rows) > limit:
        raise TooManyImportRowsError(actual=len(rows), limit=limit)
    found: list[RowResult] = []

    async def write_all() -> tuple[Mapping[str, Any], bool]:
        found.extend(await import_rows(database, model, dict(enumerate(rows)), by=by, dry_run=dry_run, guard=guard))
        return {"rows": [None if r.refusal else [r.status, r.id] for r in found]}, not dry_run

    kept = (await once(database, request, write_all))["rows"]
    if found:
        return found
    refused = {index: rows[index] for index, row in enumerate(kept) if row is None}
    again = {r.index: r for r in await import_rows(database, model, refused, by=by, dry_run=dry_run, guard=guard)}
    return [again[index] if row is None else RowResult(index, row[0], row[1], None) for index, row in enumerate(kept)]


def _change(types: Mapping[str, NodeType | RelationshipType], row: Mapping[str, Any]) -> Change:
    [(name, given)] = row.items()
    type = types[name]
    values = client_values(type, given)
    if isinstance(type, RelationshipType):
        return Relate(type.name, given["source"], given["target"], values)
    references = {r.name: given[r.name] for r in form(type).references.values() if r.name in given}
    return Put(type.name, given["externalKey"], values, references)


def _result(index: int, row: Mapping[str, Any], outcome: Outcome) -> RowResult:
    [name] = row
    if outcome.error is not None:
        return RowResult(index, outcome.status, None, refusal(outcome.error, ("rows", str(index), name)))
    [written] = outcome.written
    return RowResult(index, written.status, written.id, None)
