"""The world is streamed into an empty database: the next batch is made while the last one is written."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from graph.client import Database
from graph.contents import is_empty
from graph.errors import InputError
from graph.migrations import reconcile
from graph.model.model import Model
from graph.writer.load import New, load
from jobs.generator.contents import stages
from jobs.generator.world import World

BATCH = 4_000
"""Nodes and relationships of one transaction, about."""


class NotEmptyError(InputError):
    """There is something in the database already."""

    code = "DATABASE_NOT_EMPTY"
    text = "The database holds data already; a graph is generated into an empty one only."
    hint = "Name a folder for a new one, such as CUSTOMER_GRAPH_DATA=./generated."


@dataclass(slots=True)
class Generated:
    """What has been written so far: nodes and relationships of each type, and how many things of how many."""

    stage: str = ""
    done: int = 0
    total: int = 0
    seconds: float = 0.0
    types: dict[str, int] = field(default_factory=dict)

    @property
    def written(self) -> int:
        """All nodes and declared relationships."""
        return sum(self.types.values())

    @property
    def rate(self) -> float:
        """Nodes and relationships per second."""
        return self.written / self.seconds if self.seconds else 0.0


async def generate(
    database: Database,
    model: Model,
    parties: int,
    seed: int,
    *,
    progress: Callable[[Generated], None] | None = None,
) -> Generated:
    """Writes the world of this size and seed, and returns what it holds. Raises NotEmptyError."""
    if not await is_empty(database, model):
        raise NotEmptyError
    await reconcile(database, model, bare=True)
    world = World(model, parties, seed)
    batches = _batches(world)
    state = Generated(total=sum(amount for _, amount, _ in stages(world)))
    started = time.monotonic()
    ready = await asyncio.to_thread(next, batches, None)
    while ready is not None:
        stage, things, news = ready
        _, ready = await asyncio.gather(
            load(database, model, news, by="generate", at=world.first_day), asyncio.to_thread(next, batches, None)
        )
        state.stage, state.done, state.seconds = stage, state.done + things, time.monotonic() - started
        for new in news:
            state.types[new.type] = state.types.get(new.type, 0) + 1
        if progress is not None:
            progress(state)
    await reconcile(database, model)
    state.seconds = time.monotonic() - started
    return state


def _batches(world: World) -> Iterator[tuple[str, int, list[New]]]:
    """Stage, number of things, and what to write; a thing is never parted."""
    for stage, _, things in stages(world):
        batch: list[New] = []
        count = 0
        for made in things:
            batch += made
            count += 1
            if len(batch) >= BATCH:
                yield stage, count, batch
                batch, count = [], 0
        if count:
            yield stage, count, batch
