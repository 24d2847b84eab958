"""Mutations run one after another, each in a transaction of its own that also reads its payload."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from access.viewer import Viewer
from graph.client import Database, Transaction
from graph.client.errors import ConstraintViolatedError
from graph.compiler.matching import Binding
from graph.compiler.planner.context import Limits
from graph.compiler.selection import Selected, only
from graph.errors import CustomerGraphError
from graph.model.model import Model
from graph.mutations.refusals import Refusal, refusal
from graph.mutations.rows import RowResult, import_rows
from graph.mutations.run import Done, UndoneError, refused, run
from graph.mutations.shapes import Mutation
from resolvers.executor.answers import error_entry
from resolvers.executor.plans import Step

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Mutator:
    """Runs the steps of one operation for one viewer."""

    database: Database
    model: Model
    viewer: Viewer
    language: str
    limits: Limits

    async def run(self, steps: tuple[Step, ...], binding: Binding) -> dict[str, Any]:
        """The response: a step that fails otherwise than by refusal is null, has an error, and the next one runs."""
        data: dict[str, Any] = {}
        errors: list[dict[str, Any]] = []
        for step in steps:
            try:
                data[step.key] = await self._answer(step, binding)
            except CustomerGraphError as error:
                data[step.key] = None
                errors.append(error_entry(error, self.language, (step.key,)))
        return {"data": data, "errors": errors} if errors else {"data": data}

    async def _answer(self, step: Step, binding: Binding) -> Any:
        if step.name == "__typename":
            return "Mutation"
        if step.mutation is not None:
            return await self._step(step, step.mutation, binding)
        return await self._import(step, binding)

    async def _import(self, step: Step, binding: Binding) -> Payload:
        given = step.given.read(binding.variables) if step.given else {}
        results: list[RowResult] = []
        errors: list[Payload] = []
        try:
            self.viewer.must_write()
            results = await import_rows(
                self.database,
                self.model,
                given["rows"],
                by=self.viewer.subject,
                limit=self.limits.import_max,
                dry_run=bool(given.get("dryRun")),
            )
        except CustomerGraphError as error:
            errors = [self._error(refusal(error))]
        counts = Counter(result.status for result in results)
        whole = {
            "__typename": "ImportRowsPayload",
            **{status: counts[status] for status in ("created", "updated", "unchanged", "rejected")},
            "results": [self._row(result) for result in results],
            "userErrors": errors,
        }
        return dict(project(whole, step.fields))

    def _row(self, result: RowResult) -> Payload:
        return {
            "__typename": "ImportRowResult",
            "index": result.index,
            "status": result.status.upper(),
            "id": result.id,
            "error": self._error(result.refusal) if result.refusal else None,
        }

    async def _step(self, step: Step, mutation: Mutation, binding: Binding) -> Payload:
        given = step.given.read(binding.variables) if step.given else {}

        async def work(transaction: Transaction) -> Payload:
            done = await run(
                transaction, self.model, mutation, given, by=self.viewer.subject, limit=self.limits.changes_max
            )
            return self._payload(step, mutation, done, await _nodes(transaction, step, done, binding))

        try:
            self.viewer.must_write()
            try:
                return await self.database.write(work)
            except ConstraintViolatedError:
                # Another writer may just have taken the value or removed the node: seen anew, the refusal says which.
                return await self.database.write(work)
        except UndoneError as undone:
            return self._payload(step, mutation, undone.done, {})
        except CustomerGraphError as error:
            return self._payload(step, mutation, refused(error), {})

    def _payload(self, step: Step, mutation: Mutation, done: Done, nodes: Mapping[str, Any]) -> Payload:
        found: Payload = {}
        for field in step.fields:
            match field.name:
                case "__typename":
                    found[field.key] = f"{mutation.stem}Payload"
                case "userErrors":
                    found[field.key] = project([self._error(refusal) for refusal in done.refusals], only(field.below))
                case "id" | "deletedId":
                    found[field.key] = None if done.refusals else done.ids.get("node")
                case _:
                    found[field.key] = nodes.get(field.key)
        return found

    def _error(self, refused_by: Refusal) -> Payload:
        error = refused_by.error
        return {
            "__typename": "UserError",
            "code": error.code,
            "field": list(refused_by.field),
            "message": error.message(self.language),
            "hint": error.advice(self.language) or None,
            "retryable": error.retryable,
        }


def project(value: Any, fields: tuple[Selected, ...]) -> Any:
    """What was selected of plain values: objects by the names of their fields, in lists or not."""
    if isinstance(value, list):
        return [project(item, fields) for item in value]
    if not isinstance(value, dict):
        return value
    return {field.key: project(value[field.name], only(field.below) if field.below else ()) for field in fields}


async def _nodes(transaction: Transaction, step: Step, done: Done, binding: Binding) -> Mapping[str, Any]:
    """The nodes of the payload as any query would return them, read in the transaction that wrote them."""
    if not step.payload.text or not done.ids:
        return {}
    parameters = step.payload.bind(replace(binding, written=done.ids, memo={}))
    ((row,),) = await transaction.run(step.payload.text, parameters)
    return step.payload.complete(row, parameters, [])
