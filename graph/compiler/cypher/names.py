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

    `joins` and `calls` stand before the row's RETURN: the references of the row, each with at most one node, and
    subqueries that aggregate: Neo4j takes none, however deep inside, in a list beside other values of the row.
    """

    node: str
    edge: str | None = None
    score: str | None = None
    joins: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)

    @property
    def variables(self) -> str:
        """The variables that a row carries from one clause to the next: `n1, e1`."""
        return ", ".join(v for v in (self.node, self.edge, self.score) if v)

    def join(self, match: str, far: Scope) -> Scope:
        """Puts a reference in front of the row; what `far` needs stands beside it."""
        self.joins.append(f" OPTIONAL {match}")
        return Scope(far.node, far.edge, far.score, self.joins, self.calls)

    def hoist(self, inner: Scope, body: str) -> str:
        """Puts a subquery in front of the row and gives the variable that holds its result: `a2` for rows of `n2`."""
        name = f"a{inner.node[1:]}"
        self.calls.append(f" CALL ({self.node}) {{ {body} AS {name} }}")
        return name

    def returned(self, row: str) -> str:
        """` OPTIONAL MATCH (n0)-[:PARTY]->(n2) CALL (n0) { ... } RETURN [n0.id, a1]`"""
        return f"{''.join(self.joins)}{''.join(self.calls)} RETURN {row}"
