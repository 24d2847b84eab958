"""Fields that are more than one statement: they run by themselves and answer with plain values, among which nodes stand
by their ids; the nodes are read by the compiler like those of any query.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from strawberry.types.field import StrawberryField

from access.api_keys import ApiKeys
from access.viewer import Viewer
from graph.client import Database
from graph.compiler.planner.context import Limits
from graph.compiler.selection import Selected
from graph.model.model import Model
from graph.mutations.refusals import Refusal
from graph.mutations.repeats import Repeatable, repeatable
from graph.writer import Guard
from resolvers.types.registry import Registry

Payload = dict[str, Any]
Root = Literal["Query", "Mutation", "Viewer"]


@dataclass(frozen=True, slots=True)
class NodeRef:
    """Stands in a payload for the node with this id."""

    id: str


@dataclass(frozen=True, slots=True)
class Parted:
    """Stands in a payload for an object of which each selected field runs by itself, with the arguments it is given:
    `parts` by the names of the fields. `type` is its `__typename`."""

    type: str
    parts: Mapping[str, Part]


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a procedure: its coerced arguments, those left out absent; who calls, and how it is answered. `guard`
    says what the caller may see and change; all where there is none. `keys` is None where the service takes no API
    keys."""

    database: Database
    model: Model
    viewer: Viewer
    language: str
    limits: Limits
    arguments: Mapping[str, Any]
    guard: Guard | None = None
    keys: ApiKeys | None = None

    def repeatable(self, name: str) -> Repeatable | None:
        """The call of a mutation under its idempotency key, where it has one; raises BadIdempotencyKeyError."""
        given = dict(self.arguments["input"])
        key = given.pop("idempotencyKey", None)
        return None if key is None else repeatable(key, name, given, self.viewer.subject)

    def error(self, refused_by: Refusal) -> Payload:
        """A refusal as a `UserError`."""
        error = refused_by.error
        return {
            "__typename": "UserError",
            "code": error.code,
            "field": list(refused_by.field),
            "message": error.message(self.language),
            "hint": error.advice(self.language) or None,
            "retryable": error.retryable,
        }


@dataclass(frozen=True, slots=True)
class Procedure:
    """A root field of queries or mutations, or a field of the viewer. `field` makes it for a schema; `run` answers with
    an object whose keys are the names of its fields, `__typename` among them, or which is Parted. A mutation tells
    refusals as data, a query raises. `cost` is that of what was selected, besides the nodes in it."""

    name: str
    root: Root
    field: Callable[[Registry], StrawberryField]
    run: Callable[[Call], Awaitable[Any]]
    cost: Callable[[Selected], int] = lambda _: 0


Part = Callable[[Call], Awaitable[Any]]
