"""What `query` and `explain` share: the variables of an operation."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import orjson

from graph.errors import InputError


class VariablesError(InputError):
    """`--variables` is not a JSON object."""

    code = "BAD_VARIABLES"
    text = "--variables is not a JSON object: {reason}."
    hint = """Give one such as '{{"first": 5}}'."""


class OperationError(InputError):
    """The document or its variables cannot run."""

    code = "BAD_OPERATION"
    text = "The operation cannot run: {reason}"
    hint = "Compare it with the schema: customer-graph schema."


def parse_variables(text: str) -> Mapping[str, Any]:
    """The variables of an operation; decimals keep their digits as Python floats do.

    Raises:
        VariablesError: the text is not a JSON object.
    """
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise VariablesError(reason=error) from None
    if not isinstance(value, dict):
        raise VariablesError(reason=f"it is {json.dumps(value)}")
    return value
