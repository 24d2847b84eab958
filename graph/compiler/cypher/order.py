"""Order keys become ORDER BY and keyset conditions that the composite indexes of the orders can serve."""

from __future__ import annotations

from collections.abc import Sequence

from graph.compiler.cypher.matches import match_clause, property_text
from graph.compiler.cypher.names import Names, Scope
from graph.compiler.matching import Aggregated, Match, OrderKey, Param, Ref, Window


def key_texts(order: Sequence[OrderKey], scope: Scope) -> list[str]:
    """The expression of each key: a property, the score, or the variable that a figure was computed into."""
    found = []
    for index, key in enumerate(order):
        if isinstance(key.by, Ref):
            found.append(property_text(key.by, scope))
        elif isinstance(key.by, Aggregated):
            found.append(figure_name(scope, index))
        else:
            found.append(str(scope.score))
    return found


def figure_name(scope: Scope, index: int) -> str:
    """The variable of a computed key: `k3_0` beside node `n3`."""
    return f"k{scope.node[1:]}_{index}"


def figure_calls(names: Names, order: Sequence[OrderKey], scope: Scope) -> tuple[str, list[str]]:
    """The subqueries that compute the figures of an order, and their variables.

    `CALL (n0) { MATCH (n1:Purchase) WHERE n1.buyerId = n0.id AND n1.currency = $p0 RETURN sum(n1.net) AS k0_0 }`
    """
    calls, variables = [], []
    for index, key in enumerate(order):
        if isinstance(key.by, Aggregated):
            clause = match_clause(names, key.by.match, scope)
            what = property_text(key.by.ref, clause.scope) if key.by.ref else "*"
            name = figure_name(scope, index)
            calls.append(f" CALL ({scope.node}) {{ {clause.text()} RETURN {key.by.measure}({what}) AS {name} }}")
            variables.append(name)
    return "".join(calls), variables


def order_by(order: Sequence[OrderKey], scope: Scope, *, backward: bool, lead: str | None) -> str:
    """`ORDER BY n0.sellerId, n0.nameKey, n0.id`: an equality that leads the index leads here too; missing values of a
    nullable key come last in both directions."""
    parts: list[str] = []
    for key, text in zip(order, key_texts(order, scope), strict=True):
        direction = " DESC" if key.descending != backward else ""
        if key.nullable:
            parts.append(f"{text} IS NULL{' DESC' if backward else ''}")
        parts.append(f"{text}{direction}")
    if lead:
        parts.insert(0, lead + (" DESC" if order[0].descending != backward else ""))
    return "ORDER BY " + ", ".join(parts)


def index_conditions(match: Match, order: Sequence[OrderKey], scope: Scope) -> list[str]:
    """That the keys of an index-backed order are there, which lets the planner use the index: `n0.nameKey IS NOT NULL`.

    They are always there; saying so costs nothing. Only for sets that start from a label; a step is expanded.
    """
    starts_from_label = match.full_text is None and match.external_key is None
    starts_from_label = starts_from_label and (match.step is None or match.step.key is not None)
    if not starts_from_label or any(not isinstance(key.by, Ref) for key in order):
        return []
    return [f"{text} IS NOT NULL" for text in key_texts(order, scope)]


def index_of(order: Sequence[OrderKey], lead: str | None) -> tuple[str, ...]:
    """The properties of the index that serves an order behind an equality: `sellerId`, `since`, `id`."""
    first = order[0].by
    if lead is None or not isinstance(first, Ref):
        return ()
    return (lead, "id") if first.name == "id" else (lead, first.name, "id")


def inside(names: Names, order: Sequence[OrderKey], scope: Scope, window: Window) -> list[str]:
    """That a row lies between the cursors of a window: a condition for each cursor that is given."""
    cursors = ((window.after, True), (window.before, False))
    return [beyond(names, order, scope, at, ahead=ahead, inclusive=False) for at, ahead in cursors if at is not None]


def seeks(names: Names, order: Sequence[OrderKey], scope: Scope, window: Window) -> list[list[str]]:
    """The conditions of the two seeks behind a cursor along an index; none where the window begins with the index.

    `[[n0.since = $p0, n0.id > $p1], [n0.since > $p0, n0.id IS NOT NULL]]`: one seek would read all rows that share the
    cursor's first key, and there may be any number of them.
    """
    at, end = (window.before, window.after) if window.backward else (window.after, window.before)
    if at is None:
        return []
    (first, identity), (value, number) = key_texts(order, scope), (names.param(p) for p in at)
    far, near = (">" if key.descending == window.backward else "<" for key in order)
    bound = [] if end is None else [beyond(names, order, scope, end, ahead=window.backward, inclusive=False)]
    ties = [f"{first} = {value}", f"{identity} {near} {number}"]
    return [[*ties, *bound], [f"{first} {far} {value}", f"{identity} IS NOT NULL", *bound]]


def beyond(
    names: Names, order: Sequence[OrderKey], scope: Scope, position: Sequence[Param], *, ahead: bool, inclusive: bool
) -> str:
    """That a row lies behind a position (`ahead`: in the direction of the order), or in front of it.

    `n0.nameKey >= $p0 AND (n0.nameKey > $p0 OR n0.id > $p1)`: the first part lets the index seek. With `inclusive` the
    row at the position counts too.
    """
    texts = key_texts(order, scope)
    values = [names.param(p) for p in position]
    last = len(order) - 1
    found = ""
    for index in range(last, -1, -1):
        key, text, value = order[index], texts[index], values[index]
        up = key.descending != ahead
        strict = f"{text} {'>' if up else '<'} {value}"
        if index == last:
            found = f"{text} {'>=' if up else '<='} {value}" if inclusive else strict
        elif key.nullable:
            nulls = f"{text} IS NULL AND {value} IS NOT NULL" if ahead else f"{text} IS NOT NULL AND {value} IS NULL"
            same = f"({text} = {value} OR ({text} IS NULL AND {value} IS NULL))"
            found = f"({strict} OR ({nulls}) OR ({same} AND {found}))"
        else:
            loose = f"{text} {'>=' if up else '<='} {value}"
            found = f"{loose} AND ({strict} OR {found})"
            found = found if index == 0 else f"({found})"
    return found
