"""Values that clients give are bounded in number, depth and length before anything is made of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from graph.compiler.planner.context import Limits
from graph.errors import LimitError


class ValueDepthError(LimitError):
    """A value is nested too deeply."""

    code = "VALUE_DEPTH"
    text = "A value is nested {actual} deep; at most {limit} is allowed."
    hint = "Join conditions in one list of and or or instead of nesting them."


class TextLengthError(LimitError):
    """A text is too long."""

    code = "TEXT_TOO_LONG"
    text = "A text has {actual} characters; at most {limit} are allowed."
    hint = "Shorten the text."


class ValuesError(LimitError):
    """The variables hold too many values."""

    code = "VARIABLE_VALUES"
    text = "The variables hold {actual} values or more; at most {limit} are allowed."
    hint = "Split the values over several requests."


def check_variables(variables: Mapping[str, Any], limits: Limits) -> None:
    """Raises a LimitError where variables are nested too deeply, too many, or hold a text that is too long."""
    count = 0
    waiting: list[tuple[Any, int]] = [(value, 1) for value in variables.values()]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, str):
            check_text(value, limits)
        elif isinstance(value, (dict, list)):
            if depth > limits.value_depth:
                raise ValueDepthError(actual=depth, limit=limits.value_depth)
            count += len(value)
            if count > limits.variable_values:
                raise ValuesError(actual=count, limit=limits.variable_values)
            inside: Iterable[Any] = value.values() if isinstance(value, dict) else value
            waiting += [(part, depth + 1) for part in inside]


def check_text(text: str, limits: Limits) -> None:
    """Raises TextLengthError where the text is too long."""
    if len(text) > limits.text_length:
        raise TextLengthError(actual=len(text), limit=limits.text_length)
