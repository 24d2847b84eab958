"""Plans of the database as plain values: what a statement would do (EXPLAIN) and what it did (PROFILE)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One operator and the operators that feed it. `hits` (database hits) and `rows` are 0 in a plan that never ran."""

    operator: str
    details: str
    estimated_rows: float
    rows: int
    hits: int
    children: tuple[PlanStep, ...]

    def walk(self) -> Iterator[PlanStep]:
        """This step and all below it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def operators(self) -> tuple[str, ...]:
        """The names of all operators, parents first: (`ProduceResults`, `Limit`, `NodeIndexSeek`)."""
        return tuple(step.operator for step in self.walk())

    @property
    def total_hits(self) -> int:
        """Database hits of this step and all below it."""
        return sum(step.hits for step in self.walk())


@dataclass(frozen=True, slots=True)
class Profile:
    """A statement that ran: its plan with real figures, its rows, and the milliseconds the database took."""

    plan: PlanStep
    rows: list[list[Any]]
    milliseconds: int

    @property
    def hits(self) -> int:
        """Database hits of the whole statement."""
        return self.plan.total_hits


def plan_step(found: Mapping[str, Any]) -> PlanStep:
    """The plan in the form of the driver's summary, with all steps below it."""
    arguments: Mapping[str, Any] = found.get("args", {})
    return PlanStep(
        operator=str(found["operatorType"]).partition("@")[0],
        details=str(arguments.get("Details", "")),
        estimated_rows=float(arguments.get("EstimatedRows", 0.0)),
        rows=int(found.get("rows", 0)),
        hits=int(found.get("dbHits", 0)),
        children=tuple(plan_step(child) for child in found.get("children", ())),
    )
