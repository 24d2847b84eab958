"""Whole sets: counts of what a page pages through, figures over it, and orders that follow such figures."""

from __future__ import annotations

from graph.compiler.access import access, knows_count
from graph.compiler.cypher.matches import TRUE, Clause, match_clause, narrow_clause, predicate
from graph.compiler.cypher.names import Names, Scope
from graph.compiler.cypher.order import figure_calls, index_conditions
from graph.compiler.layout import Figures
from graph.compiler.matching import Predicate
from graph.compiler.plan import AggregateField, Page


def ranked(names: Names, page: Page, scope: Scope) -> tuple[Clause, str, str]:
    """The clause of a page whose order is computed, its text with what computes it, and what a row carries."""
    clause, head = _covered_rows(names, page, scope)
    calls, computed = figure_calls(names, page.order, clause.scope)
    return clause, f"{head}{calls}", ", ".join([clause.scope.variables, *computed])


def _covered_rows(names: Names, page: Page, scope: Scope, *, counted: bool = False) -> tuple[Clause, str]:
    """The rows that figures cover, and none of a whole type that has too many:

    `WITH COUNT { MATCH (n1:Party) } AS c WHERE c < $p1 MATCH (n0:Party) WHERE n0.city = $p0`

    With `counted` nothing but their number is asked for, which the store may know.
    """
    clause = match_clause(names, page.match, scope)
    if counted and knows_count(page.match):
        return clause, clause.text()
    found = access(page.match, page.order)
    reads_all = found.is_whole and not found.narrow
    text = clause.text(() if reads_all else index_conditions(page.match, page.order[-1:], clause.scope))
    if not found.is_whole:
        return clause, text
    return clause, f"WITH {covered(names, page, scope)} AS c WHERE c < {names.param(page.bounds.cover)} {text}"


def covered(names: Names, page: Page, scope: Scope) -> str:
    """`COUNT { MATCH (n0:Purchase) WHERE n0.at >= $p0 RETURN 1 AS x LIMIT $p1 }`; the store counts a whole type."""
    clause, _ = narrow_clause(names, page.match, access(page.match, page.order), scope)
    if not clause.conditions:
        return f"COUNT {{ {clause.text()} }}"
    backed = index_conditions(page.match, page.order[-1:], clause.scope)
    return f"COUNT {{ {clause.text(backed)} RETURN 1 AS x LIMIT {names.param(page.bounds.cover)} }}"


def count(names: Names, page: Page, scope: Scope) -> str:
    """`COUNT { MATCH (n1:Customer) WHERE ... RETURN 1 AS x LIMIT $p3 }`; all nodes of a type come from the store.

    Where rows of a whole type are tested, a bounded number of them, with how many were looked at:
    `CALL () { MATCH (n0:Person) WITH n0 LIMIT $p1 RETURN [count(CASE WHEN n0.city = $p0 THEN 1 END), count(*)] AS a0 }`
    """
    if page.match.full_text is not None:
        clause = match_clause(names, page.match, scope)
        met = " AND ".join(clause.conditions) or TRUE
        return scope.hoist(clause.scope, f"{clause.head} {_met(met)}")
    if knows_count(page.match):
        return f"COUNT {{ {match_clause(names, page.match, scope).text()} }}"
    clause, tests = narrow_clause(names, page.match, access(page.match, page.order), scope)
    backed = index_conditions(page.match, page.order[-1:], clause.scope)
    if not tests:
        return f"COUNT {{ {clause.text(backed)} RETURN 1 AS x LIMIT {names.param(page.bounds.count)} }}"
    looked = f"{clause.text(backed)} WITH {clause.scope.node} LIMIT {names.param(page.bounds.scan)}"
    return scope.hoist(clause.scope, f"{looked} {_met(tests)}")


def _met(tests: str) -> str:
    """How many rows pass, and how many there were."""
    return f"RETURN [count(CASE WHEN {tests} THEN 1 END), count(*)]"


def figures(names: Names, column: Figures, scope: Scope) -> str:
    """Figures over all nodes of the page's match, as subqueries in front of the row.

    ```
    CALL (n0) { MATCH ... RETURN [count(*), sum(n1.quantity), count(n1.quantity), min(n1.quantity)] AS a1 }
    CALL (n0) { MATCH ... WITH n1.currency AS c, sum(n1.net) AS s, count(n1.net) AS m, min(n1.net) AS l,
                max(n1.net) AS h WHERE m > 0 WITH c, s, m, l, h ORDER BY c RETURN collect([c, s, m, l, h]) AS a1 }
    ```
    """
    clause, head = _covered_rows(names, column.page, scope, counted=column.money is None and not column.fields)
    node = clause.scope.node
    if column.money is None:
        parts = ["count(*)", *(part for field in column.fields for part in _figure_parts(names, clause, field))]
        result = f"RETURN [{', '.join(parts)}]"
    else:
        amount = guarded(names, column.money.guard, clause.scope, f"{node}.{column.money.property.name}")
        sums = f"sum({amount}) AS s, count({amount}) AS m, min({amount}) AS l, max({amount}) AS h"
        grouped = f"WITH {node}.currency AS c, {sums} WHERE m > 0 WITH c, s, m, l, h ORDER BY c"
        result = f"{grouped} RETURN collect([c, s, m, l, h])"
    return scope.hoist(clause.scope, f"{head} {result}")


def _figure_parts(names: Names, clause: Clause, field: AggregateField) -> list[str]:
    what = guarded(names, field.guard, clause.scope, f"{clause.scope.node}.{field.property.name}")
    summed = [f"sum({what})", f"count({what})"] if field.property.scalar.summed else []
    return [*summed, f"min({what})", f"max({what})"]


def guarded(names: Names, guard: Predicate | None, scope: Scope, text: str) -> str:
    """`CASE WHEN EXISTS { MATCH (n0)-[:LINE_OF]->(n1) WHERE ... } THEN n0.unitCost END`, or the text as it is."""
    return text if guard is None else f"CASE WHEN {predicate(names, guard, scope)} THEN {text} END"
