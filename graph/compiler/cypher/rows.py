"""Outputs become columns: each row is one list, each child a COLLECT subquery inside it."""

from __future__ import annotations

from graph.compiler.cypher.matches import TRUE, Clause, has_label, match_clause, predicate
from graph.compiler.cypher.names import Names, Scope
from graph.compiler.cypher.order import beyond, figure_calls, index_conditions, key_texts, order_by
from graph.compiler.layout import (
    Behind,
    Column,
    Count,
    Figures,
    Found,
    Inner,
    Keys,
    Layout,
    Rows,
    Score,
    Stored,
    Window,
    page_row,
)
from graph.compiler.matching import OrderKey, Predicate
from graph.compiler.plan import AggregateField, MatchedField, Page, Plan, Record


def statement(names: Names, plan: Plan) -> str:
    """The whole operation: one row, one column.

    `RETURN [COLLECT { MATCH (n0:Person) WHERE n0.id = $p0 RETURN [n0.id, n0.name] }] AS r`
    """
    scope = Scope("")
    row = _list(names, Layout(o for _, o in plan.outputs), scope, ())
    return f"{scope.returned(row)} AS r".lstrip()


def _list(names: Names, layout: Layout, scope: Scope, order: tuple[OrderKey, ...]) -> str:
    if layout.is_bare:
        return _column(names, layout.columns[0], scope, order)
    return "[" + ", ".join(_column(names, column, scope, order) for column in layout.columns) + "]"


def _column(names: Names, column: Column, scope: Scope, order: tuple[OrderKey, ...]) -> str:
    match column:
        case Stored(name=name, on=on, guard=guard):
            return _guarded(names, guard, scope, f"{scope.edge if on == 'edge' else scope.node}.{name}")
        case Keys():
            return "[" + ", ".join(key_texts(order, scope)) + "]"
        case Score():
            return str(scope.score)
        case Found(output=output):
            return _found(names, output, scope)
        case Inner(record=record):
            return record_text(names, record, scope)
        case Window(page=page):
            return _page_rows(names, page, scope)
        case Rows():
            return _child_rows(names, column, scope)
        case Count(page=page):
            return _count(names, page, scope)
        case Behind():
            return _behind(names, column, scope)
        case Figures():
            return _figures(names, column, scope)


def _guarded(names: Names, guard: Predicate | None, scope: Scope, text: str) -> str:
    """`CASE WHEN EXISTS { MATCH (n0)-[:LINE_OF]->(n1) WHERE ... } THEN n0.unitCost END`, or the text as it is."""
    return text if guard is None else f"CASE WHEN {predicate(names, guard, scope)} THEN {text} END"


def record_text(names: Names, record: Record, scope: Scope) -> str:
    """`[n0.id, n0.name]`; where the types differ `CASE WHEN n0:Person THEN [0, n0.id] ELSE [1, n0.id, n0.kind] END`."""
    lists = [_list(names, Layout(o for _, o in branch.outputs), scope, ()) for branch in record.branches]
    if len(lists) == 1:
        return lists[0]
    tagged = [f"[{index}{', ' if text != '[]' else ''}{text[1:]}" for index, text in enumerate(lists)]
    cases = [
        f"WHEN {has_label(branch.types, scope.node)} THEN {text}"
        for branch, text in zip(record.branches[:-1], tagged[:-1], strict=True)
    ]
    return f"CASE {' '.join(cases)} ELSE {tagged[-1]} END"


def _child_rows(names: Names, column: Rows, scope: Scope) -> str:
    """`COLLECT { MATCH (n0)-[:MADE_BY]->(n1) RETURN [n1.id, n1.name] }`; rows of `nodes(ids:)` start with their id."""
    clause = match_clause(names, column.match, scope)
    limit = ""
    if column.one and column.one.order:
        carried = ", ".join(v for v in (clause.scope.node, clause.scope.edge) if v)
        limit = f" WITH {carried} {order_by(column.one.order, clause.scope, backward=False, lead=None)} LIMIT 1"
    record = record_text(names, column.record, clause.scope)
    row = record if column.one else f"[{clause.scope.node}.id, {record}]"
    text = f"COLLECT {{ {clause.text()}{limit}{clause.scope.returned(row)} }}"
    return _placed(scope, clause, text)


def _placed(scope: Scope, clause: Clause, text: str, *, aggregates: bool = False) -> str:
    """The child's text, or where it aggregates somewhere inside, the variable of a subquery in front of the row."""
    if not (aggregates or clause.scope.calls):
        return text
    return scope.hoist(f"a{clause.scope.node[1:]}", f"RETURN {text}")


def _page_rows(names: Names, page: Page, scope: Scope) -> str:
    """The rows of a page's window, and one more where the page tells whether there are more.

    ```
    COLLECT { MATCH (n1:Customer) WHERE n1.sellerId = n0.id AND n1.until IS NULL AND n1.since IS NOT NULL AND ...
              WITH n1 ORDER BY n1.sellerId, n1.since, n1.id LIMIT $p2 RETURN [[n1.since, n1.id], [n1.id]] }
    ```
    """
    clause = match_clause(names, page.match, scope)
    calls, figures = figure_calls(names, page.order, clause.scope)
    window = [
        beyond(names, page.order, clause.scope, position, ahead=ahead, inclusive=False)
        for position, ahead in ((page.window.after, True), (page.window.before, False))
        if position is not None
    ]
    found = clause.scope
    carried = ", ".join(v for v in (found.node, found.edge, found.score, *figures) if v)
    if calls:
        late = f" WITH {carried} WHERE {' AND '.join(window)}" if window else ""
        start = f"{clause.text()}{calls}{late} WITH {carried}"
    else:
        backed = [] if window and not page.order[0].nullable else index_conditions(page.match, page.order[:-1], found)
        start = (
            f"{clause.text([*window, *backed, *index_conditions(page.match, page.order[-1:], found)])} WITH {carried}"
        )
    lead = f"{found.node}.{page.match.step.key}" if page.match.step and page.match.step.key else None
    ordered = order_by(page.order, found, backward=page.window.backward, lead=None if calls else lead)
    row = _list(names, Layout(page_row(page)), found, page.order)
    text = f"COLLECT {{ {start} {ordered} LIMIT {names.param(page.window.limit)}{found.returned(row)} }}"
    return _placed(scope, clause, text, aggregates=bool(calls))


