"""What a database holds, as counts and one checksum, so that two databases can be told to be the same."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import neo4j
import orjson

# Locks are nodes that writers wait for: they tell nothing of the graph, and a backup has none.
_NODES = "MATCH (n) WHERE NOT n:Lock RETURN labels(n), properties(n)"
_RELATIONSHIPS = "MATCH (a)-[r]->(b) RETURN type(r), a.id, b.id, properties(r)"
_SCHEMA = "SHOW INDEXES YIELD name, state, type, entityType, labelsOrTypes, properties, owningConstraint RETURN *"
_OWN = {"Change": "id", "Migration": "at"}
"""What differs whenever the same graph is written again: a random id, and the time of the day."""


@dataclass(frozen=True, slots=True)
class State:
    """Nodes by their labels, relationships by type, and the sum of the hashes of all nodes, relationships, indexes."""

    counts: dict[str, int]
    checksum: str

    @property
    def items(self) -> int:
        """All nodes and relationships."""
        return sum(self.counts.values())


class DifferentGraphError(Exception):
    """Two databases that should hold the same graph do not: comparing times would mean nothing."""


def state(session: neo4j.Session) -> State:
    """Reads all that is in the database."""
    counts: Counter[str] = Counter()
    total = 0
    for labels, properties in session.run(_NODES):
        names = sorted(labels)
        counts[":".join(names)] += 1
        total += _hash([names, {k: v for k, v in properties.items() if k != _OWN.get(names[0])}])
    for type, source, target, properties in session.run(_RELATIONSHIPS):
        counts[type] += 1
        total += _hash([type, source, target, properties])
    for record in session.run(_SCHEMA):
        total += _hash(list(record.values()))
    return State(dict(sorted(counts.items())), f"{total % 2**128:032x}")


def check(first: State, second: State, same: Callable[[State], object] = lambda found: found) -> None:
    """Raises DifferentGraphError where the two are not the same in what is compared of them."""
    if same(first) != same(second):
        names = sorted(first.counts.keys() | second.counts.keys())
        both = {n: (first.counts.get(n, 0), second.counts.get(n, 0)) for n in names}
        different = {n: pair for n, pair in both.items() if pair[0] != pair[1]}
        raise DifferentGraphError(f"counts: {different or 'the same'}; {first.checksum}, {second.checksum}")


def _hash(value: Any) -> int:
    return int.from_bytes(hashlib.blake2b(orjson.dumps(value, option=orjson.OPT_SORT_KEYS), digest_size=16).digest())
