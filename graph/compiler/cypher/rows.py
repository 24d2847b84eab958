"""Outputs become columns: each row is one list, each child a COLLECT subquery inside it."""

from __future__ import annotations

from graph.compiler.access import access, is_ranked, knows_count
from graph.compiler.cypher.matches import TRUE, Clause, has_label, match_clause, narrow_clause, predicate
from graph.compiler.cypher.names import Names, Scope
from graph.compiler.cypher.order import beyond, figure_calls, index_conditions, index_of, key_texts, order_by
from graph.compiler.layout import (
    Behind,
    Column,
    Count,
    Covered,
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
        case Covered(page=page):
            return _covered(names, page, scope)
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
    """What a reference leads to, the first of several nodes, or the nodes that ids name, each row with its id.

    ```
    CASE WHEN n1 IS NOT NULL THEN [n1.id, n1.name] END         behind OPTIONAL MATCH (n0)-[:MADE_BY]->(n1)
    COLLECT { MATCH (n0:Person) WHERE n0.id IN $p0 RETURN [n0.id, [n0.name]] }
    ```
    """
    clause = match_clause(names, column.match, scope)
    if column.one and column.one.is_joined:
        far = scope.join(clause.text(), clause.scope)
        return f"CASE WHEN {far.node} IS NOT NULL THEN {record_text(names, column.record, far)} END"
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
    COLLECT { MATCH (n1:Customer) USING INDEX n1:Customer(sellerId, since, id)
              WHERE n1.sellerId = n0.id AND n1.until IS NULL AND n1.since IS NOT NULL AND ...
              WITH n1 ORDER BY n1.sellerId, n1.since, n1.id LIMIT $p2 RETURN [[n1.since, n1.id], [n1.id]] }
    ```

    A page that tests rows of a whole type looks at `$p3` of them. Where it ends before it is full, the keys of the last
    row that it looked at come with it:

    ```
    CALL () { WITH COLLECT { MATCH (n0:Person) WHERE n0.nameKey IS NOT NULL AND n0.id IS NOT NULL
                             WITH n0 ORDER BY n0.nameKey, n0.id LIMIT $p3 WHERE n0.city = $p0
                             WITH n0 ORDER BY n0.nameKey, n0.id LIMIT $p1 RETURN [n0.id] } AS w
              RETURN [w, CASE WHEN size(w) < $p1 THEN COLLECT { MATCH ... WITH n0 ORDER BY n0.nameKey, n0.id
                                                                SKIP $p4 LIMIT 1 RETURN [...] } ELSE [] END] AS a0 }
    ```
    """
    if is_ranked(page):
        return _ranked_rows(names, page, scope)
    found = access(page.match, page.order)
    clause, tests = narrow_clause(names, page.match, found, scope, index_of(page.order, found.lead))
    row = clause.scope
    window = [
        beyond(names, page.order, row, position, ahead=ahead, inclusive=False)
        for position, ahead in ((page.window.after, True), (page.window.before, False))
        if position is not None
    ]
    backed = [] if window and not page.order[0].nullable else index_conditions(page.match, page.order[:-1], row)
    start = f"{clause.text([*window, *backed, *index_conditions(page.match, page.order[-1:], row)])} WITH {_all(row)}"
    lead = f"{row.node}.{found.lead}" if found.lead else None
    ordered = order_by(page.order, row, backward=page.window.backward, lead=lead)
    limit, bounds = names.param(page.window.limit), page.bounds
    record = _list(names, Layout(page_row(page)), row, page.order)
    if not tests:
        text = f"COLLECT {{ {start} {ordered} LIMIT {limit}{_in_order(row, record, ordered)} }}"
        return _placed(scope, clause, text)
    looked = f"{start} {ordered} LIMIT {names.param(bounds.scan)} WHERE {tests}"
    rows = f"COLLECT {{ {looked} WITH {_all(row)} {ordered} LIMIT {limit}{_in_order(row, record, ordered)} }}"
    keys = ", ".join(key_texts(page.order, row))
    last = f"COLLECT {{ {start} {ordered} SKIP {names.param(bounds.scan_before)} LIMIT 1 RETURN [{keys}] }}"
    stop = f"CASE WHEN size(w) < {limit} THEN {last} ELSE [] END"
    return scope.hoist(f"a{row.node[1:]}", f"WITH {rows} AS w RETURN [w, {stop}]")


def _ranked_rows(names: Names, page: Page, scope: Scope) -> str:
    """The rows of a page whose order is computed: all of its match are ranked, or none of too many of a whole type.

    `COLLECT { WITH ... MATCH (n0:Party) CALL (n0) { ... AS k0_0 } WITH n0, k0_0 ORDER BY k0_0 LIMIT $p2 ... }`
    """
    clause, calls, carried = _ranked(names, page, scope)
    row = clause.scope
    window = [
        beyond(names, page.order, row, position, ahead=ahead, inclusive=False)
        for position, ahead in ((page.window.after, True), (page.window.before, False))
        if position is not None
    ]
    late = f" WITH {carried} WHERE {' AND '.join(window)}" if window else ""
    ordered = order_by(page.order, row, backward=page.window.backward, lead=None)
    record = _list(names, Layout(page_row(page)), row, page.order)
    limit = names.param(page.window.limit)
    text = f"COLLECT {{ {calls}{late} WITH {carried} {ordered} LIMIT {limit}{_in_order(row, record, ordered)} }}"
    return _placed(scope, clause, text, aggregates=True)


def _ranked(names: Names, page: Page, scope: Scope) -> tuple[Clause, str, str]:
    """The clause of a page whose order is computed, its text with what computes it, and what a row carries."""
    clause, head = _covered_rows(names, page, scope)
    calls, figures = figure_calls(names, page.order, clause.scope)
    return clause, f"{head}{calls}", ", ".join([_all(clause.scope), *figures])


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
    return clause, f"WITH {_covered(names, page, scope)} AS c WHERE c < {names.param(page.bounds.cover)} {text}"


def _in_order(row: Scope, record: str, ordered: str) -> str:
    """The rows of a page behind its LIMIT. Behind joins the order is said again: the planner knows that they keep it,
    and would sort the page should it ever join in a way that does not."""
    return f"{row.returned(record)} {ordered}" if row.joins else row.returned(record)


def _all(scope: Scope) -> str:
    """The variables of a row."""
    return ", ".join(v for v in (scope.node, scope.edge, scope.score) if v)


def _behind(names: Names, column: Behind, scope: Scope) -> str:
    """`COLLECT { MATCH ... WHERE n1.nameKey <= $p0 AND (n1.nameKey < $p0 OR n1.id <= $p1) RETURN 1 LIMIT 1 }`; a page
    that tests rows of a whole type looks at as many here."""
    page, is_end = column.page, column.side == "before"
    position = (page.window.before if is_end else page.window.after) or ()
    if is_ranked(page):
        clause, calls, carried = _ranked(names, page, scope)
        near = beyond(names, page.order, clause.scope, position, ahead=is_end, inclusive=True)
        text = f"COLLECT {{ {calls} WITH {carried} WHERE {near} RETURN 1 AS x LIMIT 1 }}"
        return _placed(scope, clause, text, aggregates=True)
    clause, tests = narrow_clause(names, page.match, access(page.match, page.order), scope)
    row = clause.scope
    near = beyond(names, page.order, row, position, ahead=is_end, inclusive=True)
    text = clause.text([near, *index_conditions(page.match, page.order[-1:], row)])
    if tests:
        ordered = order_by(page.order, row, backward=not is_end, lead=None)
        text += f" WITH {_all(row)} {ordered} LIMIT {names.param(page.bounds.scan)} WHERE {tests}"
    return f"COLLECT {{ {text} RETURN 1 AS x LIMIT 1 }}"


def _covered(names: Names, page: Page, scope: Scope) -> str:
    """`COUNT { MATCH (n0:Purchase) WHERE n0.at >= $p0 RETURN 1 AS x LIMIT $p1 }`; the store counts a whole type."""
    clause, _ = narrow_clause(names, page.match, access(page.match, page.order), scope)
    if not clause.conditions:
        return f"COUNT {{ {clause.text()} }}"
    backed = index_conditions(page.match, page.order[-1:], clause.scope)
    return f"COUNT {{ {clause.text(backed)} RETURN 1 AS x LIMIT {names.param(page.bounds.cover)} }}"


def _count(names: Names, page: Page, scope: Scope) -> str:
    """`COUNT { MATCH (n1:Customer) WHERE ... RETURN 1 AS x LIMIT $p3 }`; all nodes of a type come from the store.

    Where rows of a whole type are tested, a bounded number of them, with how many were looked at:
    `CALL () { MATCH (n0:Person) WITH n0 LIMIT $p1 RETURN [count(CASE WHEN n0.city = $p0 THEN 1 END), count(*)] AS a0 }`
    """
    if page.match.full_text is not None:
        clause = match_clause(names, page.match, scope)
        met = " AND ".join(clause.conditions) or TRUE
        return scope.hoist(f"a{clause.scope.node[1:]}", f"{clause.head} {_met(met)}")
    if knows_count(page.match):
        return f"COUNT {{ {match_clause(names, page.match, scope).text()} }}"
    clause, tests = narrow_clause(names, page.match, access(page.match, page.order), scope)
    backed = index_conditions(page.match, page.order[-1:], clause.scope)
    if not tests:
        return f"COUNT {{ {clause.text(backed)} RETURN 1 AS x LIMIT {names.param(page.bounds.count)} }}"
    looked = f"{clause.text(backed)} WITH {clause.scope.node} LIMIT {names.param(page.bounds.scan)}"
    return scope.hoist(f"a{clause.scope.node[1:]}", f"{looked} {_met(tests)}")


def _met(tests: str) -> str:
    """How many rows pass, and how many there were."""
    return f"RETURN [count(CASE WHEN {tests} THEN 1 END), count(*)]"


def _figures(names: Names, column: Figures, scope: Scope) -> str:
    """Figures over all nodes of the page's match, as subqueries in front of the row.

    ```
    CALL (n0) { MATCH ... RETURN [count(*), sum(n1.quantity), count(n1.quantity), min(n1.quantity)] AS a1 }
    CALL (n0) { MATCH ... WITH n1.currency AS c, sum(n1.net) AS s, count(n1.net) AS m, min(n1.net) AS l,
                max(n1.net) AS h WHERE m > 0 WITH c, s, m, l, h ORDER BY c RETURN collect([c, s, m, l, h]) AS a1 }
    ```
    """
    clause, head = _covered_rows(names, column.page, scope, counted=column.money is None and not column.fields)
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
    return scope.hoist(name, f"{head} {result}")


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
