"""Names of variables and parameters: counted in the order of the text, so that equal plans give equal bytes."""

from __future__ import annotations

from dataclasses import dataclass, field

from graph.compiler.matching import Param
from graph.model.model import Model


@dataclass(slots=True)
class Names:
    """The names given out so far in one statement."""

    model: Model
    params: dict[Param, str] = field(default_factory=dict)
    _variables: int = 0

    def param(self, param: Param) -> str:
        """`$p0`, `$p1`, ...: one name a parameter, however often it stands in the text."""
        name = self.params.setdefault(param, f"p{len(self.params)}")
        return f"${name}"

    def fresh(self) -> int:
        """The next number for variables: `n3` for a node, `e3` for the relationship that leads to it."""
        number = self._variables
        self._variables += 1
        return number


@dataclass(frozen=True, slots=True)
class Scope:
    """The variables of one row: its node, the relationship that led to it, its score.

    `calls` collects subqueries that stand before the row's RETURN: Neo4j takes no subquery that aggregates, however
    deep inside, in a list beside other values of the row.
    """

    node: str
    edge: str | None = None
    score: str | None = None
    calls: list[str] = field(default_factory=list)

    def hoist(self, name: str, body: str) -> str:
        """Puts a subquery in front of the row and gives the variable that holds its result."""
        self.calls.append(f" CALL ({self.node}) {{ {body} AS {name} }}")
        return name

    def returned(self, row: str) -> str:
        """` CALL (n0) { ... } RETURN [n0.id, a1]`"""
        return f"{''.join(self.calls)} RETURN {row}"
