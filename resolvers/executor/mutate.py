"""Mutations run one after another, each in a transaction of its own that also reads its payload."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from graph.client import Transaction
from graph.client.errors import ConstraintViolatedError
from graph.compiler.matching import Binding
from graph.errors import CustomerGraphError
from graph.mutations.run import Done, UndoneError, refused, run
from graph.mutations.shapes import Mutation
from resolvers.executor.answers import error_entry
from resolvers.executor.plans import Step, given_arguments
from resolvers.executor.procedures import project, run_procedure
from resolvers.procedures.base import Call, Payload


@dataclass(frozen=True, slots=True)
class Mutator:
    """Runs the steps of one operation; `call` is what all of them share."""

    call: Call

    async def run(self, steps: tuple[Step, ...], binding: Binding) -> dict[str, Any]:
        """The response: a step that fails otherwise than by refusal is null, has an error, and the next one runs."""
        data: dict[str, Any] = {}
        errors: list[dict[str, Any]] = []
        for step in steps:
            try:
                data[step.field.key] = await self._answer(step, binding)
            except CustomerGraphError as error:
                data[step.field.key] = None
                errors.append(error_entry(error, self.call.language, (step.field.key,)))
        return {"data": data, "errors": errors} if errors else {"data": data}

    async def _answer(self, step: Step, binding: Binding) -> Any:
        if step.mutation is not None:
            return await self._step(step, step.mutation, binding)
        if step.procedure is not None:
            call = replace(self.call, arguments=given_arguments(step.field, binding.variables))
            return await run_procedure(step, step.procedure, call, binding)
        return "Mutation"

    async def _step(self, step: Step, mutation: Mutation, binding: Binding) -> Payload:
        call, given = self.call, given_arguments(step.field, binding.variables)["input"]

        async def work(transaction: Transaction) -> Payload:
            by, limit = call.viewer.subject, call.limits.changes_max
            done = await run(transaction, call.model, mutation, given, by=by, limit=limit, guard=call.guard)
            return self._payload(step, mutation, done, await _nodes(transaction, step, done, binding))

        try:
            call.viewer.must_write()
            try:
                return await call.database.write(work)
            except ConstraintViolatedError:
                # Another writer may just have taken the value or removed the node: seen anew, the refusal says which.
                return await call.database.write(work)
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
                    found[field.key] = project([self.call.error(refusal) for refusal in done.refusals], field, {})
                case "id" | "deletedId":
                    found[field.key] = None if done.refusals else done.ids.get("node")
                case _:
                    found[field.key] = nodes.get(field.key)
        return found


async def _nodes(transaction: Transaction, step: Step, done: Done, binding: Binding) -> Mapping[str, Any]:
    """The nodes of the payload as any query would return them, read in the transaction that wrote them."""
    if not step.payload.text or not done.ids:
        return {}
    parameters = step.payload.bind(replace(binding, written=done.ids, memo={}))
    ((row,),) = await transaction.run(step.payload.text, parameters)
    return step.payload.complete(row, parameters, [])
