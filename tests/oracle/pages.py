"""Connections and figures, straight from lists."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from graph.model.elements import NodeType, Property
from tests.oracle.orders import Key, Place, Row, compare, in_order
from tests.oracle.sight import RefusedError, Sight
from tests.oracle.world import Thing, exact

PAGE, NESTED_PAGE = 25, 10
COUNTED = 10_000


def write_cursor(place: Place) -> str:
    """A cursor in the oracle's form: the values of the keys as they are."""
    return f"cursor({json.dumps(place, ensure_ascii=False)})"


def read_cursor(cursor: str) -> Place:
    """The values of the keys of a cursor of the service, or of the oracle."""
    if cursor.startswith("cursor("):
        found: Place = json.loads(cursor[7:-1])
        return found
    found = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return found[1:]


def stored_value(item: Property, stored: Mapping[str, Any]) -> Any:
    """A property as clients read it."""
    value = stored.get(item.name)
    if value is None:
        return None
    if item.scalar.name == "Money":
        return {"amount": exact(value), "currency": stored["currency"]}
    return exact(value) if item.scalar.name == "Decimal" else value


@dataclass
class Connection:
    """A connection: its attributes are the fields of the schema; `edge` makes what an edge and a node resolve from."""

    sight: Sight
    target: NodeType
    rows: Sequence[Row]
    keys: Sequence[Key]
    arguments: Mapping[str, Any]
    edge: Callable[[Row, str], Any]
    node: Callable[[Row], Any]
    is_nested: bool = False

    def __post_init__(self) -> None:
        placed = in_order(self.keys, self.rows)
        after, before = self.arguments.get("after"), self.arguments.get("before")
        self._first, self._last = self.arguments.get("first"), self.arguments.get("last")
        self._all = [place for place, _ in placed]
        if after is not None:
            placed = [p for p in placed if compare(self.keys, p[0], read_cursor(after)) > 0]
        if before is not None:
            placed = [p for p in placed if compare(self.keys, p[0], read_cursor(before)) < 0]
        size = (
            self._last
            if self._last is not None
            else self._first
            if self._first is not None
            else NESTED_PAGE
            if self.is_nested
            else PAGE
        )
        self._more = len(placed) > size
        self._page = placed[len(placed) - min(size, len(placed)) :] if self._last is not None else placed[:size]

    def edges(self, _info: Any) -> list[Any]:
        return [self.edge(row, write_cursor(place)) for place, row in self._page]

    def nodes(self, _info: Any) -> list[Any]:
        return [self.node(row) for _, row in self._page]

    def totalCount(self, _info: Any) -> int:  # noqa: N802  # the field's name
        return min(len(self.rows), COUNTED)

    def totalCountIsExact(self, _info: Any) -> bool:  # noqa: N802  # the field's name
        return len(self.rows) <= COUNTED

    def pageInfo(self, _info: Any) -> dict[str, Any]:  # noqa: N802  # the field's name
        after, before = self.arguments.get("after"), self.arguments.get("before")
        backward = self._last is not None
        passed = after is not None and any(compare(self.keys, p, read_cursor(after)) <= 0 for p in self._all)
        ahead = before is not None and any(compare(self.keys, p, read_cursor(before)) >= 0 for p in self._all)
        return {
            "hasNextPage": ahead or (not backward and self._more),
            "hasPreviousPage": passed or (backward and self._more),
            "startCursor": write_cursor(self._page[0][0]) if self._page else None,
            "endCursor": write_cursor(self._page[-1][0]) if self._page else None,
            "stoppedEarly": False,
        }

    def aggregate(self, _info: Any) -> Figures:
        return Figures(self.sight, self.target, [thing for _, thing in self.rows])


@dataclass
class Figures:
    """Figures over nodes of one type."""

    sight: Sight
    target: NodeType
    things: Sequence[Thing]

    def get(self, name: str) -> Any:
        """The field of this name."""
        if name == "count":
            return len(self.things)
        item = self.target.stored(name)
        if not self.sight.allowed(item.visible_to):
            raise RefusedError(name)
        having = [t.stored for t in self.things if name in t.stored and self.sight.sees_value(t, item)]
        if item.scalar.name != "Money":
            return _figures(item, [stored[name] for stored in having])
        currencies = sorted({stored["currency"] for stored in having})
        return [
            {
                "currency": currency,
                **_figures(item, [stored[name] for stored in having if stored["currency"] == currency]),
            }
            for currency in currencies
        ]


def _figures(item: Property, values: Sequence[Any]) -> dict[str, Any]:
    is_exact = item.scalar.name in ("Money", "Decimal")
    shown: Callable[[Any], Any] = exact if is_exact else lambda v: v
    found = {
        "count": len(values),
        "min": shown(min(values)) if values else None,
        "max": shown(max(values)) if values else None,
    }
    if item.scalar.summed:
        found["sum"] = shown(sum(values))
        found["avg"] = _mean(item, values) if values else None
    return found


def _mean(item: Property, values: Sequence[Any]) -> Any:
    if item.scalar.name == "Float":
        return sum(values) / len(values)
    units = Decimal(sum(values)) * (10_000 if item.scalar.name == "Int" else 1)
    return exact((units / len(values)).to_integral_value(ROUND_HALF_EVEN))
