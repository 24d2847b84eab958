"""A backup is read once as a whole before anything of it is written: what is wrong with it is known by then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graph.backup.shape import Shapes
from graph.migrations import migrations
from jobs.backup.lines import (
    FORMAT,
    VERSION,
    BackupCutError,
    BackupLineError,
    BackupVersionError,
    Line,
    read_lines,
)
from jobs.backup.parse import Edge, Late, Node, Thing, WrongError, again, event, thing


@dataclass(slots=True)
class Survey:
    """What a file says of itself, and how what changed meanwhile was at last, by id.

    `settled` says that derived values are those of one moment, and that nothing they are derived from is left out.
    """

    file: Path
    shapes: Shapes
    lines: int = 0
    migrations: list[dict[str, Any]] = field(default_factory=list)
    position: int = 0
    removed: int = 0
    settled: bool = True
    again: dict[str, Node | Edge] = field(default_factory=dict)

    def things(self, seen: Callable[[int], None]) -> Iterator[tuple[int, Thing]]:
        """The nodes, relationships and late references of the file as they count, each behind what it refers to, with
        the number of its line (0 for what changed meanwhile); `seen` is told how many bytes were read."""
        nodes = {name: [n for n in self.again.values() if n.type == name] for name in self.shapes.nodes}
        late: list[Late] = []
        for line in read_lines(self.file):
            if "type" in line.values:
                seen(line.read)
                found = thing(self.shapes, line.values)
                for node in self._changed(nodes, found.type if isinstance(found, Node) else None, late):
                    yield 0, node
                if not self._is_replaced(found):
                    yield line.number, found
        yield from ((0, node) for node in self._changed(nodes, None, late))
        yield from ((0, edge) for edge in self.again.values() if isinstance(edge, Edge) and edge.properties)
        yield from ((0, reference) for reference in late)

    def events(self) -> Iterator[dict[str, Any]]:
        """The events of the file."""
        return (line.values["event"] for line in read_lines(self.file) if "event" in line.values)

    def _changed(self, nodes: dict[str, list[Node | Edge]], type: str | None, late: list[Late]) -> Iterator[Node]:
        """The changed nodes of the types that stand above this one, each type once; of all types where there is none.
        References that lead down are kept for the end."""
        for name in list(nodes):
            if name == type:
                break
            for node in nodes.pop(name):
                if isinstance(node, Node) and node.properties:
                    down = {n for n, id in node.references.items() if self.shapes.leads_down(name, id)}
                    late += [Late(name, n, node.id, node.references[n]) for n in down]
                    up = {n: id for n, id in node.references.items() if n not in down}
                    yield Node(name, node.id, node.properties, up)

    def _is_replaced(self, found: Thing) -> bool:
        """Whether it changed meanwhile, or tells of something that did: then it stands among what was read again."""
        if isinstance(found, Late):
            return found.source in self.again
        if found.id in self.again:
            return True
        if isinstance(found, Edge) or not self.again or not (shape := self.shapes.nodes[found.type]).tied:
            return False
        told = (*found.references.values(), *(found.properties.get(name) for name in shape.named))
        return any(id in self.again for id in told)


def survey(file: Path, shapes: Shapes, seen: Callable[[int], None]) -> Survey:
    """What the whole file says, read to its end; `seen` is told how many bytes were read.

    Raises OSError, BackupLineError, BackupCutError or BackupVersionError.
    """
    found = Survey(file, shapes)
    number, ended = 0, False
    for line in read_lines(file):
        number = line.number
        seen(line.read)
        try:
            if ended:
                raise WrongError("stands behind the end")
            if number == 1:
                _first(found, line)
            else:
                ended = _take(found, line)
        except WrongError as error:
            raise BackupLineError(file=file.name, line=number, reason=str(error)) from None
    if not ended:
        raise BackupCutError(file=file.name, line=number)
    return found


def _first(found: Survey, line: Line) -> None:
    match line.values:
        case {"format": str(name), "version": int(version)} if name == FORMAT and version > VERSION:
            raise BackupVersionError(file=found.file.name, needed=f"format {version}")
        case {"format": str(name), "version": int(version), "migrations": list(seen), "selection": selection} if (
            name == FORMAT and version == VERSION and all(isinstance(m, dict) and "number" in m for m in seen)
        ):
            known = {m.number for m in migrations()}
            if later := [m for m in seen if m["number"] not in known]:
                raise BackupVersionError(file=found.file.name, needed=f"migration {later[0]['number']}")
            found.migrations, found.settled = seen, selection is None
        case _:
            raise WrongError("is not the first line of a backup")


def _take(found: Survey, line: Line) -> bool:
    """Notes what a line behind the first says; whether it is the last."""
    match line.values:
        case {"type": _}:
            thing(found.shapes, line.values)
        case {"again": dict(values)}:
            changed = again(found.shapes, values)
            found.again[changed.id] = changed
        case {"event": dict(values)}:
            event(values)
        case {"end": {"lines": line.number, "position": int(position), "removed": int(removed), "moved": bool(moved)}}:
            found.lines, found.position, found.removed = line.number, position, removed
            found.settled = found.settled and not moved
            return True
        case {"end": _}:
            raise WrongError("does not count the lines that are there")
        case _:
            raise WrongError("is of no known kind")
    return False
