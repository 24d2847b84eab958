"""The way to write: a batch of groups of changes, each group wholly or not at all, all in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict

from graph.client import Database, Transaction
from graph.client.errors import ConstraintViolatedError
from graph.errors import CustomerGraphError
from graph.model.model import Model
from graph.model.values import now_text
from graph.writer.changes import Group, Outcome, Written
from graph.writer.cycles import Cycles
from graph.writer.derive import Derivation
from graph.writer.domain import FOLLOWING
from graph.writer.errors import RuleBrokenError, UnknownReferenceError
from graph.writer.guard import ForbiddenError, Guard, place_of
from graph.writer.history import noting, write_history
from graph.writer.reactions import reactions
from graph.writer.reading import read_state
from graph.writer.removing import delete_nodes
from graph.writer.rules import broken
from graph.writer.shortcuts import write_shortcuts
from graph.writer.statements import write_nodes, write_relationships
from graph.writer.take import take
from graph.writer.work import Work


class BrokenByError(Exception):
    """A batch breaks a rule, or what follows from it cannot be done: the error that says so, and the place in its group
    of the change that is to blame, where one is."""

    def __init__(self, rule: CustomerGraphError, place: int | None) -> None:
        super().__init__(str(rule))
        self.rule = rule
        self.place = place


class _Options(TypedDict):
    by: str
    dry_run: bool
    waived: frozenset[str]
    react: bool
    guard: Guard | None


class DryRun(Exception):  # noqa: N818  # no error: it rolls back what was tried
    """Carries the outcomes of a transaction that is not to be kept."""

    def __init__(self, outcomes: tuple[Outcome, ...]) -> None:
        super().__init__()
        self.outcomes = outcomes


async def write(
    database: Database,
    model: Model,
    groups: Sequence[Group],
    *,
    by: str,
    dry_run: bool = False,
    again: bool = True,
    waived: frozenset[str] = frozenset(),
    react: bool = True,
    guard: Guard | None = None,
) -> tuple[Outcome, ...]:
    """One outcome for each group, in order, after the commit; rejected groups leave nothing behind.

    A value that must be unique and is not, or a rule that is broken, rejects its own group only: the batch is halved
    until the group stands alone. It is tried once more then (`again`), because another writer may just have made the
    same key. With `dry_run` nothing is kept. `waived` holds the codes of rules that are set aside;
    without `react` nothing follows from the changes by itself. `guard` says what the writer may see and change; all
    where there is none.
    """

    async def work(transaction: Transaction) -> tuple[Outcome, ...]:
        outcomes = await apply(
            transaction, model, groups, by=by, waived=waived, tentative=dry_run, react=react, guard=guard
        )
        if dry_run:
            raise DryRun(outcomes)
        return outcomes

    try:
        return await database.write(work)
    except DryRun as tried:
        return tried.outcomes
    except (ConstraintViolatedError, BrokenByError) as error:
        options: _Options = {"by": by, "dry_run": dry_run, "waived": waived, "react": react, "guard": guard}
        if len(groups) == 1:
            if isinstance(error, BrokenByError):
                return (Outcome(error=error.rule, place=error.place),)
            return await write(database, model, groups, again=False, **options) if again else (Outcome(error=error),)
        half = len(groups) // 2
        first = await write(database, model, groups[:half], **options)
        return first + await write(database, model, groups[half:], **options)


async def apply(
    transaction: Transaction,
    model: Model,
    groups: Sequence[Group],
    *,
    by: str,
    waived: frozenset[str] = frozenset(),
    tentative: bool = False,
    react: bool = True,
    guard: Guard | None = None,
) -> tuple[Outcome, ...]:
    """Writes within a transaction that the caller keeps open; otherwise as `write`.

    Raises ConstraintViolatedError where a unique value is taken, and BrokenByError where a rule is broken or the guard
    forbids a change; the transaction is lost then. A `tentative` write, whose transaction is given up anyway, tells
    broken rules in the outcomes. Without `react` nothing follows from the changes by itself.
    """
    outcomes, works = await _change(
        transaction, model, groups, by=by, waived=waived, tentative=tentative, react=react, guard=guard
    )
    # Last of all, because numbering the events makes all writers wait for each other.
    for work in works:
        await write_history(transaction, work, by)
    return outcomes


async def _change(
    transaction: Transaction,
    model: Model,
    groups: Sequence[Group],
    *,
    by: str,
    waived: frozenset[str],
    tentative: bool,
    react: bool,
    guard: Guard | None,
) -> tuple[tuple[Outcome, ...], Sequence[Work]]:
    """Everything but what history tells at the end: what became of the groups, and what it is about, in its order."""
    work = Work(model, now_text())
    cycles = await read_state(transaction, work, [change for group in groups for change in group])
    if guard is not None:
        await guard.blind(transaction, work)
    # Whoever held the locks before wrote earlier: a stage that begins now is no earlier than the one that they began.
    work.now = now_text()
    outcomes = _take_all(work, cycles, groups)
    await _check(transaction, work, guard, outcomes, after=False)
    derivation = Derivation(work)
    await derivation.before(transaction)
    await delete_nodes(transaction, work)
    note = noting(work, by)
    await write_nodes(transaction, work, note)
    await write_relationships(transaction, work, note)
    await derivation.after(transaction)
    await write_shortcuts(transaction, work)
    await _check(transaction, work, guard, outcomes, after=True)
    faults = await broken(transaction, work, waived)
    if faults and not tentative:
        id, error = next(iter(faults.items()))
        raise BrokenByError(error, place_of(outcomes, id))
    told = tuple(_faulty(outcome, faults) for outcome in outcomes)
    if react and (following := await reactions(transaction, work, derivation)):
        (outcome,), works = await _change(
            transaction, model, [following], by=by, waived=FOLLOWING, tentative=False, react=False, guard=None
        )
        if outcome.error is not None:
            raise BrokenByError(outcome.error, None)
        return told, [work, *works]
    return told, [work]


def _faulty(outcome: Outcome, faults: Mapping[str, RuleBrokenError]) -> Outcome:
    """The outcome of a group, or the rule that it breaks."""
    broken_by = (Outcome(error=faults[w.id], place=n) for n, w in enumerate(outcome.written) if w.id in faults)
    return next(broken_by, outcome)


async def _check(
    transaction: Transaction, work: Work, guard: Guard | None, outcomes: Sequence[Outcome], *, after: bool
) -> None:
    if guard is not None:
        try:
            await guard.check(transaction, work, after=after)
        except ForbiddenError as forbidden:
            raise BrokenByError(forbidden.error, place_of(outcomes, forbidden.id)) from None


def _take_all(work: Work, cycles: Cycles, groups: Sequence[Group]) -> tuple[Outcome, ...]:
    """Takes each group; one that names what a later group makes is tried again after it."""
    outcomes: dict[int, Outcome] = {}
    waiting = list(range(len(groups)))
    while waiting:
        before = len(waiting)
        for place in waiting:
            outcomes[place] = _take_group(work, cycles, groups[place])
        waiting = [p for p in waiting if isinstance(outcomes[p].error, UnknownReferenceError)]
        if len(waiting) == before:
            break
    return tuple(outcomes[place] for place in range(len(groups)))


def _take_group(work: Work, cycles: Cycles, group: Group) -> Outcome:
    written: list[Written] = []
    for place, change in enumerate(group):
        try:
            written.append(take(work, cycles, change))
        except CustomerGraphError as error:
            work.drop()
            cycles.drop()
            return Outcome(error=error, place=place)
    work.accept()
    cycles.accept()
    return Outcome(tuple(written))
