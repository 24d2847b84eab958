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
from graph.writer import FACTS, Change, Outcome, Put, Relate, write
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
    database: Database, model: Model, rows: Sequence[Mapping[str, Any]], *, by: str, limit: int, dry_run: bool
) -> list[RowResult]:
    """Writes coerced rows in one transaction, in any order among themselves; refused ones leave nothing behind.

    Raises TooManyImportRowsError before anything is written.
    """
    if len(rows) > limit:
        raise TooManyImportRowsError(actual=len(rows), limit=limit)
    types = dict(row_types(model))
    groups = [(_change(types, row),) for row in rows]
    outcomes = await write(database, model, groups, by=by, dry_run=dry_run, waived=FACTS, react=False)
    return [_result(index, row, outcome) for index, (row, outcome) in enumerate(zip(rows, outcomes, strict=True))]


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
