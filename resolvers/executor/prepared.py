"""A request that is ready to run, or why it cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from graphql import OperationDefinitionNode

from graph.compiler.compile import Compiled
from graph.compiler.matching import Binding
from resolvers.executor.documents import Document
from resolvers.executor.plans import Kept
from resolvers.executor.request import Answer


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request that is ready to run: its plan, its coerced variables, what its parameters are read from."""

    kept: Kept
    document: Document
    operation: OperationDefinitionNode
    binding: Binding
    cost: int

    @property
    def compiled(self) -> Compiled:
        """The compiled operation."""
        return self.kept.compiled


class InvalidRequestError(Exception):
    """The document or its variables cannot run; carries the answer that says why."""

    def __init__(self, errors: list[dict[str, Any]], status: int = 400) -> None:
        super().__init__("; ".join(str(entry["message"]) for entry in errors))
        self.answer = Answer(orjson.dumps({"errors": errors}), status, has_data=False)
