"""That a path leads from a node to one that the viewer stands for, walked as little as the model allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from graph.compiler.matching import Both, Compare, Either, HasLabel, Match, Param, Predicate, Ref, Related
from graph.model.elements import NodeType
from graph.model.model import Model
from graph.model.routes import Aim, routes, shortened
from graph.model.ways import Step

NOBODY = Either(())


@dataclass(frozen=True, slots=True)
class Home:
    """The nodes whose property `name` is, or is among, what the viewer stands for: its party, or its organisations."""

    model: Model
    name: str
    op: Literal["=", "IN"]
    param: Param

    def at(self, name: str) -> Compare:
        """That a node has it under this name: `n.organisationId IN $scope`."""
        return Compare(Ref(name), self.op, self.param)

    def reached(self, starts: Sequence[NodeType], paths: Sequence[Sequence[Step]]) -> Predicate:
        """That one of the paths leads there from a node of one of the types; paths that begin alike begin once.

        ```
        n.organisationId IN $scope                                                                       no step at all
        n.partyOrganisationId IN $scope                                          last steps whose end the node repeats
        EXISTS { MATCH (m:Customer) WHERE m.partyId = n.id AND m.organisationId IN $scope }       back, through an index
        n:Person AND EXISTS { MATCH (n)-[:REPRESENTS]->(m) WHERE m.organisationId IN $scope OR ... }          walked
        ```
        """
        return self._reached(starts, [Aim(path, self.name) for path in paths])

    def _reached(self, starts: Sequence[NodeType], aims: Sequence[Aim]) -> Predicate:
        found: list[Predicate] = []
        walked: dict[Step, list[Aim]] = {}
        for aim in aims:
            steps, name = shortened(self.model, starts, aim)
            short = self._short(starts, steps, name)
            if short is not None:
                found.append(short)
            else:
                walked.setdefault(steps[0], []).append(Aim(steps[1:], name))
        for step, rests in walked.items():
            ends = [self.model.nodes[name] for name in sorted(self.model.ends(step))]
            walk = Related(Match(self.model.anything, step), "some", self._reached(ends, rests))
            # A node without such relationships is asked for its label: all its others would be read to find none.
            able = tuple(type for type in starts if type.name in self.model.starts(step))
            found.append(walk if len(able) == len(starts) else Both((HasLabel(able), walk)))
        return found[0] if len(found) == 1 else Either(tuple(found))

    def _short(self, starts: Sequence[NodeType], steps: Sequence[Step], name: str) -> Predicate | None:
        """The condition of a path that is not walked; None where it must be."""
        if not steps:
            return self.at(name)
        if not {type.name for type in starts} & self.model.starts(steps[0]):
            return NOBODY
        back = routes(self.model, starts, steps)
        if back is None:
            return None
        found = []
        for owner, key in back:
            inner = self._reached([owner], [Aim(steps[1:], name)])
            index = (key, inner.ref.name) if isinstance(inner, Compare) else ()
            match = Match(owner, Step(steps[0].type, "in", key=key), index=index)
            found.append(Related(match, "some", inner))
        return found[0] if len(found) == 1 else Either(tuple(found))