def _behind(names: Names, column: Behind, scope: Scope) -> str:
    """`COLLECT { MATCH ... WHERE n1.nameKey <= $p0 AND (n1.nameKey < $p0 OR n1.id <= $p1) RETURN 1 LIMIT 1 }`"""
    page, is_end = column.page, column.side == "before"
    position = page.window.before if is_end else page.window.after
    clause = match_clause(names, page.match, scope)
    calls, figures = figure_calls(names, page.order, clause.scope)
    near = beyond(names, page.order, clause.scope, position or (), ahead=is_end, inclusive=True)
    if calls:
        carried = ", ".join(v for v in (clause.scope.node, clause.scope.edge, *figures) if v)
        text = f"COLLECT {{ {clause.text()}{calls} WITH {carried} WHERE {near} RETURN 1 AS x LIMIT 1 }}"
        return _placed(scope, clause, text, aggregates=True)
    backed = index_conditions(page.match, page.order[-1:], clause.scope)
    return f"COLLECT {{ {clause.text([near, *backed])} RETURN 1 AS x LIMIT 1 }}"


def _count(names: Names, page: Page, scope: Scope) -> str:
    """`COUNT { MATCH (n1:Customer) WHERE ... RETURN 1 AS x LIMIT $p3 }`; all nodes of a type come from the store."""
    clause = match_clause(names, page.match, scope)
    if page.match.full_text is not None:
        met = " AND ".join(clause.conditions) or TRUE
        name = f"a{clause.scope.node[1:]}"
        return scope.hoist(name, f"{clause.head} RETURN [count(CASE WHEN {met} THEN 1 END), count(*)]")
    if counts_from_store(page):
        return f"COUNT {{ {clause.text()} }}"
    backed = index_conditions(page.match, page.order[-1:], clause.scope)
    return f"COUNT {{ {clause.text(backed)} RETURN 1 AS x LIMIT {names.param(page.count_cap)} }}"


def counts_from_store(page: Page) -> bool:
    """Whether the store knows the count: all nodes of a type, nothing excluded."""
    match = page.match
    return not (match.step or match.external_key or match.full_text or match.where or match.rules)


def _figures(names: Names, column: Figures, scope: Scope) -> str:
    """Figures over all nodes of the page's match, as subqueries in front of the row.

    ```
    CALL (n0) { MATCH ... RETURN [count(*), sum(n1.quantity), count(n1.quantity), min(n1.quantity)] AS a1 }
    CALL (n0) { MATCH ... WITH n1.currency AS c, sum(n1.net) AS s, count(n1.net) AS m, min(n1.net) AS l,
                max(n1.net) AS h WHERE m > 0 WITH c, s, m, l, h ORDER BY c RETURN collect([c, s, m, l, h]) AS a1 }
    ```
    """
    clause = match_clause(names, column.page.match, scope)
    node = clause.scope.node
    name = f"a{node[1:]}"
    if column.money is None:
        parts = ["count(*)", *(part for field in column.fields for part in _figure_parts(names, clause, field))]
        result = f"RETURN [{', '.join(parts)}]"
    else:
        amount = _guarded(names, column.money.guard, clause.scope, f"{node}.{column.money.property.name}")
        figures = f"sum({amount}) AS s, count({amount}) AS m, min({amount}) AS l, max({amount}) AS h"
        grouped = f"WITH {node}.currency AS c, {figures} WHERE m > 0 WITH c, s, m, l, h ORDER BY c"
        result = f"{grouped} RETURN collect([c, s, m, l, h])"
    backed = (
        []
        if counts_from_store(column.page)
        else index_conditions(column.page.match, column.page.order[-1:], clause.scope)
    )
    return scope.hoist(name, f"{clause.text(backed)} {result}")


def _figure_parts(names: Names, clause: Clause, field: AggregateField) -> list[str]:
    what = _guarded(names, field.guard, clause.scope, f"{clause.scope.node}.{field.property.name}")
    summed = [f"sum({what})", f"count({what})"] if field.property.scalar.summed else []
    return [*summed, f"min({what})", f"max({what})"]


def _found(names: Names, output: MatchedField, scope: Scope) -> str:
    """`CASE WHEN any(t IN $p0 WHERE n0.nameKey CONTAINS t) THEN 'name' WHEN ... ELSE 'name' END`"""
    terms = names.param(output.terms)
    cases = [
        f"WHEN any(t IN {terms} WHERE {scope.node}.{item.key} CONTAINS t) THEN '{item.name}'"
        for item in output.properties
    ]
    return f"CASE {' '.join(cases)} ELSE '{output.properties[0].name}' END"
