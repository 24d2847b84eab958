"""A part of the graph that can stand alone.

| asked for | chosen |
|---|---|
| a type | its nodes |
| a party | it, the nodes that refer to it, its relationships |
| both | the parts of these nodes: those that may be seen because they belong to one, as lines belong to a purchase |
| | all that these refer to, and what that refers to |
| | relationships between chosen nodes, keys and history of chosen nodes |

The ids of all that is chosen are held in memory.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any

from graph.backup.choosing import all_ids, behind, id_of_key, referring, related
from graph.backup.reading import Reader, Row, rows_by_ids, tied_ids
from graph.backup.shape import Link, NodeShape, Shapes
from graph.model.model import Model
from graph.model.values import id_prefix
from graph.model.ways import Behind
from graph.writer.errors import NotFoundError, UnknownTypeError
from jobs.backup.lines import edge_line, late_line, node_line

PAGE = 2_000
_Ids = dict[str, set[str]]


async def select(
    reader: Reader, model: Model, shapes: Shapes, types: Sequence[str], parties: Sequence[str]
) -> Selection:
    """What belongs to these types and parties (by id or external key); raises UnknownTypeError or NotFoundError."""
    chosen = Selection(reader, model, shapes)
    await chosen.find(types, parties)
    return chosen


class Selection:
    """The ids of what is chosen, by type. `outside` counts relationships that lead out; `late` are lines for the
    end."""

    def __init__(self, reader: Reader, model: Model, shapes: Shapes) -> None:
        self._reader = reader
        self._model = model
        self._shapes = shapes
        self._nodes: _Ids = {name: set() for name in shapes.nodes}
        self._edges: _Ids = {name: set() for name in shapes.edges}
        self._written: set[str] = set()
        self.outside = 0
        self.late: list[dict[str, Any]] = []

    @property
    def size(self) -> int:
        """How many nodes and relationships are chosen."""
        return sum(map(len, (*self._nodes.values(), *self._edges.values())))

    async def find(self, types: Sequence[str], parties: Sequence[str]) -> None:
        """Chooses."""
        for name in types:
            if name not in self._model.writable:
                raise UnknownTypeError(type=name, known=", ".join(self._model.writable))
            shape = self._shapes.nodes[name]
            self._nodes[name] |= await self._reader.together(all_ids, shape)
        ends: set[str] = set()
        for party in parties:
            ends |= await self._party(party)
        await self._parts()
        self._choose(ends)
        await self._references()
        await self._relationships()
        await self._tied()

    async def lines(self) -> AsyncIterator[tuple[str, list[dict[str, Any]]]]:
        """The lines of each type, page by page. A reference is left out where what it leads to is not in the file; a
        node, where it must have that reference: something was written meanwhile."""
        for name, shape in self._shapes.nodes.items():
            for ids in _pages(self._nodes[name]):
                lines = []
                for row in await self._reader.together(rows_by_ids, shape, ids):
                    down = {n: id for n, id in row.references.items() if self._shapes.leads_down(name, id)}
                    held = {n: id for n, id in row.references.items() if n not in down and id in self._written}
                    if shape.needed <= held.keys():
                        lines.append(node_line(name, Row(row.properties, held)))
                        self._written.add(row.id)
                        self.late += [late_line(name, n, row.id, id) for n, id in down.items()]
                yield name, lines
        self.late = [line for line in self.late if {line["source"], line["target"]} <= self._written]
        for name, edge in self._shapes.edges.items():
            for ids in _pages(self._edges[name]):
                rows = await self._reader.together(rows_by_ids, edge, ids)
                yield name, [edge_line(name, r) for r in rows if self._written.issuperset(r.references.values())]

    def _choose(self, ids: set[str]) -> _Ids:
        """Those that were not chosen before, by type."""
        new: _Ids = {}
        for id in ids:
            type = self._model.by_prefix.get(id_prefix(id) or "")
            if type is not None and id not in self._nodes[type.name]:
                new.setdefault(type.name, set()).add(id)
        for name, some in new.items():
            self._nodes[name] |= some
        return new

    async def _party(self, name: str) -> set[str]:
        """Chooses a party and the nodes that refer to it; the ids of those that it has relationships with."""
        id = await self._reader.together(id_of_key, name) if ":" in name else name
        type = self._model.by_prefix.get(id_prefix(id or "") or "")
        if (
            id is None
            or type is None
            or not await self._reader.together(rows_by_ids, self._shapes.nodes[type.name], [id])
        ):
            raise NotFoundError(type="node", value=name)
        self._nodes[type.name].add(id)
        for shape, link in self._links(lambda s, _: not s.tied):
            found = await self._reader.together(referring, shape, link, type.label, [id])
            self._nodes[shape.type.name] |= found
        ends = set()
        for edge in self._shapes.edges.values():
            found_edges = await self._reader.together(related, edge, type.label, [id])
            ends |= {end for _, *both in found_edges for end in both}
        return ends

    def _links(self, wanted: Callable[[NodeShape, str], bool]) -> Iterator[tuple[NodeShape, Link]]:
        for shape in self._shapes.nodes.values():
            for link in shape.references:
                if wanted(shape, link.name):
                    yield shape, link

    async def _parts(self) -> None:
        """Nodes that may be seen because they belong to chosen ones, and their own parts."""
        waiting = {name: set(ids) for name, ids in self._nodes.items() if ids}
        while waiting:
            name, ids = waiting.popitem()
            label = self._model.nodes[name].label
            for shape, link in self._links(_belongs):
                for page in _pages(ids):
                    found = await self._reader.together(referring, shape, link, label, page)
                    for part, new in self._choose(found).items():
                        waiting.setdefault(part, set()).update(new)

    async def _references(self) -> None:
        """What chosen nodes refer to, and what that refers to."""
        waiting = {name: set(ids) for name, ids in self._nodes.items() if ids}
        while waiting:
            name, ids = waiting.popitem()
            shape = self._shapes.nodes[name]
            for page in _pages(ids):
                found = await self._reader.together(behind, shape, page)
                for target, new in self._choose(found).items():
                    waiting.setdefault(target, set()).update(new)

    async def _relationships(self) -> None:
        """Those between chosen nodes; the others are counted."""
        all_chosen = set().union(*self._nodes.values())
        for name, edge in self._shapes.edges.items():
            outside: set[str] = set()
            for end in {t.name for n in (edge.type.source, edge.type.target) for t in self._model.concrete(n)}:
                label = self._model.nodes[end].label
                for page in _pages(self._nodes[end]):
                    for id, *ends in await self._reader.together(related, edge, label, page):
                        (self._edges[name] if all_chosen.issuperset(ends) else outside).add(id)
            self.outside += len(outside)

    async def _tied(self) -> None:
        """Keys and history of chosen nodes."""
        chosen = {name: set(ids) for name, ids in (self._nodes | self._edges).items()}
        for shape in (s for s in self._shapes.nodes.values() if s.tied):
            for name, ids in chosen.items():
                label = self._model.nodes[name].label if name in self._nodes else None
                for page in _pages(ids):
                    self._nodes[shape.type.name] |= await self._reader.together(tied_ids, shape, label, page)


def _belongs(shape: NodeShape, name: str) -> bool:
    """Whether nodes of the type may be seen by whoever may see what this reference leads to; what tells of any node is
    found in another way."""
    return not shape.tied and any(isinstance(w, Behind) and w.reference == name for w in shape.type.scope or ())


def _pages(ids: set[str]) -> Iterator[list[str]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), PAGE):
        yield ordered[start : start + PAGE]
