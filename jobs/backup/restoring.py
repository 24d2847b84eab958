"""A backup becomes a graph again, in an empty database: the same ids, versions, history and positions of events."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from graph.backup.shape import shapes
from graph.backup.writing import write_events, write_past
from graph.client import Database
from graph.client.errors import ConstraintViolatedError
from graph.contents import Load, begin_load, end_load, replan, require_empty
from graph.errors import InputError
from graph.migrations import reconcile, upgrade
from graph.model.model import Model
from graph.model.values import now_text
from graph.writer.derive import derive_all
from graph.writer.errors import GoneError
from graph.writer.load import load
from graph.writer.work import EdgeState, NodeState, Work
from jobs.ahead import ahead
from jobs.backup.parse import Edge, Node, Thing
from jobs.backup.progress import Progress
from jobs.backup.survey import Survey, survey

BATCH = 4_000
"""Lines of one transaction."""
LARGE = 50_000
"""Lines from which on it pays to load without indexes, and to fill them at the end."""
_EVENTS = 100
RESTORE = Load(
    "restore",
    "Restore again into another folder, such as CUSTOMER_GRAPH_DATA=./another, or empty the database first.",
)


class BackupContradictionError(InputError):
    """Lines of a backup do not fit together."""

    code = "BACKUP_CONTRADICTION"
    text = "{file}: between the lines {first} and {last}, one refers to what is not above it, or is there twice."
    hint = "The database holds a part now: empty it, or name another folder. Then restore another backup."


@dataclass(frozen=True, slots=True)
class _Batch:
    """What is written in one transaction, from which lines, and how many bytes were read with it."""

    first: int
    last: int
    read: int
    work: Work


async def restore(
    database: Database, model: Model, file: Path, *, progress: Callable[[Progress], None] | None = None
) -> Progress:
    """Writes what the file holds; until the end the database says that it holds a part only.

    The file is read to its end first, so one that is cut off or damaged changes nothing. Raises OSError,
    BackupLineError, BackupCutError, BackupVersionError, NotEmptyError, UnfinishedLoadError and
    BackupContradictionError.
    """
    state = Progress(total=(await asyncio.to_thread(file.stat)).st_size, show=progress)
    await require_empty(database, model, past=True)
    told = await asyncio.to_thread(survey, file, shapes(model), _told(state, "reading"))
    large = told.lines >= LARGE
    await reconcile(database, model, bare=large)
    await begin_load(database, RESTORE)
    async with aclosing(ahead(_batches(model, told))) as batches:
        async for batch in batches:
            try:
                await load(database, batch.work, by=None)
            except (GoneError, ConstraintViolatedError) as error:
                raise BackupContradictionError(file=file.name, first=batch.first, last=batch.last) from error
            state.types.update(s.type.name for s in batch.work.states.values() if s.is_new)
            state.tell("writing", batch.read)
    events = told.events()
    while some := await asyncio.to_thread(lambda: list(islice(events, _EVENTS))):
        await write_events(database, some)
        state.events += len(some)
        state.tell("events")
    await write_past(database, position=told.position, removed=told.removed, migrations=told.migrations)
    state.tell("indexes")
    await upgrade(database, model)
    if not told.settled:
        state.tell("derived values")
        await derive_all(database, model)
    if large:
        await replan(database)
    await end_load(database, RESTORE)
    state.tell("done")
    return state


def _told(state: Progress, stage: str) -> Callable[[int], None]:
    """Shows how many bytes were read, whenever that is a thousandth more."""

    def seen(read: int) -> None:
        if read - state.done >= state.total / 1_000:
            state.tell(stage, read)

    return seen


def _batches(model: Model, told: Survey) -> Iterator[_Batch]:
    """All that is written, in batches as it will be stored."""
    read = 0

    def seen(now: int) -> None:
        nonlocal read
        read = now

    things = told.things(seen)
    first = 1
    while some := list(islice(things, BATCH)):
        work = Work(model, now_text())
        for _, thing in some:
            state = _state(model, thing)
            known = work.states.get(state.id)
            if isinstance(known, NodeState) and isinstance(state, NodeState) and not state.is_new:
                known.references |= state.references
            else:
                work.states[state.id] = state
        last = max(first, *(number for number, _ in some))
        yield _Batch(first, last, read, work)
        first = last


def _state(model: Model, thing: Thing) -> NodeState | EdgeState:
    if isinstance(thing, Edge):
        return EdgeState(model.relationships[thing.type], thing.source, thing.target, thing.properties)
    type = model.nodes[thing.type]
    if isinstance(thing, Node):
        return NodeState(type, thing.id, thing.properties, dict(thing.references))
    return NodeState(type, thing.source, {}, {thing.name: thing.target}, before={})
