"""Rules change a plan before it becomes text: plain functions, applied in this order, each in a module of its own."""

from __future__ import annotations

from collections.abc import Callable

from graph.compiler.plan import Plan
from graph.compiler.planner.context import Audience
from graph.compiler.rules.openness import only_open_facts
from graph.compiler.rules.visibility import only_what_may_be_seen
from graph.model.model import Model

Rule = Callable[[Plan, Model, Audience], None]

RULES: tuple[Rule, ...] = (only_open_facts, only_what_may_be_seen)


def apply_rules(plan: Plan, model: Model, audience: Audience) -> None:
    """Applies every rule to the plan, in place."""
    for rule in RULES:
        rule(plan, model, audience)
