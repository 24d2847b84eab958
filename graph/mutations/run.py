"""One mutation in its transaction: its key, its changes, and what a payload is read from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graph.client import Transaction
from graph.errors import CustomerGraphError
from graph.model.model import Model
from graph.model.values import now_text
from graph.mutations.drafts import Draft
from graph.mutations.refusals import Refusal, refusal
from graph.mutations.repeats import begin, keep, release, repeatable
from graph.mutations.shapes import Mutation
from graph.writer import BrokenByError, Guard, Written, apply
from graph.writer.errors import VersionConflictError


@dataclass(frozen=True, slots=True)
class Done:
    """What a mutation came to: ids by what the payload calls them (`node`, `source`, `target`), or why it was refused.

    A conflict of versions names the node as well, so that the payload shows what is there now.
    """

    ids: Mapping[str, str] = field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()


class UndoneError(Exception):
    """A mutation was refused after it had begun to write: the transaction must be given up; carries what it came to."""

    def __init__(self, done: Done) -> None:
        super().__init__("; ".join(str(refusal.error) for refusal in done.refusals))
        self.done = done


async def run(
    transaction: Transaction,
    model: Model,
    mutation: Mutation,
    given: Mapping[str, Any],
    *,
    by: str,
    limit: int,
    guard: Guard | None = None,
) -> Done:
    """Runs a mutation on its coerced input; refusals have written nothing. `guard` says what the writer may see and
    change.

    `given` may hold `idempotencyKey`, and `allow`: codes of rules that are set aside. Raises UndoneError.
    """
    key = given.get("idempotencyKey")
    plain = {name: value for name, value in given.items() if name != "idempotencyKey"}
    now = now_text()
    try:
        request = None if key is None else repeatable(key, mutation.name, plain, by)
        if request is not None and (before := await begin(transaction, request, now)) is not None:
            return Done(before)
        draft = Draft(model, limit)
        main = draft.take(mutation, plain)
    except CustomerGraphError as error:
        return refused(error)
    waived = frozenset(str(getattr(rule, "name", rule)) for rule in given.get("allow") or ())
    try:
        (outcome,) = await apply(transaction, model, [draft.changes], by=by, waived=waived, guard=guard)
    except BrokenByError as broken:
        raise UndoneError(refused(broken.rule, draft.paths[broken.place or 0])) from None
    if outcome.error is not None:
        if request is not None:
            await release(transaction, request)
        return refused(outcome.error, draft.paths[outcome.place or 0])
    ids = _ids(outcome.written[main])
    if request is not None:
        await keep(transaction, request, now, ids)
    return Done(ids)


def refused(error: CustomerGraphError, path: tuple[str, ...] = ()) -> Done:
    """That nothing was changed, and why."""
    ids = {"node": str(error.values["id"])} if isinstance(error, VersionConflictError) else {}
    return Done(ids, (refusal(error, path),))


def _ids(written: Written) -> dict[str, str]:
    ends = dict(zip(("source", "target"), written.ends, strict=True)) if written.ends else {}
    return {"node": written.id, **ends}
