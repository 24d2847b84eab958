"""One open transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from neo4j import AsyncTransaction

from graph.client.errors import DRIVER_ERRORS, translate
from graph.client.settings import DatabaseSettings
from graph.client.tracing import statement_span


class Transaction:
    """An open transaction: statements run one after another and take effect together, or not at all."""

    __slots__ = ("_inner", "_limit", "_settings")

    def __init__(self, inner: AsyncTransaction, settings: DatabaseSettings, limit: float) -> None:
        self._inner = inner
        self._settings = settings
        self._limit = limit

    async def run(self, text: str, parameters: Mapping[str, Any] | None = None) -> list[list[Any]]:
        """The values of all rows of the statement. After an error the transaction is lost as a whole."""
        try:
            with statement_span(text):
                result = await self._inner.run(text, dict(parameters or {}))
                return await result.values()
        except DRIVER_ERRORS as error:
            raise translate(error, self._settings, statement=text, limit=self._limit) from None
