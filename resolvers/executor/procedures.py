"""A procedure runs, and what was selected of its answer is shown: plain values, and nodes as any query returns them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from graph.compiler.compile import Compiled
from graph.compiler.matching import Binding
from graph.compiler.selection import Selected, only
from resolvers.executor.plans import Step, given_arguments
from resolvers.procedures.base import Call, NodeRef, Parted, Procedure

Shown = Mapping[int, Mapping[str, Any]]
"""By the identity of a selected field: id of a node to the node."""


async def run_procedure(step: Step, procedure: Procedure, call: Call, binding: Binding) -> Any:
    """The value of the step's field."""
    found = await _selected(await procedure.run(call), step.field, call, binding)
    if not step.shown:
        return found
    ids: dict[int, list[str]] = {id(field): [] for field in step.shown}
    _collect(found, ids)
    return _shown(found, await _read(step.payload, step.shown, ids, call, binding))


def project(value: Any, field: Selected, shown: Shown) -> Any:
    """What was selected of a value: objects by the names of their fields, in lists or not."""
    if isinstance(value, list):
        return [project(item, field, shown) for item in value]
    if isinstance(value, NodeRef):
        return shown[id(field)].get(value.id)
    if not isinstance(value, dict) or field.below is None:
        return value
    return {part.key: project(value[part.name], part, shown) for part in only(field.below)}


@dataclass(frozen=True, slots=True)
class _Place:
    """Stands for a node in what was selected."""

    field: Selected
    id: str


async def _selected(value: Any, field: Selected, call: Call, binding: Binding) -> Any:
    """What was selected of a payload; parts run by the way, nodes are left to be read together."""
    if isinstance(value, list):
        return [await _selected(item, field, call, binding) for item in value]
    if isinstance(value, NodeRef):
        return _Place(field, value.id)
    if isinstance(value, Parted):
        return {part.key: await _part(value, part, call, binding) for part in only(field.below)}
    if not isinstance(value, dict) or field.below is None:
        return value
    return {part.key: await _selected(value[part.name], part, call, binding) for part in only(field.below)}


async def _part(parted: Parted, field: Selected, call: Call, binding: Binding) -> Any:
    if field.name == "__typename":
        return parted.type
    run = parted.parts[field.name]
    return await _selected(
        await run(replace(call, arguments=given_arguments(field, binding.variables))), field, call, binding
    )


def _collect(value: Any, ids: dict[int, list[str]]) -> None:
    if isinstance(value, _Place):
        ids[id(value.field)].append(value.id)
    for item in _items(value):
        _collect(item, ids)


def _items(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _shown(value: Any, shown: Shown) -> Any:
    if isinstance(value, _Place):
        return shown[id(value.field)].get(value.id)
    if isinstance(value, dict):
        return {key: _shown(item, shown) for key, item in value.items()}
    return [_shown(item, shown) for item in value] if isinstance(value, list) else value


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
