"""Compiled operations are kept and found again by what they looked at."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace

from graph.compiler.compile import Compiled
from graph.compiler.inputs import Value, Variables
from graph.compiler.planner.context import Audience
from graph.compiler.selection import Selected
from graph.mutations.shapes import Mutation
from resolvers.executor.lru import CacheFigures, Lru

Guard = tuple[Callable[[Variables], Hashable], Hashable]
_VARIANTS = 32


@dataclass(frozen=True, slots=True)
class Step:
    """One field of a mutation: what it does, its input, the fields of its payload, and how the nodes among them are
    read; `mutation` is None for `importRows` and `__typename`."""

    key: str
    name: str
    mutation: Mutation | None
    given: Value | None
    fields: tuple[Selected, ...]
    payload: Compiled


@dataclass(frozen=True, slots=True)
class Kept:
    """A compiled operation, the root fields that introspection answers, and what must hold for it to serve. A mutation
    has `steps`, which run one after another, and nothing else."""

    guards: tuple[Guard, ...]
    compiled: Compiled
    introspected: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()

    def serves(self, variables: Variables) -> bool:
        """Whether a request with these variables is alike."""
        return all(probe(variables) == answer for probe, answer in self.guards)


@dataclass(slots=True)
class Plans:
    """Plans by document, operation and class of viewer; several where the shape of the variables matters."""

    kept: Lru[tuple[str, str | None, Audience], list[Kept]]
    hits: int = 0
    misses: int = 0

    def find(self, text: str, operation: str | None, audience: Audience, variables: Variables) -> Kept | None:
        """A plan that serves the request, or None."""
        for kept in self.kept.get((text, operation, audience)) or ():
            if kept.serves(variables):
                self.hits += 1
                return kept
        self.misses += 1
        return None

    @property
    def figures(self) -> CacheFigures:
        """How the cache does so far. An entry is an operation, with its variants; a hit is one that serves."""
        return replace(self.kept.figures, hits=self.hits, misses=self.misses)

    def keep(self, text: str, operation: str | None, audience: Audience, found: Kept) -> None:
        """Keeps a plan; the oldest variant of the same operation goes when there are too many."""
        variants = self.kept.get((text, operation, audience))
        if variants is None:
            self.kept.put((text, operation, audience), variants := [])
        variants.insert(0, found)
        del variants[_VARIANTS:]
