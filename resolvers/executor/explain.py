"""How an operation is answered: its plan, its Cypher, its completer, and what the database did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graph.client import Database, PlanStep
from graph.compiler.compile import Compiled
from graph.compiler.show import show_plan


@dataclass(frozen=True, slots=True)
class Explanation:
    """The parts of an explanation. `operators` is the database's own plan, one a line; `hits` are its database hits."""

    plan: str
    cypher: str
    parameters: Mapping[str, Any]
    completer: str
    operators: str
    hits: int
    milliseconds: float
    cost: int

    def as_json(self) -> dict[str, Any]:
        """The explanation as `extensions.explain` shows it."""
        return {
            "plan": self.plan.splitlines(),
            "cypher": self.cypher,
            "parameters": dict(self.parameters),
            "completer": self.completer,
            "operators": self.operators.splitlines(),
            "hits": self.hits,
            "milliseconds": self.milliseconds,
            "cost": self.cost,
        }


async def explain(database: Database, compiled: Compiled, parameters: Mapping[str, Any], cost: int) -> Explanation:
    """The explanation of a compiled operation; its statement runs once with PROFILE and its rows are dropped."""
    operators, hits, milliseconds = "", 0, 0.0
    if compiled.text:
        profile = await database.profile(compiled.text, parameters)
        operators, hits, milliseconds = draw(profile.plan), profile.hits, profile.milliseconds
    return Explanation(
        plan=show_plan(compiled.plan),
        cypher=compiled.text,
        parameters=parameters,
        completer=compiled.source,
        operators=operators,
        hits=hits,
        milliseconds=milliseconds,
        cost=cost,
    )


def draw(step: PlanStep, depth: int = 0) -> str:
    """`NodeIndexSeek (51 rows, 52 hits) RANGE INDEX ...`, children indented below."""
    line = f"{'  ' * depth}{step.operator} ({step.rows} rows, {step.hits} hits) {step.details}".rstrip()
    return "\n".join([line, *(draw(child, depth + 1) for child in step.children)])
