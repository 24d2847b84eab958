"""One node becomes one with another: the steps, in an order that can be begun again at any point.

1. It is noted which node becomes which (`UnfinishedMerge`), after it was looked at whether that can be.
2. What leads to it is led to the other one, a batch in a transaction. Two roles that would then say the same become one
   first, in the same way.
3. When nothing leads to it any more it goes, and its id becomes a key of the other one, in one transaction.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from graph.client import Database, Transaction
from graph.merging.begin import begin, end
from graph.merging.found import End, Pairs, leading, move_history, move_subjects, referring, related, twins
from graph.merging.keys import resolved
from graph.merging.values import Choices, final_changes
from graph.model.elements import NodeType, Reference, RelationshipType
from graph.model.model import Model
from graph.model.values import now_text
from graph.writer import FACTS, BrokenByError, Change, Put, Redirect, apply
from graph.writer.errors import AlreadyOpenError, InUseError, NotFoundError
from graph.writer.reading import read_state
from graph.writer.statements import EXTERNAL_KEY
from graph.writer.work import NodeState, Work

T = TypeVar("T")

BATCH = 200
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of the nodes or relationships of one type: so many lead to the node that is kept now, and so many
    were known twice and are one with another one now."""

    type: str
    moved: int
    joined: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """The node that is kept, and what moved. Where the time was over before all had moved, it is not complete."""

    kept: str
    moved: tuple[Moved, ...] = ()
    is_complete: bool = True


class _TimeOver(Exception):  # noqa: N818  # no error: it ends what can be gone on with
    pass


async def merge_nodes(
    database: Database,
    model: Model,
    target: str,
    kept: str,
    merged: str,
    choices: Choices,
    *,
    by: str,
    seconds: float,
    dry_run: bool = False,
) -> Outcome:
    """Makes the node `merged` one with `kept`, both named by id or key and of one type that `target` allows.

    What was interrupted goes on; what is done already is left as it is. With `dry_run` it only tells how much leads to
    the node. Raises a CustomerGraphError that says why it cannot be.
    """
    found = await database.write(
        lambda transaction: begin(transaction, model, target, kept, merged, choices, dry_run=dry_run)
    )
    if found is None:
        return Outcome(await resolved(database, model, kept))
    type, keep, gone = found
    if dry_run:
        ways = await database.read_together(lambda transaction: leading(transaction, model, type, [gone]))
        counts: Counter[str] = Counter()
        for way in ways:
            if not (isinstance(way.owner, NodeType) and way.owner.read_only):
                counts[way.owner.name] += way.count
        return Outcome(keep, _told(counts, Counter()))
    merger = _Merger(database, model, by, {gone: choices}, time.monotonic() + seconds)
    try:
        await merger.merge(type, {gone: keep})
    except _TimeOver:
        return Outcome(keep, merger.told(), is_complete=False)
    return Outcome(keep, merger.told())


def _told(moved: Counter[str], joined: Counter[str]) -> tuple[Moved, ...]:
    names = sorted(name for name, count in (moved + joined).items() if count)
    return tuple(Moved(name, moved[name], joined[name]) for name in names)


