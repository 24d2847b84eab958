"""The world is streamed into an empty database: the next batch is made while the last one is written."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field

from graph.client import Database
from graph.contents import Load, begin_load, end_load, require_empty
from graph.migrations import upgrade
from graph.model.model import Model
from graph.writer.load import New, load, prepare
from graph.writer.work import Work
from jobs.ahead import ahead
from jobs.generator.contents import stages
from jobs.generator.world import World

BATCH = 4_000
"""Nodes and relationships of one transaction, about."""
GENERATION = Load(
    "generate",
    "Generate again into another folder, such as CUSTOMER_GRAPH_DATA=./generated, or empty the database first.",
)


@dataclass(slots=True)
class Generated:
    """What has been written so far: nodes and relationships of each type, and how many things of how many."""

    stage: str = ""
    done: int = 0
    total: int = 0
    seconds: float = 0.0
    types: Counter[str] = field(default_factory=Counter)

    @property
    def written(self) -> int:
        """All nodes and declared relationships."""
        return self.types.total()

    @property
    def rate(self) -> float:
        """Nodes and relationships per second."""
        return self.written / self.seconds if self.seconds else 0.0


@dataclass(frozen=True, slots=True)
class _Batch:
    """What is written in one transaction, of which stage, and how many things that is."""

    stage: str
    things: int
    work: Work


async def generate(
    database: Database,
    model: Model,
    parties: int,
    seed: int,
    *,
    progress: Callable[[Generated], None] | None = None,
) -> Generated:
    """Writes the world of this size and seed, and returns what it holds; the database is upgraded on the way.

    Until the end the database says that it holds a part only. Raises NotEmptyError and UnfinishedLoadError.
    """
    await require_empty(database, model)
    started = time.monotonic()
    await upgrade(database, model, bare=True)
    await begin_load(database, GENERATION)
    world = World(model, parties, seed)
    state = Generated(total=sum(amount for _, amount, _ in stages(world)))
    async with aclosing(ahead(_batches(model, world))) as batches:
        async for batch in batches:
            await load(database, batch.work, by=GENERATION.name)
            state.stage, state.done = batch.stage, state.done + batch.things
            state.seconds = time.monotonic() - started
            state.types.update(s.type.name for s in batch.work.states.values())
            if progress is not None:
                progress(state)
    state.stage = "indexes"
    if progress is not None:
        progress(state)
    await upgrade(database, model)
    await end_load(database, GENERATION)
    state.seconds = time.monotonic() - started
    return state


def _batches(model: Model, world: World) -> Iterator[_Batch]:
    """All that is written, in batches as they will be stored; a thing is never parted."""
    for stage, _, things in stages(world):
        batch: list[New] = []
        count = 0
        for made in things:
            batch += made
            count += 1
            if len(batch) >= BATCH:
                yield _Batch(stage, count, prepare(model, batch, at=world.first_day))
                batch, count = [], 0
        if count:
            yield _Batch(stage, count, prepare(model, batch, at=world.first_day))
