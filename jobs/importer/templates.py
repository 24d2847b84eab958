"""Values of a record, made of the columns of a row by templates and a few transforms.

A template is text with columns in braces: `{given} {family}`. A value is a template, or a table with it under `value`
and transforms, applied in this order:

| transform | meaning |
|---|---|
| `split = ","`, `part = 1` | one part of the text, counted from 0; nothing where there are fewer |
| `lookup = "countries"` | the entry of a lookup table; without `default`, an unknown text is an error |
| `date = "%d.%m.%Y"` | an instant read with this pattern, in UTC unless the pattern has an offset |
| `decimal = ","` | a number with this decimal mark; points, spaces and apostrophes between digits go |
| `count = true` | how many rows of this import have had this text so far, this one included |
| `default = "BUYER"` | in place of nothing |

`lenient = true` beside them is no transform: it says what becomes of a value that its field refuses (mapping.py).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from string import Formatter
from typing import Any

from graph.errors import InputError

Row = Mapping[str, Any]
Value = Callable[[Row], Any]
_BETWEEN_DIGITS = re.compile(r"[\s.,'’]")


class TransformError(InputError):
    """A value of a row cannot be read as the mapping says."""

    code = "BAD_ROW_VALUE"
    text = "{value!r} {reason}."
    hint = "Mend the row, or the mapping."


class Template:
    """Text with columns in braces. `columns` are their names."""

    def __init__(self, text: str) -> None:
        parsed = [(literal, name) for literal, name, _, _ in Formatter().parse(text)]
        self.columns = tuple(name for _, name in parsed if name)
        self._parts = parsed
        self._only = self.columns[0] if len(parsed) == 1 and parsed[0][0] == "" and self.columns else None

    def text(self, row: Row) -> Any:
        """The filled text; None where all its columns are missing. A template of one column gives it as it is."""
        if self._only is not None:
            return row.get(self._only)
        if self.columns and all(row.get(c) is None for c in self.columns):
            return None
        return "".join(literal + ("" if not name else _shown(row.get(name))) for literal, name in self._parts).strip()

    def whole(self, row: Row) -> str | None:
        """The filled text; None where any of its columns is missing. For keys."""
        if any(row.get(c) is None for c in self.columns):
            return None
        return "".join(literal + ("" if not name else _shown(row[name])) for literal, name in self._parts)


def _shown(value: Any) -> str:
    return "" if value is None else str(value)


def transformed(template: Template, options: Mapping[str, Any], lookups: Mapping[str, Mapping[str, Any]]) -> Value:
    """The function from a row to the value; KeyError names an unknown lookup or option."""
    steps: list[Value] = []
    rest = dict(options)
    if "split" in rest:
        steps.append(_split(rest.pop("split"), int(rest.pop("part", 0))))
    default = rest.pop("default", None)
    if "lookup" in rest:
        steps.append(_lookup(lookups[rest.pop("lookup")], strict=default is None))
    if "date" in rest:
        steps.append(_date(rest.pop("date")))
    if "decimal" in rest:
        steps.append(_decimal(rest.pop("decimal")))
    if rest.pop("count", False):
        steps.append(_count())
    if rest:
        raise KeyError(next(iter(rest)))
    if not steps and default is None:
        return template.text

    def value(row: Row) -> Any:
        found = template.text(row)
        for step in steps:
            if found is not None:
                found = step(found)
        return default if found is None else found

    return value


def _split(separator: str, part: int) -> Callable[[Any], Any]:
    def split(value: Any) -> Any:
        parts = str(value).split(separator)
        return parts[part].strip() or None if part < len(parts) else None

    return split


def _lookup(table: Mapping[str, Any], *, strict: bool) -> Callable[[Any], Any]:
    def look_up(value: Any) -> Any:
        found = table.get(str(value))
        if found is None and strict:
            raise TransformError(value=value, reason="is not in the lookup table")
        return found

    return look_up


def _date(pattern: str) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        try:
            found = datetime.strptime(str(value).strip(), pattern)  # noqa: DTZ007  # the next line gives it its zone
        except ValueError:
            raise TransformError(value=value, reason=f"is not a date of the form {pattern}") from None
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).isoformat()

    return read


def _decimal(mark: str) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        whole, _, part = str(value).strip().partition(mark)
        return _BETWEEN_DIGITS.sub("", whole) + (f".{part}" if part else "")

    return read


def _count() -> Callable[[Any], Any]:
    seen: Counter[str] = Counter()

    def count(value: Any) -> Any:
        seen[str(value)] += 1
        return seen[str(value)]

    return count