@dataclass
class _Merger:
    """The steps of one merge; counts what they did."""

    database: Database
    model: Model
    by: str
    choices: Mapping[str, Choices]
    until: float
    moved: Counter[str] = field(default_factory=Counter)
    joined: Counter[str] = field(default_factory=Counter)

    def told(self) -> tuple[Moved, ...]:
        """What moved so far, by type."""
        return _told(self.moved, self.joined)

    async def merge(self, type: NodeType, pairs: Pairs) -> None:
        """Each first node of the pairs becomes one with its second one; raises InUseError where others go on to lead
        to it faster than that is done."""
        for _ in range(_TRIES):
            for way in await self._again(lambda transaction: leading(transaction, self.model, type, pairs)):
                match way.owner, way.way:
                    case NodeType(name=name), _ if name == EXTERNAL_KEY:
                        continue
                    case NodeType() as owner, Reference() as reference:
                        await self._references(type, owner, reference, pairs)
                    case RelationshipType() as relationship, ("source" | "target") as end:
                        await self._relationships(type, relationship, end, pairs)
            while await self._again(lambda transaction: move_subjects(transaction, pairs, BATCH)):
                pass
            keys = await self.database.write(lambda transaction: self._finish(transaction, type, pairs))
            if keys is not None:
                self.moved[EXTERNAL_KEY] += keys
                return
        raise InUseError(type=type.name, id=next(iter(pairs)), relationship="what is being written", other="others")

    async def _references(self, type: NodeType, owner: NodeType, reference: Reference, pairs: Pairs) -> None:
        async def step(transaction: Transaction) -> tuple[int, dict[str, str]]:
            if owner.read_only:
                return await move_history(transaction, type, reference, pairs, BATCH), {}
            found = await referring(transaction, type, owner, reference, pairs, BATCH)
            leads_to = {id: pairs[gone] for gone, id in found}
            same = await twins(transaction, owner, reference, leads_to) if leads_to else {}
            changes = [Redirect(owner.name, id, reference.name, to) for id, to in leads_to.items() if id not in same]
            await self._apply(transaction, changes)
            return len(changes), same

        goes_on = True
        while goes_on:
            count, same = await self._again(step)
            goes_on = bool(count or same)
            if not owner.read_only:
                self.moved[owner.name] += count
            if same:
                await self.merge(owner, same)
                self.joined[owner.name] += len(same)

    async def _relationships(self, type: NodeType, relationship: RelationshipType, end: End, pairs: Pairs) -> None:
        async def step(transaction: Transaction) -> tuple[int, int]:
            found = await related(transaction, type, relationship, end, pairs, BATCH)
            changes = [Redirect(relationship.name, id, end, pairs[gone]) for gone, id in found]
            statuses = await self._apply(transaction, changes)
            return len(changes), statuses.count("deleted")

        goes_on = True
        while goes_on:
            count, gone = await self._again(step)
            goes_on = count > 0
            self.moved[relationship.name] += count - gone
            self.joined[relationship.name] += gone

    async def _again(self, step: Callable[[Transaction], Awaitable[T]]) -> T:
        """What the step returns; what another writer opened meanwhile is found by the next try."""
        tries = 0
        while True:
            if time.monotonic() > self.until:
                raise _TimeOver
            try:
                return await self.database.write(step)
            except BrokenByError as broken:
                tries += 1
                if tries == _TRIES or not isinstance(broken.rule, AlreadyOpenError):
                    raise broken.rule from None

    async def _apply(self, transaction: Transaction, changes: Sequence[Change]) -> list[str]:
        """The statuses of changes that are written one for each; raises why one cannot be."""
        if not changes:
            return []
        groups = [[change] for change in changes]
        outcomes = await apply(transaction, self.model, groups, by=self.by, waived=FACTS, react=False)
        for outcome in outcomes:
            if outcome.error is not None and not isinstance(outcome.error, NotFoundError):
                raise outcome.error
        return [outcome.status for outcome in outcomes]

    async def _finish(self, transaction: Transaction, type: NodeType, pairs: Pairs) -> int | None:
        """How many keys moved with the nodes, which are gone then; None where something came to lead to them meanwhile.

        Their keys go with them: until then a key tells which node a call that goes on with the merge means.
        """
        keys = 0
        for way in await leading(transaction, self.model, type, pairs):
            if not isinstance(way.owner, NodeType) or not isinstance(way.way, Reference):
                continue
            if way.owner.name == EXTERNAL_KEY:
                found = await referring(transaction, type, way.owner, way.way, pairs, way.count)
                await self._apply(
                    transaction, [Redirect(EXTERNAL_KEY, k, way.way.name, pairs[gone]) for gone, k in found]
                )
                keys += len(found)
            elif way.owner.read_only:
                await move_history(transaction, type, way.way, pairs, BATCH)
        await move_subjects(transaction, pairs, BATCH)
        work = Work(self.model, now_text())
        await read_state(transaction, work, [Put(type.name, id) for pair in pairs.items() for id in pair])
        groups = []
        for gone, keep in pairs.items():
            merged, kept = work.state(gone), work.state(keep)
            if not isinstance(kept, NodeState):
                raise NotFoundError(type=type.name, value=keep)
            if isinstance(merged, NodeState):
                groups.append(final_changes(kept, merged, self.choices.get(gone, {})))
        outcomes = await apply(transaction, self.model, groups, by=self.by, waived=FACTS, react=False)
        for outcome in outcomes:
            if outcome.error is not None and not isinstance(outcome.error, InUseError):
                raise outcome.error
        if any(outcome.error for outcome in outcomes):
            return None
        await end(transaction, pairs)
        return keys
