"""A selection compiled whole: the statement's text, how its parameters are read, and the completer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graph.compiler.completer import Complete, make_completer
from graph.compiler.cost import Cost, plan_cost
from graph.compiler.cypher.names import Names
from graph.compiler.cypher.rows import statement
from graph.compiler.matching import Binding, Param
from graph.compiler.plan import Plan
from graph.compiler.planner.context import Context
from graph.compiler.planner.payloads import plan_payload, plan_shown
from graph.compiler.planner.roots import plan_operation
from graph.compiler.rules import apply_rules
from graph.compiler.selection import Selected
from graph.model.elements import NodeType, RelationshipType


@dataclass(frozen=True, slots=True)
class Compiled:
    """One operation for one class of viewer, ready to run any number of times.

    `text` is empty where nothing of the database was asked for. `source` is the completer as people read it. `lookups`
    are the root keys that look nodes up by id, with the ids.
    """

    text: str
    params: tuple[tuple[str, Param], ...]
    complete: Complete
    source: str
    plan: Plan
    cost: Cost
    checks: tuple[Param, ...]
    lookups: tuple[tuple[str, Param], ...] = ()

    def bind(self, binding: Binding) -> dict[str, Any]:
        """The statement's parameters for one request; InputError where an argument is out of range."""
        for param in self.checks:
            param.read(binding)
        return {name: param.read(binding) for name, param in self.params}

    def missed(self, data: Mapping[str, Any], binding: Binding) -> list[str]:
        """The ids of root fields for which nothing was found."""
        missed: list[str] = []
        for key, param in self.lookups:
            asked, found = param.read(binding), data[key]
            if isinstance(asked, list):
                missed += [id for id, node in zip(asked, found, strict=True) if node is None]
            elif found is None:
                missed.append(asked)
        return missed


def compile_operation(ctx: Context, fields: tuple[Selected, ...]) -> Compiled:
    """Compiles the root fields of a query; InputError where the selection asks the impossible."""
    return compile_plan(ctx, plan_operation(ctx, fields))


def compile_payload(ctx: Context, type: NodeType | RelationshipType, fields: tuple[Selected, ...]) -> Compiled:
    """Compiles the nodes that a mutation's payload shows: read by the ids that the mutation wrote."""
    return compile_plan(ctx, plan_payload(ctx, type, fields))


def compile_shown(ctx: Context, fields: tuple[Selected, ...]) -> Compiled:
    """Compiles fields that lead to nodes whose ids are known only when it runs, keyed by their places."""
    return compile_plan(ctx, plan_shown(ctx, fields))


def compile_plan(ctx: Context, plan: Plan) -> Compiled:
    """Applies the rules, writes statement and completer."""
    apply_rules(plan, ctx.model, ctx.audience)
    names = Names(ctx.model)
    text = statement(names, plan)
    source, complete = make_completer(names, plan)
    params: Mapping[Param, str] = names.params
    return Compiled(
        text="" if text == "RETURN [] AS r" else text,
        params=tuple((name, param) for param, name in params.items()),
        complete=complete,
        source=source,
        plan=plan,
        cost=plan_cost(plan, ctx.limits),
        checks=tuple(ctx.checks),
        lookups=tuple(ctx.lookups),
    )
