"""The graph becomes a file that can be restored: read in pages while everybody goes on writing, then caught up with.

A page shows what was committed when it was read, so the pages together show no one moment. What changed meanwhile is
known from the outbox. It is read again, round after round, until little is left; that is read while nobody commits. So
the file holds the graph as it was at its position, but for values that were derived anew in nodes that did not change
themselves: a restore works those out (`moved`).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from typing import Any, BinaryIO, TypeVar

from graph.backup.reading import Reader, Row, changed, lock_events, rows_by_ids, tied_ids
from graph.backup.shape import NodeShape, Shapes, shapes
from graph.client import Database, Transaction
from graph.contents import UnfinishedLoadError, unfinished_loads
from graph.model.model import Model
from graph.model.values import now_text
from jobs.backup.lines import FORMAT, VERSION, dump, edge_line, late_line, node_line
from jobs.backup.progress import Progress
from jobs.backup.selection import Selection, select

PAGE = 4_000
"""Nodes or relationships that are read at once."""
EVENTS = 100
"""Events that are read at once; each may hold thousands of ids."""
FEW = 1_000
"""Changes that are read while nobody commits."""

S = TypeVar("S")
Lines = list[dict[str, Any]]


async def export(
    database: Database,
    model: Model,
    out: BinaryIO,
    *,
    wanted: Sequence[str] = (),
    parties: Sequence[str] = (),
    progress: Callable[[Progress], None] | None = None,
) -> Progress:
    """Writes all there is, or what is wanted: nodes of these types, and these parties with all that is known of them.

    Raises UnfinishedLoadError where the database holds only a part of a graph, UnknownTypeError or NotFoundError where
    what is wanted is not there.
    """
    return await _Export(database, model, out, Progress(show=progress)).run(wanted, parties)


class _Export:
    def __init__(self, database: Database, model: Model, out: BinaryIO, state: Progress) -> None:
        self._database = database
        self._reader = Reader(database)
        self._model = model
        self._shapes = shapes(model)
        self._out = out
        self._state = state
        self._lines = 0

    async def run(self, wanted: Sequence[str], parties: Sequence[str]) -> Progress:
        await self._require_whole()
        began = await self._reader.position()
        selection = None
        if wanted or parties:
            self._state.tell("selection")
            selection = await select(self._reader, self._model, self._shapes, wanted, parties)
        migrations = [dict(zip(("number", "name", "at"), m, strict=True)) for m in await self._reader.migrations()]
        header = {"format": FORMAT, "version": VERSION, "at": now_text(), "migrations": migrations}
        await self._write([header | {"selection": [*wanted, *parties] or None}])
        if selection is None:
            await self._pages()
            last = await self._catch_up(began)
            end = {"position": last, "removed": await self._events(last), "moved": last > began}
        else:
            await self._selected(selection)
            end = {"position": 0, "removed": 0, "moved": await self._reader.position() > began}
            self._state.outside = selection.outside
        await self._require_whole()
        self._state.moved = bool(end["moved"])
        await self._write([{"end": end | {"lines": self._lines + 1}}])
        self._state.tell("done")
        return self._state

    async def _require_whole(self) -> None:
        for load in await unfinished_loads(self._database):
            raise UnfinishedLoadError(name=load.name, advice=load.advice)

    async def _pages(self) -> None:
        """Every type from its first id to its last, then the references that lead down the file."""
        nodes, edges = self._shapes.nodes, self._shapes.edges
        self._state.total = sum([await self._reader.count(shape) for shape in self._shapes])
        for name, node in nodes.items():
            async for rows in _ahead(self._reader.nodes, node):
                await self._take(name, node_lines(name, rows))
        for name, edge in edges.items():
            async for rows in _ahead(self._reader.edges, edge):
                await self._take(name, edge_lines(name, rows))
        for name, node in nodes.items():
            for link in node.late:
                after = ""
                while pairs := await self._reader.late(node, link, after, PAGE):
                    after = pairs[-1][0]
                    await self._write([late_line(name, link.name, source, target) for source, target in pairs])

    async def _selected(self, selection: Selection) -> None:
        self._state.total = selection.size
        async for name, lines in selection.lines():
            await self._take(name, lines)
        await self._write(selection.late)

    async def _catch_up(self, seen: int) -> int:
        """Reads again what was changed behind the event `seen`; the event up to which it did.

        Nobody waits for the first round: it may be long, and the database plans its statements in it.
        """
        most, lines = 0, None
        while lines is None:
            self._state.tell("changes meanwhile")
            last, ids, lines = await self._reader.together(self._look, seen, most)
            if lines is None:
                for part in _parts(ids, FEW):
                    await self._write(await self._reader.together(again, self._model, self._shapes, part))
            seen, most = last, FEW
        await self._write(lines)
        return seen

    async def _look(
        self, transaction: Transaction, seen: int, most: int
    ) -> tuple[int, dict[str, set[str]], Lines | None]:
        """The last event, what was changed behind `seen`, and how that is now if it is no more than `most`; while the
        transaction lasts nobody changes anything."""
        last = await lock_events(transaction)
        ids = await changed(transaction, seen, last)
        few = sum(map(len, ids.values())) <= most
        return last, ids, await again(transaction, self._model, self._shapes, ids) if few else None

    async def _events(self, last: int) -> int:
        """Writes the events up to a number; the number up to which there are none any more."""
        after = 0
        while events := await self._reader.events(after, last, EVENTS):
            after = events[-1][0]
            self._state.events += len(events)
            self._state.tell("events")
            names = ("seq", "at", "kind", "type", "nodeIds")
            await self._write([{"event": dict(zip(names, event, strict=True))} for event in events])
        return await self._reader.removed()

    async def _take(self, type: str, lines: Lines) -> None:
        await self._write(lines)
        self._state.types[type] += len(lines)
        self._state.tell(type, self._state.written)

    async def _write(self, lines: Lines) -> None:
        await asyncio.to_thread(lambda: self._out.write(b"".join(map(dump, lines))))
        self._lines += len(lines)


async def _ahead(read: Callable[[S, str, int], Awaitable[list[Row]]], shape: S) -> AsyncIterator[list[Row]]:
    """Page after page; the next one is read while this one is used."""
    rows = await read(shape, "", PAGE)
    while rows:
        following = asyncio.ensure_future(read(shape, rows[-1].id, PAGE))
        try:
            yield rows
        except BaseException:
            following.cancel()
            raise
        rows = await following


def _parts(ids: dict[str, set[str]], size: int) -> Iterator[dict[str, set[str]]]:
    for type, some in ids.items():
        ordered = sorted(some)
        for start in range(0, len(ordered), size):
            yield {type: set(ordered[start : start + size])}


async def again(transaction: Transaction, model: Model, shapes: Shapes, ids: dict[str, set[str]]) -> Lines:
    """How these nodes and relationships are now, and all that tells of them, such as their history and keys."""
    wanted = {name: set(some) for name, some in ids.items()}
    for name, some in ids.items():
        label = model.nodes[name].label if name in shapes.nodes else None
        for tied in (s for s in shapes.nodes.values() if s.tied):
            found = await tied_ids(transaction, tied, label, sorted(some))
            wanted.setdefault(tied.type.name, set()).update(found)
    lines: Lines = []
    for shape in shapes:
        name = shape.type.name
        if not (there := wanted.get(name)):
            continue
        rows = await rows_by_ids(transaction, shape, sorted(there))
        made = node_lines(name, rows) if isinstance(shape, NodeShape) else edge_lines(name, rows)
        gone = there - {row.id for row in rows}
        lines += [{"again": line} for line in made]
        lines += [{"again": {"type": name, "gone": id}} for id in sorted(gone)]
    return lines


def node_lines(type: str, rows: Iterable[Row]) -> Lines:
    """The lines of nodes."""
    return [node_line(type, row) for row in rows]


def edge_lines(type: str, rows: Iterable[Row]) -> Lines:
    """The lines of relationships."""
    return [edge_line(type, row) for row in rows]
