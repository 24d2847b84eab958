"""Circles of an acyclic relationship type, found among all its relationships at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from graph.writer.cycles import Cycles
from graph.writer.errors import CycleError
from graph.writer.work import EdgeState


def closing_edges(edges: Sequence[EdgeState]) -> Iterator[EdgeState]:
    """For each circle the relationship that closes it, by the writer's own rule: all of it open at a common time.

    Relationships that no circle can pass through are set aside first, so that the exact search has little to do.
    """
    cycles = Cycles()
    for edge in _entangled(edges):
        try:
            cycles.add(edge)
        except CycleError:
            yield edge


def _entangled(edges: Sequence[EdgeState]) -> list[EdgeState]:
    """Those between nodes that remain when nodes which nobody leads to, or which lead nowhere, are taken away until
    there are none of these."""
    leading = {True: _by(edges, lambda e: e.source), False: _by(edges, lambda e: e.target)}
    degree = {forward: {node: len(found) for node, found in ends.items()} for forward, ends in leading.items()}
    gone: set[str] = set()
    doubtful = list(leading[True].keys() ^ leading[False].keys())
    while doubtful:
        node = doubtful.pop()
        if node in gone:
            continue
        gone.add(node)
        for forward in (True, False):
            for edge in leading[forward].get(node, ()):
                other = edge.target if forward else edge.source
                degree[not forward][other] -= 1
                if degree[not forward][other] == 0:
                    doubtful.append(other)
    return [e for e in edges if e.source not in gone and e.target not in gone]


def _by(edges: Iterable[EdgeState], end: Callable[[EdgeState], str]) -> dict[str, list[EdgeState]]:
    found: dict[str, list[EdgeState]] = {}
    for edge in edges:
        found.setdefault(end(edge), []).append(edge)
    return found
