"""Filter inputs as predicates over single nodes; a missing value fits no test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graph.model.elements import Collection, NodeType, Property, Reference
from graph.model.values import fold
from tests.oracle.sight import RefusedError, Sight, Time
from tests.oracle.world import Link, Thing

Spec = Mapping[str, Any] | None
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda a, b: a == b,
    "lt": lambda a, b: a < b,
    "lte": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "gte": lambda a, b: a >= b,
}


def row_fits(sight: Sight, item: Collection, link: Link | None, thing: Thing, spec: Spec, time: Time) -> bool:
    """Whether one row of a collection fits the filter of that collection."""
    target = sight.world.model.type(item.target)
    if item.step.relationship is None or link is None:
        return node_fits(sight, target, thing, spec, time)
    fields = sight.world.model.relationships[item.step.relationship].fields

    def fits(part: Spec) -> bool:
        for name, value in _given(part):
            match name:
                case "and":
                    good = all(fits(v) for v in value)
                case "or":
                    good = any(fits(v) for v in value)
                case "not":
                    good = not fits(value)
                case "node":
                    good = node_fits(sight, target, thing, value, time)
                case _:
                    good = _property_fits(sight, fields[name], link.stored, value)
            if not good:
                return False
        return True

    return fits(spec)


def node_fits(sight: Sight, target: NodeType, thing: Thing, spec: Spec, time: Time) -> bool:
    """Whether a node, met where the schema says `target`, fits the filter."""
    return all(_part_fits(sight, target, thing, name, value, time) for name, value in _given(spec))


def _given(spec: Spec) -> list[tuple[str, Any]]:
    """A filter or test of null tests nothing."""
    return [(name, value) for name, value in (spec or {}).items() if value is not None]


def _part_fits(sight: Sight, target: NodeType, thing: Thing, name: str, value: Any, time: Time) -> bool:
    if name == "and":
        return all(node_fits(sight, target, thing, v, time) for v in value)
    if name == "or":
        return any(node_fits(sight, target, thing, v, time) for v in value)
    if name == "not":
        return not node_fits(sight, target, thing, value, time)
    if name == "type" and target.members:
        own = "".join(f"_{c}" if c.isupper() else c for c in thing.type.name).upper().lstrip("_")
        return all(own == v if test == "eq" else own in v for test, v in _given(value))
    item = thing.type.fields[name]
    if isinstance(item, Property):
        return _property_fits(sight, item, thing.stored, value)
    if isinstance(item, Reference):
        far = sight.world.model.type(item.target)
        _refuse_unless(sight.allowed_of_itself(item.visible_to), name)
        return any(node_fits(sight, far, other, value, time) for _, other in sight.behind(thing, item, time))
    if not isinstance(item, Collection):
        raise TypeError(name)
    _refuse_unless(sight.allowed_of_itself(item.visible_to), name)
    return all(_relation_fits(sight, item, thing, test, spec, time) for test, spec in _given(value))


def _relation_fits(sight: Sight, item: Collection, thing: Thing, test: str, spec: Spec, time: Time) -> bool:
    fits = [row_fits(sight, item, link, other, spec, time) for link, other in sight.behind(thing, item, time)]
    return {"some": any(fits), "none": not any(fits), "all": all(fits), "single": fits.count(True) == 1}[test]


def _property_fits(sight: Sight, item: Property, stored: Mapping[str, Any], tests: Spec) -> bool:
    _refuse_unless(sight.allowed(item.visible_to), item.name)
    return all(_test(item, stored.get(item.name), name, wanted) for name, wanted in _given(tests))


def _test(item: Property, value: Any, name: str, wanted: Any) -> bool:
    if name == "isNull":
        return bool((value is None) == wanted)
    if value is None:
        return False
    if name == "contains":
        return fold(wanted) in fold(value)
    if name == "startsWith":
        return fold(value).startswith(fold(wanted))
    if name == "in":
        return any(value == item.scalar.sought(v) for v in wanted if v is not None)
    return bool(_COMPARE[name](value, item.scalar.sought(wanted)))


def _refuse_unless(allowed: bool, name: str) -> None:
    if not allowed:
        raise RefusedError(name)
