"""Compiled operations are kept and found again by what they looked at."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from graph.compiler.compile import Compiled
from graph.compiler.cost import NOTHING, Cost
from graph.compiler.inputs import ABSENT, Variables
from graph.compiler.planner.context import Audience
from graph.compiler.selection import Selected, only
from graph.mutations.shapes import Mutation
from resolvers.executor.lru import CacheFigures, Lru
from resolvers.live.plan import Subscribed
from resolvers.procedures.base import Procedure

Guard = tuple[Callable[[Variables], Hashable], Hashable]
_VARIANTS = 32


@dataclass(frozen=True, slots=True)
class Step:
    """One field that runs by itself: a mutation or a procedure, or neither for `__typename`. `field` is what was
    selected, `payload` how the nodes in it are read, and `shown` the fields below that lead to nodes which a procedure
    answers with. `above` is the key of the object that it is a field of; empty for a root field. `cost` is that of
    running it, the nodes apart."""

    field: Selected
    mutation: Mutation | None
    procedure: Procedure | None
    payload: Compiled
    shown: tuple[Selected, ...] = ()
    above: str = ""
    cost: Cost = NOTHING

    @property
    def fields(self) -> tuple[Selected, ...]:
        """The selected fields of its payload."""
        return only(self.field.below) if self.field.below else ()


def given_arguments(field: Selected, variables: Variables) -> dict[str, Any]:
    """The arguments of a field that are given, by name."""
    read = {name: value.read(variables) for name, value in field.arguments.items()}
    return {name: value for name, value in read.items() if value is not ABSENT}


@dataclass(frozen=True, slots=True)
class Kept:
    """A compiled operation, and what must hold for it to serve. `order` holds the keys of its response where not all
    are compiled, each with those below it that have steps among them: introspection answers some, `steps` others. A
    mutation has nothing but steps, which run one
    after another, and a subscription nothing but `live`."""

    guards: tuple[Guard, ...]
    compiled: Compiled
    order: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    live: Subscribed | None = None

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
            variants = []
        variants.insert(0, found)
        del variants[_VARIANTS:]
        self.kept.put((text, operation, audience), variants, len(text) * len(variants))
