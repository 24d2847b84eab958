"""Values that exist in the database, so that a filter or a page has something to find."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

Ask = Callable[[str, dict[str, Any]], Awaitable[dict[str, Any]]]
"""Answers an operation with its data."""

_LOOKED_AT = 20


class Samples:
    """Reads through the service itself."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def one(self, connection: str, field: str) -> Any:
        """The value of a field at the last of some nodes that has one; None where none has."""
        data = await self._ask(f"{{ {connection}(first: {_LOOKED_AT}) {{ nodes {{ {field} }} }} }}", {})
        values = [node[field] for node in data[connection]["nodes"]]
        return next((value for value in reversed(values) if value is not None), None)

    async def deep_cursor(self, connection: str) -> str | None:
        """The cursor of a node near the end; None where there are too few."""
        data = await self._ask(f"{{ {connection}(last: 60) {{ edges {{ cursor }} }} }}", {})
        edges = data[connection]["edges"]
        return edges[0]["cursor"] if edges else None
