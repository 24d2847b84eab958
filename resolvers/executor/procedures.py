"""A procedure runs, and what was selected of its answer is shown: plain values, and nodes as any query returns them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from graph.compiler.compile import Compiled
from graph.compiler.matching import Binding
from graph.compiler.selection import Selected, only
from resolvers.executor.plans import Step
from resolvers.procedures.base import Call, NodeRef, Procedure

Shown = Mapping[int, Mapping[str, Any]]
"""By the identity of a selected field: id of a node to the node."""


async def run_procedure(step: Step, procedure: Procedure, call: Call, binding: Binding) -> Any:
    """The value of the step's field."""
    whole = await procedure.run(call)
    ids: dict[int, list[str]] = {id(field): [] for field in step.shown}
    if step.shown:
        _collect(whole, step.field, ids)
    return project(whole, step.field, await _read(step.payload, step.shown, ids, call, binding))


def project(value: Any, field: Selected, shown: Shown) -> Any:
    """What was selected of a value: objects by the names of their fields, in lists or not."""
    if isinstance(value, list):
        return [project(item, field, shown) for item in value]
    if isinstance(value, NodeRef):
        return shown[id(field)].get(value.id)
    if not isinstance(value, dict) or field.below is None:
        return value
    return {part.key: project(value[part.name], part, shown) for part in only(field.below)}


def _collect(value: Any, field: Selected, ids: dict[int, list[str]]) -> None:
    if isinstance(value, list):
        for item in value:
            _collect(item, field, ids)
    elif isinstance(value, NodeRef):
        ids[id(field)].append(value.id)
    elif isinstance(value, dict) and field.below is not None:
        for part in only(field.below):
            _collect(value[part.name], part, ids)


async def _read(
    payload: Compiled, fields: tuple[Selected, ...], ids: Mapping[int, list[str]], call: Call, binding: Binding
) -> Shown:
    known = [list(dict.fromkeys(ids[id(field)])) for field in fields]
    if not any(known):
        return {id(field): {} for field in fields}
    written = {str(place): found for place, found in enumerate(known)}
    bound = replace(binding, written=written, memo={})
    payload.cost.check(bound, call.limits.cost_max)
    parameters = payload.bind(bound)
    ((row,),) = await call.database.read(payload.text, parameters)
    data = payload.complete(row, parameters, [])
    return {
        id(field): dict(zip(found, data[str(place)], strict=True))
        for place, (field, found) in enumerate(zip(fields, known, strict=True))
    }
