"""Order inputs as sort keys: missing values last in both directions, ids as the last word."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Any

from graph.model.elements import Collection, NodeType, Property
from tests.oracle.filters import row_fits
from tests.oracle.sight import RefusedError, Sight, Time
from tests.oracle.world import Link, Thing, order_value

Row = tuple[Link | None, Thing]


@dataclass(frozen=True)
class Key:
    """What one key of an order compares, and whether large values come first."""

    of: Callable[[Row], Any]
    descending: bool


def order_keys(
    sight: Sight, target: NodeType, relationship: str | None, order_by: Sequence[Mapping[str, Any]] | None, time: Time
) -> list[Key]:
    """All keys of an order. Where nodes can appear twice, through two relationships, the relationship's id decides."""
    given = [(name, value) for item in order_by or () for name, value in item.items() if value is not None]
    keys = [_key(sight, target, relationship, name, value, time) for name, value in given]
    names = [name if name != "node" else "".join(value) for name, value in given]
    if not keys and target.default_order in target.orders:
        item = target.orders[target.default_order]
        keys.append(Key(lambda row: order_value(row[1], item), descending=target.newest_first))
    falling = keys[-1].descending if keys else False
    if relationship is not None:
        return [*keys, Key(lambda row: row[0].stored["id"] if row[0] else None, falling)]
    return keys if "id" in names else [*keys, Key(lambda row: row[1].id, falling)]


def _key(sight: Sight, target: NodeType, relationship: str | None, name: str, value: Any, time: Time) -> Key:
    if relationship is not None and name != "node":
        return Key(lambda row: row[0].stored.get(name) if row[0] else None, value == "DESC")
    if relationship is not None:
        [(name, value)] = [(n, v) for n, v in value.items() if v is not None]
    if name == "id":
        return Key(lambda row: row[1].id, value == "DESC")
    item = target.fields.get(name)
    if isinstance(item, Collection):
        return _figure_key(sight, item, value, time)
    offered = target.orders[name]
    _refuse_unless(sight.allowed(offered.visible_to))
    return Key(lambda row: order_value(row[1], offered), value == "DESC")


def _figure_key(sight: Sight, item: Collection, options: Mapping[str, Any], time: Time) -> Key:
    _refuse_unless(sight.allowed_of_itself(item.visible_to))
    by = options["by"]
    target = sight.world.model.type(item.target)
    words = {"".join(f"_{c}" if c.isupper() else c for c in p.name).upper(): p for p in target.properties}
    word, _, measure = by.rpartition("_")
    measured: Property | None = words[word] if word else None
    if measured:
        _refuse_unless(sight.allowed(measured.visible_to))

    def figure(row: Row) -> Any:
        rows = [
            other
            for link, other in sight.behind(row[1], item, time)
            if row_fits(sight, item, link, other, options.get("filter"), time)
            and options.get("currency") in (None, other.stored.get("currency"))
        ]
        if measured is None:
            return len(rows)
        values = [other.stored[measured.name] for other in rows if measured.name in other.stored]
        if measure == "SUM":
            return sum(values)
        return (min if measure == "MIN" else max)(values, default=None)

    return Key(figure, options.get("direction") != "ASC")


def _refuse_unless(allowed: bool) -> None:
    if not allowed:
        raise RefusedError


Place = list[Any]
"""The values of the keys of one row."""


def place_of(keys: Sequence[Key], row: Row) -> Place:
    return [key.of(row) for key in keys]


def compare(keys: Sequence[Key], one: Place, other: Place) -> int:
    """Below 0 where the first place comes earlier."""
    for key, a, b in zip(keys, one, other, strict=True):
        if a == b:
            continue
        if a is None or b is None:
            return 1 if a is None else -1
        return -1 if (a < b) != key.descending else 1
    return 0


def in_order(keys: Sequence[Key], rows: Sequence[Row]) -> list[tuple[Place, Row]]:
    """The rows with their places, the first one first."""

    def by_place(one: tuple[Place, Row], other: tuple[Place, Row]) -> int:
        return compare(keys, one[0], other[0])

    return sorted(((place_of(keys, row), row) for row in rows), key=cmp_to_key(by_place))
