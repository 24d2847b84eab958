"""Who may change what: what a writer may not see is not there for it, and what is not its own to change is refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from graph.client import Transaction
from graph.errors import NotAllowedError
from graph.writer.changes import Outcome
from graph.writer.forms import form
from graph.writer.subjects import personal_properties
from graph.writer.work import EdgeState, NodeState, State, Work

Select = Callable[[Transaction, Iterable[str]], Awaitable[set[str]]]
"""Which of the nodes with these ids fulfil a condition, as the transaction sees them."""


class ForbiddenError(Exception):
    """A change is not the writer's to make: the id of what it would change, and the error that says so."""

    def __init__(self, id: str, error: NotAllowedError) -> None:
        super().__init__(str(error))
        self.id = id
        self.error = error


@dataclass(frozen=True, slots=True)
class Guard:
    """The eyes and hands of one writer: `seen` selects the nodes that it sees, `kept` those that it may change.

    Of a party it changes personal values alone, and it relates nothing, where it acts for that party only (`is_party`).
    """

    seen: Select
    kept: Select
    is_party: bool = False

    async def blind(self, transaction: Transaction, work: Work) -> None:
        """Lets the batch forget what was read of nodes that the writer does not see, and of relationships with one."""
        ids = {*work.ids.values(), *(end for edge in work.relationships() for end in (edge.source, edge.target))}
        work.forget(ids - await self.seen(transaction, ids))

    async def check(self, transaction: Transaction, work: Work, *, after: bool) -> None:
        """Raises ForbiddenError where the batch changes what the writer may not: as the nodes were before, or as they
        are after it."""
        touched = {state.id: tuple(_kept_by(state)) for state in work.states.values() if _is_touched(state, after)}
        kept = await self.kept(transaction, {id for ids in touched.values() for id in ids})
        for id, ids in touched.items():
            state = work.states[id]
            if not kept.issuperset(ids) or (self.is_party and not _is_personal(state)):
                raise ForbiddenError(id, NotAllowedError(action=f"change this {state.type.name}"))


def place_of(outcomes: Sequence[Outcome], id: str) -> int | None:
    """The place, in its group, of the change that wrote the node or relationship."""
    places = (place for outcome in outcomes for place, written in enumerate(outcome.written) if written.id == id)
    return next(places, None)


def _is_touched(state: State, after: bool) -> bool:
    if after:
        return not state.deleted and (state.is_new or _differs(state))
    return not state.is_new and (state.deleted or _differs(state))


def _differs(state: State) -> bool:
    return bool(state.changes()) or any(state.moved())


def _kept_by(state: State) -> Iterator[str]:
    """The nodes that a writer must be allowed to change: the node itself, of a relationship the one it leads from."""
    yield state.source if isinstance(state, EdgeState) else state.id


def _is_personal(state: State) -> bool:
    """Whether the change of a state is one that a party may make of what is told of it: of its own values the
    personal ones, and those by which they are read."""
    if not isinstance(state, NodeState) or state.type.personal:
        return isinstance(state, NodeState)
    personal = personal_properties(state.type)
    changed = state.changes().keys() & form(state.type).writable.keys()
    return not state.deleted and not any(state.moved()) and changed <= {n for p in personal for n in (p.name, p.within)}
