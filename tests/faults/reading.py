"""The graph as it is, in the form of the story: what clients know of it, without instants of writing."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from graph.client import Database
from graph.events import last_position, read_events
from graph.model.elements import NodeType, Property, RelationshipType
from graph.model.model import Model
from tests.faults.story import ROLES, Story

_NODES = """
MATCH (n) WHERE n.id IS NOT NULL AND NOT elementId(n) IN $before AND NOT n:Change|Counter|Lock|Request|Migration
RETURN labels(n), properties(n), COLLECT { MATCH (n)-[r]->(m) WHERE r.id IS NULL RETURN [type(r), m.id] }"""
_LINKS = """
MATCH (a)-[r]->(b) WHERE r.id IS NOT NULL AND NOT elementId(a) IN $before RETURN type(r), properties(r), a.id, b.id"""
_CHANGES = """
MATCH (c:Change) WHERE NOT elementId(c) IN $before
RETURN c.type, c.kind, coalesce(c.relationshipId, c.nodeId)"""
SHORTCUTS = {"Employment": "WORKS_FOR", "Customer": "CUSTOMER_OF"}
Items = Counter[tuple[Any, ...]]


@dataclass
class Graph:
    """Nodes and relationships, shortcuts, the sums of purchases, the kinds of changes, and what events tell."""

    items: Items
    shortcuts: set[tuple[str, str, str]]
    sums: Mapping[str, tuple[Any, ...]]
    changes: Counter[tuple[str, str]]


async def told_by(database: Database, start: int) -> Counter[tuple[str, str]]:
    """Type and kind of everything that the outbox tells of since a position; it has no gap."""
    events = await read_events(database, start, limit=10_000)
    assert [event.seq for event in events] == list(range(start + 1, await last_position(database) + 1))
    return Counter((event.type, event.kind) for event in events for _ in event.ids)


async def read_graph(database: Database, model: Model, before: list[str], known: set[str]) -> Graph:
    """The graph without what was there before; the ids that are not known are left out."""
    rows = await database.read(_CHANGES, {"before": before})
    kinds: dict[str, list[str]] = {}
    for _, kind, id in rows:
        kinds.setdefault(id, []).append(kind)
    graph = Graph(Counter(), set(), {}, Counter((type, kind) for type, kind, _ in rows))
    sums = {}
    by_label = {type.label: type for type in model.nodes.values()}
    for labels, held, leading in await database.read(_NODES, {"before": before}):
        type = next(by_label[label] for label in labels if label in by_label)
        own = {r.step.type: r.name for r in type.references if r.step.relationship is None}
        ends = {own[step]: id for step, id in leading if step in own}
        graph.items[item(held["id"], known, type, held, ends, kinds)] += 1
        graph.shortcuts |= {(held["id"], step, id) for step, id in leading if step in SHORTCUTS.values()}
        if type.name == "Purchase":
            assert held["net"] == held["gross"] - held["refunded"]
            sums[held["id"]] = tuple(shown(type.stored(name), held) for name in ("gross", "refunded"))
    by_step = {type.type: type for type in model.relationships.values()}
    for step, held, source, target in await database.read(_LINKS, {"before": before}):
        ends = {"source": source, "target": target}
        graph.items[item(held["id"], known, by_step[step], held, ends, kinds)] += 1
    graph.sums = sums
    return graph


def item(
    id: str,
    known: set[str],
    type: NodeType | RelationshipType,
    held: Mapping[str, Any],
    ends: Mapping[str, str],
    kinds: Mapping[str, list[str]],
) -> tuple[Any, ...]:
    values = {p.name: shown(p, held) for p in type.properties if not (p.derived or p.hidden)}
    there = frozenset((name, value) for name, value in values.items() if value is not None)
    name = id if id in known else ""
    return (name, type.name, there, frozenset(ends.items()), held["version"], tuple(sorted(kinds.get(id, ()))))


def shown(field: Property, held: Mapping[str, Any]) -> Any:
    """Numbers as numbers, all else as it is stored."""
    decode, value = field.scalar.decode, held.get(field.name)
    decoded = decode(value) if value is not None and decode else value
    return Decimal(decoded) if isinstance(value, int) and isinstance(decoded, str) else decoded


def told(story: Story) -> Graph:
    """What the story says that the graph should hold."""
    graph = Graph(Counter(), set(), {id: story.sums(id) for id in story.of("Purchase")}, story.history())
    for id, thing in story.items.items():
        name = "" if id.startswith("story-") else id
        values, ends = frozenset(thing.values.items()), frozenset(thing.ends.items())
        # Every change counts a version on; history has one entry for each.
        graph.items[name, thing.type, values, ends, len(thing.changes), tuple(sorted(thing.changes))] += 1
        if thing.type in ROLES and thing.is_open:
            party, counterpart = (thing.ends[end] for end in ROLES[thing.type])
            graph.shortcuts.add((party, SHORTCUTS[thing.type], counterpart))
    return graph
