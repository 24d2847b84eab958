"""The rules that follow from the model, type by type.

| rule | says |
|---|---|
| labels | a node has all labels of its type, and one type |
| id | the id begins with the prefix of its type |
| value | a property that needs a value has one; a derived one that is not defined for the type has none |
| key | the folded key beside a text is the folded text |
| search | the search text is that of the searchable properties |
| derived | a derived value or copy is what it is derived from |
| reference | a reference leads to at most one node, a needed one to exactly one |
| period | what is dated ends no earlier than it begins |
| shortcut | the shortcut edge of a role is there exactly while the role is open |
| rule | a rule of the domain holds that nobody may set aside |
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from graph.model.elements import Collection, NodeType, Reference, RelationshipType
from graph.model.model import Model
from graph.model.values import fold
from graph.writer.derived import LOCAL, derived_values
from graph.writer.erasing import ERASED_AT
from graph.writer.forms import SEARCH_TEXT, search_text
from graph.writer.rules import rules as domain_rules
from graph.writer.shortcuts import held


@dataclass(frozen=True, slots=True)
class GraphRule:
    """Two Cypher expressions over `n` that must be equal, or both null."""

    rule: str
    subject: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class ValueRule:
    """A stored property that must equal what `function` makes of others of the same node or relationship."""

    rule: str
    subject: str
    property: str
    needs: tuple[str, ...]
    function: Callable[..., object]


def node_rules(model: Model, node: NodeType) -> Iterator[GraphRule]:
    """What the database decides about the nodes of a concrete type."""
    labels = " AND ".join(f"n:{label}" for label in node.labels)
    others = [model.nodes[m].label for i in node.interfaces for m in model.interfaces[i].members if m != node.name]
    alone = "".join(f" AND NOT n:{label}" for label in others)
    yield _holds("labels", node.name, ":".join(node.labels), labels + alone, "labels(n)")
    yield from _stored(node)
    if node.read_only:
        # It tells of what was: what it refers to may be gone, and the copied id stays.
        return
    yield from _derived(model, node)
    for reference in node.references:
        yield from _reference(model, node, reference)
    yield from _shortcuts(model, node)
    for rule in domain_rules(model):
        if rule.node == node.name and rule.lasting and not rule.waivable:
            yield GraphRule("rule", f"{node.name}: {rule.sentence}", "null", rule.broken)


def relationship_rules(relationship: RelationshipType) -> Iterator[GraphRule]:
    """What the database decides about the relationships of a type; `n` is the relationship."""
    yield from _stored(relationship)


def value_rules(owner: NodeType | RelationshipType) -> Iterator[ValueRule]:
    """What follows from the properties of the node or relationship alone."""
    for item in owner.properties:
        if item.folded:
            yield ValueRule("key", f"{owner.name}.{item.key}", item.key, (item.name,), _folded)
    keys = tuple(p.key for p in owner.properties if p.searchable)
    if keys:
        yield ValueRule("search", f"{owner.name}.{SEARCH_TEXT}", SEARCH_TEXT, keys, lambda *k: search_text(k))
    for local in LOCAL:
        if local.type == owner.name:
            needs, subject = local.needs, f"{owner.name}.{local.property}"
            yield ValueRule("derived", subject, local.property, needs, _with_all(local.function))


def _stored(owner: NodeType | RelationshipType) -> Iterator[GraphRule]:
    yield GraphRule("id", owner.name, f"'{owner.prefix}_'", f"left(n.id, {len(owner.prefix) + 1})")
    for item in owner.properties:
        if not item.nullable:
            yield _holds("value", f"{owner.name}.{item.name}", "a value", f"n.{item.name} IS NOT NULL", "null")
    if owner.dated:
        yield _holds("period", owner.name, "since <= until", "coalesce(n.since <= n.until, true)", "n.until")


def _derived(model: Model, node: NodeType) -> Iterator[GraphRule]:
    defined = {ERASED_AT, *(local.property for local in LOCAL if local.type == node.name)}
    for derived in derived_values(model):
        if derived.type == node.name:
            defined.add(derived.property)
            subject = f"{node.name}.{derived.property}"
            yield GraphRule("derived", subject, derived.expression, f"n.{derived.property}")
    for reference in node.references:
        if reference.key:
            defined.add(reference.key)
            behind = f"head([(n)-[:{reference.step.type}]->(t{_labels(model, reference)}) | t.id])"
            yield GraphRule("derived", f"{node.name}.{reference.key}", behind, f"n.{reference.key}")
    for item in node.properties:
        if item.derived and item.nullable and item.key not in defined:
            yield GraphRule("value", f"{node.name}.{item.name}", "null", f"n.{item.name}")


def _reference(model: Model, node: NodeType, reference: Reference) -> Iterator[GraphRule]:
    """A reference leads to one node, or to none where it is not needed."""
    step, subject = reference.step, f"{node.name}.{reference.name}"
    left, right = ("<-", "-") if step.direction == "in" else ("-", "-" if step.direction == "both" else "->")
    where = " WHERE r.until IS NULL" if step.relationship else ""
    count = f"COUNT {{ (n){left}[r:{step.type}]{right}({_labels(model, reference)}){where} }}"
    listed = any(isinstance(f, Collection) and f.step == step for f in node.fields.values())
    if reference.is_needed:
        yield GraphRule("reference", subject, "1", count)
    elif not listed:
        yield GraphRule(
            "reference", subject, "'at most 1'", f"CASE WHEN {count} <= 1 THEN 'at most 1' ELSE {count} END"
        )


def _shortcuts(model: Model, node: NodeType) -> Iterator[GraphRule]:
    """A role node sees whether its shortcut is there; a party sees which of its shortcuts no open role holds."""
    for owner in model.nodes.values():
        if (role := owner.role) is None:
            continue
        ends = [f for f in (owner.fields[role.party], owner.fields[role.counterpart]) if isinstance(f, Reference)]
        party, counterpart = (e.step.type for e in ends)
        if node is owner:
            there = (
                f"EXISTS {{ MATCH (n)-[:{party}]->(party), (n)-[:{counterpart}]->(other)"
                f" WHERE EXISTS {{ (party)-[:{role.shortcut}]->(other) }} }}"
            )
            yield _holds("shortcut", node.name, f"a {role.shortcut} edge", f"n.until IS NOT NULL OR {there}", "null")
        if node in model.concrete(ends[0].target):
            stray = f"[(n)-[:{role.shortcut}]->(other) WHERE NOT {held(owner, role, 'n', 'other')} | other.id]"
            yield GraphRule("shortcut", f"{node.name}.{role.shortcut}", "[]", stray)
            once = f"COUNT {{ MATCH (n)-[:{role.shortcut}]->(other) RETURN DISTINCT other }}"
            yield GraphRule(
                "shortcut", f"{node.name}.{role.shortcut} once", once, f"COUNT {{ (n)-[:{role.shortcut}]->() }}"
            )


def _labels(model: Model, reference: Reference) -> str:
    return "" if reference.target == "Node" else f":{model.type(reference.target).label}"


def _holds(rule: str, subject: str, expected: str, condition: str, otherwise: str) -> GraphRule:
    """The condition is true of the node; `expected` says so in words, the expression `otherwise` what there is."""
    return GraphRule(rule, subject, f"'{expected}'", f"CASE WHEN {condition} THEN '{expected}' ELSE {otherwise} END")


def _folded(text: Any) -> str | None:
    return None if text is None else fold(str(text))


def _with_all(function: Callable[..., object]) -> Callable[..., object]:
    """The function, or None where one of its values is missing: that is another rule's finding."""
    return lambda *values: None if None in values else function(*values)
