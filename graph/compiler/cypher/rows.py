"""Outputs become columns: each row is one list, each child a COLLECT subquery inside it."""

from __future__ import annotations

from graph.compiler.access import Access, access, follows_index, is_ranked
from graph.compiler.cypher.matches import Clause, has_label, match_clause, narrow_clause
from graph.compiler.cypher.names import Names, Scope
from graph.compiler.cypher.order import beyond, index_conditions, index_of, inside, key_texts, order_by, seeks
from graph.compiler.cypher.sets import count, covered, figures, guarded, ranked
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
from graph.compiler.matching import OrderKey
from graph.compiler.plan import MatchedField, Page, Plan, Record


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
            return guarded(names, guard, scope, f"{scope.edge if on == 'edge' else scope.node}.{name}")
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
            return covered(names, page, scope)
        case Count(page=page):
            return count(names, page, scope)
        case Behind():
            return _behind(names, column, scope)
        case Figures():
            return figures(names, column, scope)


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
        ordered = order_by(column.one.order, clause.scope, backward=False, lead=None)
        limit = f" WITH {clause.scope.variables} {ordered} LIMIT 1"
    record = record_text(names, column.record, clause.scope)
    row = record if column.one else f"[{clause.scope.node}.id, {record}]"
    text = f"COLLECT {{ {clause.text()}{limit}{clause.scope.returned(row)} }}"
    return _placed(scope, clause, text)


def _placed(scope: Scope, clause: Clause, text: str, *, aggregates: bool = False) -> str:
    """The child's text, or where it aggregates somewhere inside, the variable of a subquery in front of the row."""
    if not (aggregates or clause.scope.calls):
        return text
    return scope.hoist(clause.scope, f"RETURN {text}")


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
    lead = f"{row.node}.{found.lead}" if found.lead else None
    ordered = order_by(page.order, row, backward=page.window.backward, lead=lead)
    start = _start(names, page, found, clause, scope, ordered)
    limit, bounds = names.param(page.window.limit), page.bounds
    record = _list(names, Layout(page_row(page)), row, page.order)
    if not tests:
        text = f"COLLECT {{ {start} {ordered} LIMIT {limit}{_in_order(row, record, ordered)} }}"
        return _placed(scope, clause, text)
    looked = f"{start} {ordered} LIMIT {names.param(bounds.scan)} WHERE {tests}"
    rows = f"COLLECT {{ {looked} WITH {row.variables} {ordered} LIMIT {limit}{_in_order(row, record, ordered)} }}"
    keys = ", ".join(key_texts(page.order, row))
    last = f"COLLECT {{ {start} {ordered} SKIP {names.param(bounds.scan_before)} LIMIT 1 RETURN [{keys}] }}"
    stop = f"CASE WHEN size(w) < {limit} THEN {last} ELSE [] END"
    return scope.hoist(row, f"WITH {rows} AS w RETURN [w, {stop}]")


def _start(names: Names, page: Page, found: Access, clause: Clause, around: Scope, ordered: str) -> str:
    """Where the rows of a window come from, up to the `WITH` that orders them; behind a cursor by two seeks.

    ```
    CALL () { MATCH (n0:Offer) WHERE n0.since = $p0 AND n0.id > $p1 RETURN n0 ORDER BY n0.since, n0.id LIMIT $p2
              UNION ALL MATCH (n0:Offer) WHERE n0.since > $p0 AND n0.id IS NOT NULL RETURN n0 ORDER BY ... } WITH n0
    ```
    """
    row, order = clause.scope, page.order
    if follows_index(found, order) and (parts := seeks(names, order, row, page.window)):
        limit = names.param(page.window.limit)
        texts = (f"{clause.text(part)} RETURN {row.variables} {ordered} LIMIT {limit}" for part in parts)
        return f"CALL ({around.node}) {{ {' UNION ALL '.join(texts)} }} WITH {row.variables}"
    window = inside(names, order, row, page.window)
    backed = index_conditions(page.match, order[:-1], row) if not window or order[0].nullable else []
    return f"{clause.text([*window, *backed, *index_conditions(page.match, order[-1:], row)])} WITH {row.variables}"


def _ranked_rows(names: Names, page: Page, scope: Scope) -> str:
    """The rows of a page whose order is computed: all of its match are ranked, or none of too many of a whole type.

    `COLLECT { WITH ... MATCH (n0:Party) CALL (n0) { ... AS k0_0 } WITH n0, k0_0 ORDER BY k0_0 LIMIT $p2 ... }`
    """
    clause, calls, carried = ranked(names, page, scope)
    row = clause.scope
    window = inside(names, page.order, row, page.window)
    late = f" WITH {carried} WHERE {' AND '.join(window)}" if window else ""
    ordered = order_by(page.order, row, backward=page.window.backward, lead=None)
    record = _list(names, Layout(page_row(page)), row, page.order)
    limit = names.param(page.window.limit)
    text = f"COLLECT {{ {calls}{late} WITH {carried} {ordered} LIMIT {limit}{_in_order(row, record, ordered)} }}"
    return _placed(scope, clause, text, aggregates=True)


def _in_order(row: Scope, record: str, ordered: str) -> str:
    """The rows of a page behind its LIMIT. Behind joins the order is said again: the planner knows that they keep it,
    and would sort the page should it ever join in a way that does not."""
    return f"{row.returned(record)} {ordered}" if row.joins else row.returned(record)


def _behind(names: Names, column: Behind, scope: Scope) -> str:
    """`COLLECT { MATCH ... WHERE n1.nameKey <= $p0 AND (n1.nameKey < $p0 OR n1.id <= $p1) RETURN 1 LIMIT 1 }`; a page
    that tests rows of a whole type looks at as many here."""
    page, is_end = column.page, column.side == "before"
    position = (page.window.before if is_end else page.window.after) or ()
    if is_ranked(page):
        clause, calls, carried = ranked(names, page, scope)
        near = beyond(names, page.order, clause.scope, position, ahead=is_end, inclusive=True)
        text = f"COLLECT {{ {calls} WITH {carried} WHERE {near} RETURN 1 AS x LIMIT 1 }}"
        return _placed(scope, clause, text, aggregates=True)
    clause, tests = narrow_clause(names, page.match, access(page.match, page.order), scope)
    row = clause.scope
    near = beyond(names, page.order, row, position, ahead=is_end, inclusive=True)
    text = clause.text([near, *index_conditions(page.match, page.order[-1:], row)])
    if tests:
        ordered = order_by(page.order, row, backward=not is_end, lead=None)
        text += f" WITH {row.variables} {ordered} LIMIT {names.param(page.bounds.scan)} WHERE {tests}"
    return f"COLLECT {{ {text} RETURN 1 AS x LIMIT 1 }}"


def _found(names: Names, output: MatchedField, scope: Scope) -> str:
    """`CASE WHEN any(t IN $p0 WHERE n0.nameKey CONTAINS t) THEN 'name' WHEN ... ELSE 'name' END`"""
    terms = names.param(output.terms)
    cases = [
        f"WHEN any(t IN {terms} WHERE {scope.node}.{item.key} CONTAINS t) THEN '{item.name}'"
        for item in output.properties
    ]
    return f"CASE {' '.join(cases)} ELSE '{output.properties[0].name}' END"
