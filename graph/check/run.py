"""The check: one pass over every type in bounded batches, all rules of the type at once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from graph.check.circles import closing_edges
from graph.check.findings import Finding, Findings
from graph.check.rules import GraphRule, ValueRule, node_rules, relationship_rules, value_rules
from graph.client import Database
from graph.contents import unfinished_loads, unfinished_merges
from graph.migrations import status
from graph.model.elements import NodeType, RelationshipType
from graph.model.model import Model
from graph.writer.work import EdgeState

_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class _Pass:
    """One walk over all nodes or relationships that match `pattern`, where `n` is what is checked.

    `values` names the properties that come back of each for the rules of this side.
    """

    subject: str
    pattern: str
    graph_rules: tuple[GraphRule, ...]
    value_rules: tuple[ValueRule, ...]
    values: tuple[str, ...]
    ends: bool = False

    @property
    def text(self) -> str:
        """A batch in the order of ids, and of each element what breaks a rule:

        ```cypher
        MATCH (n:Person) WHERE n.id > $after
        WITH n ORDER BY n.id LIMIT $size
        WITH n, [['per_', left(n.id, 4)], ...] AS pairs
        WITH n, [i IN range(0, size(pairs) - 1) WHERE coalesce(pairs[i][0] <> pairs[i][1],
          (pairs[i][0] IS NULL) <> (pairs[i][1] IS NULL)) | [i, pairs[i][0], pairs[i][1]]] AS broken
        RETURN max(n.id), collect([n.id, [n.name, n.nameKey], broken])
        ```
        """
        names = "a, b, n" if self.ends else "n"
        pairs = ", ".join(f"[{r.expected}, {r.found}]" for r in self.graph_rules)
        values = ", ".join((*(f"n.{name}" for name in self.values), *(("a.id", "b.id") if self.ends else ())))
        return (
            f"MATCH {self.pattern} WHERE n.id > $after\nWITH {names} ORDER BY n.id LIMIT $size\n"
            f"WITH {names}, [{pairs}] AS pairs\n"
            f"WITH {names}, [i IN range(0, size(pairs) - 1) WHERE coalesce(pairs[i][0] <> pairs[i][1], "
            "(pairs[i][0] IS NULL) <> (pairs[i][1] IS NULL)) | [i, pairs[i][0], pairs[i][1]]] AS broken\n"
            f"RETURN max(n.id), collect([n.id, [{values}], broken])"
        )

    @property
    def without_id(self) -> str:
        """Counts what no batch can reach: `MATCH (n:Person) WHERE n.id IS NULL RETURN count(n), min(elementId(n))`."""
        return f"MATCH {self.pattern} WHERE n.id IS NULL RETURN count(n), min(elementId(n))"


async def check(database: Database, model: Model, *, examples: int = 5, batch: int = 1000) -> list[Finding]:
    """Everything that is not as the model says; empty for a consistent graph.

    Reads `batch` nodes at a time, so a write meanwhile may show up as a finding that is gone at the next check. The
    relationships of acyclic types are held in memory, one type at a time. A finding has at most `examples` examples.
    """
    findings = Findings(examples)
    for load in await unfinished_loads(database):
        findings.add("load", load.name, load.name, "whole", f"interrupted. {load.advice}")
    for id, into in await unfinished_merges(database):
        findings.add("merge", id, id, f"one with {into}", "interrupted: merge it into that one once more")
    missing = await status(database, model)
    for name in missing.schema:
        findings.add("schema", name, name, "filled", "missing or not filled")
    for name in missing.migrations:
        findings.add("migration", name, name, "applied", "not applied")
    await _memberless(database, model, findings)
    for node in model.nodes.values():
        async for _ in _walk(database, _node_pass(model, node), batch, findings):
            pass
    for relationship in model.relationships.values():
        await _relationships(database, model, relationship, batch, findings)
    return list(findings)


async def _memberless(database: Database, model: Model, findings: Findings) -> None:
    """Nodes that have the label of an interface and of none of its types:

    ```cypher
    MATCH (n:Party) WHERE NOT n:Person AND NOT n:Organisation RETURN coalesce(n.id, elementId(n)), labels(n) LIMIT 1000
    ```
    """
    for interface in model.interfaces.values():
        none = " AND ".join(f"NOT n:{model.nodes[m].label}" for m in interface.members)
        text = f"MATCH (n:{interface.label}) WHERE {none} RETURN coalesce(n.id, elementId(n)), labels(n) LIMIT 1000"
        for id, labels in await database.read(text, {}, seconds=_SECONDS):
            findings.add("labels", interface.name, id, f"one of {', '.join(interface.members)}", labels)


def _node_pass(model: Model, node: NodeType) -> _Pass:
    values = tuple(value_rules(node))
    return _Pass(node.name, f"(n:{node.label})", tuple(node_rules(model, node)), values, _needed(values))


async def _relationships(
    database: Database, model: Model, type: RelationshipType, batch: int, findings: Findings
) -> None:
    source, target = model.type(type.source).label, model.type(type.target).label
    ends = GraphRule(
        "labels",
        type.name,
        f"'{source} to {target}'",
        f"CASE WHEN a:{source} AND b:{target} THEN '{source} to {target}' ELSE labels(a) + labels(b) END",
    )
    values = tuple(value_rules(type))
    needed = tuple(dict.fromkeys(("since", "until", *_needed(values))))
    rules = (ends, *relationship_rules(type))
    edges = []
    walk = _Pass(type.name, f"(a)-[n:{type.type}]->(b)", rules, values, needed, ends=True)
    async for id, held in _walk(database, walk, batch, findings):
        if type.acyclic:
            since, until, source_id, target_id = held[0] or "", held[1], held[-2], held[-1]
            edges.append(EdgeState(type, source_id, target_id, {"id": id, "since": since, "until": until}))
    for edge in closing_edges(edges):
        findings.add("circle", type.name, edge.id, "no circle", f"{edge.source} -> {edge.target} closes one")


async def _walk(
    database: Database, walk: _Pass, batch: int, findings: Findings
) -> AsyncIterator[tuple[str, Sequence[Any]]]:
    """Id and values of every element, after its rules were looked at."""
    [[count, first]] = await database.read(walk.without_id, {}, seconds=_SECONDS)
    for _ in range(count):
        findings.add("id", walk.subject, first, "an id", None)
    after: str | None = ""
    while after is not None:
        [[after, rows]] = await database.read(walk.text, {"after": after, "size": batch}, seconds=_SECONDS)
        for id, held, broken in rows:
            for place, expected, found in broken:
                rule = walk.graph_rules[place]
                findings.add(rule.rule, rule.subject, id, expected, found)
            _values(walk, id, dict(zip(walk.values, held, strict=False)) | {"id": id}, findings)
            yield id, held


def _values(walk: _Pass, id: str, held: dict[str, Any], findings: Findings) -> None:
    for rule in walk.value_rules:
        expected, found = rule.function(*(held[name] for name in rule.needs)), held[rule.property]
        if expected != found:
            findings.add(rule.rule, rule.subject, id, expected, found)


def _needed(rules: Sequence[ValueRule]) -> tuple[str, ...]:
    names = (name for rule in rules for name in (*rule.needs, rule.property))
    return tuple(dict.fromkeys(name for name in names if name != "id"))
