"""Matches become MATCH clauses with their conditions; predicates become expressions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from graph.compiler.access import Access
from graph.compiler.cypher.names import Names, Scope
from graph.compiler.matching import Both, Compare, Either, HasLabel, IsNull, Match, Negation, Predicate, Ref, Related
from graph.model.elements import NodeType

TRUE, FALSE = "true", "false"


@dataclass(frozen=True, slots=True)
class Clause:
    """The start of a subquery: its text up to the conditions, the conditions, and the variables it binds."""

    head: str
    conditions: tuple[str, ...]
    scope: Scope

    def text(self, extra: Iterable[str] = ()) -> str:
        """`MATCH (n0)-[e1:PART_OF]->(n1) WHERE e1.until IS NULL AND ...`"""
        found = [*self.conditions, *(e for e in extra if e != TRUE and e not in self.conditions)]
        return f"{self.head} WHERE {' AND '.join(found)}" if found else self.head


def match_clause(names: Names, match: Match, around: Scope | None, index: Sequence[str] = ()) -> Clause:
    """The clause of a match; `around` is the row that its step starts from, `index` the properties of the one to use.

    Composite indexes look alike to the planner: unless told, it would as soon sort all customers of a hub as read them
    in order, or seek a hub's purchases in place of one buyer's.

    ```
    MATCH (n0:Person)                                                        all of a type
    MATCH (n0)-[e1:REPORTS_TO]->(n1)                                         a step; the label only where it narrows
    MATCH (n1:Customer) WHERE n1.sellerId = n0.id AND n1.id IS NOT NULL      a keyed step, through the index on both
    MATCH (n1:Customer) USING INDEX n1:Customer(sellerId, since, id) WHERE ...            the same in the order of since
    MATCH (n1:Customer) USING INDEX n1:Customer(partyId, organisationId) WHERE ...        whether there is one in scope
    MATCH (:ExternalKey {key: $p0})-[:IDENTIFIES]->(n0:Party)                by the key of another system
    CALL db.index.fulltext.queryNodes('search', $p0, {limit: $p1}) YIELD node AS n0, score AS s0 WITH n0, s0
    ```
    """
    number = names.fresh()
    node = f"n{number}"
    own: list[str] = []
    scope = Scope(node)
    label = f":{match.target.label}" if match.target.labels else ""
    if match.full_text is not None:
        scope = Scope(node, score=f"s{number}")
        query, window = names.param(match.full_text.query), names.param(match.full_text.window)
        call = f"CALL db.index.fulltext.queryNodes('search', {query}, {{limit: {window}}})"
        head = f"{call} YIELD node AS {node}, score AS s{number} WITH {node}, s{number}"
    elif match.external_key is not None:
        key = names.param(match.external_key)
        head = f"MATCH (:ExternalKey {{key: {key}}})-[:IDENTIFIES]->({node}{label})"
    elif match.step is None:
        head = f"MATCH ({node}{label})"
    elif around is None:
        raise ValueError(f"the step to {match.target.name} starts nowhere")
    elif match.step.key is not None:
        head = f"MATCH ({node}{label})"
        index = index or match.index or ((match.step.key, "id") if match.step.also else ())
        pairs = ((match.step.key, match.step.near), *match.step.also)
        own.extend(f"{node}.{far} = {around.node}.{near}" for far, near in pairs)
        if not match.index:
            own.append(f"{node}.id IS NOT NULL")
    else:
        edge = f"e{number}" if match.relationship else ""
        scope = Scope(node, edge=edge or None)
        left, right = {"out": ("-", "->"), "in": ("<-", "-"), "both": ("-", "-")}[match.step.direction]
        implied = names.model.implies(match.step, match.target)
        far = node if implied else f"{node}{label}"
        head = f"MATCH ({around.node}){left}[{edge}:{match.step.type}]{right}({far})"
    own.extend(text for p in (*match.rules, *match.where) if (text := predicate(names, p, scope)) != TRUE)
    # Where nothing fits, Neo4j leaves the other conditions out, and refuses an index that none of them asks for.
    if index and FALSE not in own:
        head += f" USING INDEX {node}{label}({', '.join(index)})"
    return Clause(head, tuple(own), scope)


def narrow_clause(
    names: Names, match: Match, found: Access, around: Scope | None, index: Sequence[str] = ()
) -> tuple[Clause, str]:
    """The clause of what narrows a match, and the text of what is tested on each of its rows.

    `MATCH (n0:Person)` and `n0.nameKey CONTAINS $p0 AND n0.until IS NULL`; nothing is tested where all stands in the
    clause.
    """
    clause = match_clause(names, replace(match, rules=[], where=list(found.narrow)), around, index)
    return clause, " AND ".join(predicate(names, test, clause.scope) for test in found.tested)


def predicate(names: Names, condition: Predicate, scope: Scope) -> str:
    """The expression of a condition on the row's node or relationship.

    ```
    n0.nameKey CONTAINS $p0        e1.until IS NULL        (a OR b)        coalesce(NOT (a), true)
    EXISTS { MATCH (n0)<-[:BOUGHT_BY]-(n1) WHERE ... }
    ```
    """
    match condition:
        case Compare(ref=ref, op=op, param=param):
            return f"{property_text(ref, scope)} {op} {names.param(param)}"
        case IsNull(ref=ref, missing=missing):
            return f"{property_text(ref, scope)} {'IS NULL' if missing else 'IS NOT NULL'}"
        case Both(items=items):
            return _joined(names, items, scope, " AND ", neutral=TRUE, strong=FALSE)
        case Either(items=items):
            return _joined(names, items, scope, " OR ", neutral=FALSE, strong=TRUE)
        case Negation(item=item):
            return _negated(predicate(names, item, scope))
        case HasLabel(types=types):
            return has_label(types, scope.node)
        case Related():
            return _related(names, condition, scope)


def property_text(ref: Ref, scope: Scope) -> str:
    """`n0.nameKey` or `e0.since`."""
    return f"{scope.edge if ref.on == 'edge' else scope.node}.{ref.name}"


def has_label(types: tuple[NodeType, ...], node: str) -> str:
    """`(n0:Person OR n0:Organisation)`; false for no type at all."""
    if not types:
        return FALSE
    found = " OR ".join(f"{node}:{t.label}" for t in types)
    return f"({found})" if len(types) > 1 else found


def _joined(names: Names, items: tuple[Predicate, ...], scope: Scope, word: str, *, neutral: str, strong: str) -> str:
    found = [text for item in items if (text := predicate(names, item, scope)) != neutral]
    if strong in found:
        return strong
    if len(found) < 2:
        return found[0] if found else neutral
    return f"({word.join(found)})"


def _negated(text: str) -> str:
    """A condition on a missing value is not met, so its negation is."""
    if text in (TRUE, FALSE):
        return FALSE if text == TRUE else TRUE
    return f"coalesce(NOT ({text}), true)"


def _related(names: Names, condition: Related, scope: Scope) -> str:
    clause = match_clause(names, condition.match, scope)
    inner = predicate(names, condition.condition, clause.scope)
    match condition.quantifier:
        case "some":
            return f"EXISTS {{ {clause.text([inner])} }}" if inner != FALSE else FALSE
        case "none":
            return f"NOT EXISTS {{ {clause.text([inner])} }}" if inner != FALSE else TRUE
        case "all":
            return f"NOT EXISTS {{ {clause.text([_negated(inner)])} }}" if inner != TRUE else TRUE
        case "single":
            return f"COUNT {{ {clause.text([inner])} RETURN 1 AS x LIMIT 2 }} = 1"
