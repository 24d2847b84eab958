"""What is left in the graph, compared with what clients were told.

| found | means |
|---|---|
| lost | a write that was acknowledged is not there, or an update of a version |
| partial | a part of a write is there, or of one that was refused |
| broken | something is there twice, a rule does not hold, or a client was told what it never should be |
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from access.viewer import LOCAL
from faults.writes import ORGANISATIONS, PERSONS, REQUEST, Write
from graph.client import Database
from graph.mutations.repeats import request_id

_MARK = re.compile(r"mark-\d+\.")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_OWN = frozenset({"Change", "Event", REQUEST, "Counter", "Lock", "Migration", "ExternalKey"})
_SECONDS = 120.0
Row = Mapping[str, Any]


@dataclass(slots=True)
class Verdict:
    """How much is lost, partial and broken, with a sentence for each."""

    lost: list[str] = field(default_factory=list)
    partial: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Whether everything is right."""
        return not (self.lost or self.partial or self.broken)

    def add(self, other: Verdict) -> None:
        """Takes what another one found as well."""
        self.lost += other.lost
        self.partial += other.partial
        self.broken += other.broken


@dataclass(slots=True)
class Found:
    """The graph as it is: nodes by label, relationships that have an id by type, and what each write left in it."""

    nodes: dict[str, list[Row]]
    relationships: dict[str, list[Row]]
    left: dict[str, Counter[str]]
    ids: dict[str, set[str]]


async def read(database: Database, ledger: Sequence[Write]) -> Found:
    """Reads all nodes and relationships:

    ```cypher
    MATCH (n) RETURN labels(n), properties(n)
    MATCH ()-[r]->() WHERE r.id IS NOT NULL RETURN type(r), properties(r)
    ```
    """
    found = Found({}, {}, {}, {})
    for labels, properties in await database.read("MATCH (n) RETURN labels(n), properties(n)", {}, seconds=_SECONDS):
        label = next(name for name in labels if name != "Party")
        found.nodes.setdefault(label, []).append(properties)
    for type, properties in await database.read(
        "MATCH ()-[r]->() WHERE r.id IS NOT NULL RETURN type(r), properties(r)", {}, seconds=_SECONDS
    ):
        found.relationships.setdefault(type, []).append(properties)
    _sort(found, {write.instant: write.mark for write in ledger})
    return found


def _sort(found: Found, instants: Mapping[str, str]) -> None:
    """Finds for every write what carries its mark."""
    owners: dict[str, set[str]] = {}
    for name, rows in (*found.nodes.items(), *found.relationships.items()):
        if name in _OWN:
            continue
        for row in rows:
            for mark in _marks(row.values(), instants):
                found.left.setdefault(mark, Counter())[name] += 1
                found.ids.setdefault(mark, set()).add(row["id"])
                owners.setdefault(row["id"], set()).add(mark)
    for change in found.nodes.get("Change", ()):
        kind = f"{change['kind']} {change['type']}"
        marks = _marks([change.get("after")], instants)
        if change["kind"] == "CREATED":
            marks = owners.get(change.get("relationshipId") or change.get("nodeId") or "", set())
        for mark in marks:
            found.left.setdefault(mark, Counter())[kind] += 1
    requests = {request_id(LOCAL.subject, mark): mark for mark in instants.values()}
    for request in found.nodes.get(REQUEST, ()):
        if request.get("at") is not None and (known := requests.get(request["id"])):
            found.left.setdefault(known, Counter())[REQUEST] += 1


def _marks(values: Iterable[object], instants: Mapping[str, str]) -> set[str]:
    texts = [value for value in values if isinstance(value, str)]
    marks = {mark for text in texts for mark in _MARK.findall(text)}
    return marks | {instants[at] for text in texts for at in _INSTANT.findall(text) if at in instants}


def judge_writes(found: Found, ledger: Sequence[Write]) -> Verdict:
    """Each write is there wholly, or not at all, as its client was told; one whose client was told nothing may be
    either."""
    verdict = Verdict()
    for write in ledger:
        left = found.left.get(write.mark, Counter())
        counts = {name: left[name] for name in write.leaves}
        told = f"{write.kind} {write.mark} ({write.state})"
        if any(counts[name] > n for name, n in write.leaves.items()):
            verdict.broken.append(f"{told} is there more than once: {counts}")
        elif any(counts.values()) and counts != dict(write.leaves) and not (write.idle and _key_alone(counts)):
            verdict.partial.append(f"{told} is there in part: {counts} of {dict(write.leaves)}")
        elif write.state == "acknowledged" and not any(counts.values()):
            verdict.lost.append(f"{told} is not there")
        elif write.state == "refused" and any(counts.values()):
            verdict.broken.append(f"{told} with {write.code} is there")
        elif write.state == "acknowledged" and write.makes and write.id not in found.ids[write.mark]:
            verdict.broken.append(f"{told} is another one than {write.id}")
    return verdict


def _key_alone(counts: Mapping[str, int]) -> bool:
    return all(n == (name == REQUEST) for name, n in counts.items())


def judge_graph(found: Found, ledger: Sequence[Write]) -> Verdict:
    """The graph as a whole, after every write is decided: counts, versions, history and events."""
    verdict = Verdict(broken=list(_counts(found, ledger)))
    verdict.lost += _updates(found, ledger)
    verdict.broken += _history(found)
    verdict.broken += _events(found)
    return verdict


def _counts(found: Found, ledger: Sequence[Write]) -> Iterator[str]:
    """There is as much of everything as was acknowledged, and what was there at first."""
    expected = Counter({"Organisation": ORGANISATIONS, "Product": ORGANISATIONS, "Person": PERSONS})
    for write in ledger:
        if write.state == "acknowledged":
            expected.update(write.leaves)
    # Customers have stages of their own too, where a purchase moves them.
    names = [n for n in expected if " " not in n and n != "CustomerStage"]
    for name in names:
        there = len(found.nodes.get(name, ())) + len(found.relationships.get(name, ()))
        if there != expected[name]:
            yield f"{name}: {there} are there, {expected[name]} were acknowledged"


def _updates(found: Found, ledger: Sequence[Write]) -> Iterator[str]:
    """The version and the counter of each hot party went up once for each update that was acknowledged."""
    updates = Counter(write.hot for write in ledger if write.hot is not None and write.state == "acknowledged")
    for label in ("Person", "Organisation"):
        for party in found.nodes.get(label, ()):
            if party["version"] != 1 + updates[party["id"]]:
                yield f"{label} {party['id']}: version {party['version']} after {updates[party['id']]} updates"
            counted = party.get("loyalWithinDays")
            if counted is not None and counted != updates[party["id"]]:
                yield f"{label} {party['id']} counted {counted} of {updates[party['id']]} updates"


def _history(found: Found) -> Iterator[str]:
    """Every node and relationship has a change for each of its versions."""
    changes: Counter[str] = Counter()
    for change in found.nodes.get("Change", ()):
        changes[change.get("relationshipId") or change["nodeId"]] += 1
    for name, rows in (*found.nodes.items(), *found.relationships.items()):
        for row in rows:
            if name not in _OWN and row["version"] != changes[row["id"]]:
                yield f"{name} {row['id']}: version {row['version']}, and {changes[row['id']]} changes"


def _events(found: Found) -> Iterator[str]:
    """Events are numbered without a gap, and tell of each change once."""
    events = found.nodes.get("Event", ())
    numbers = sorted(event["seq"] for event in events)
    [last] = [counter["seq"] for counter in found.nodes["Counter"] if counter["id"] == "events"]
    if numbers != list(range(numbers[0] if numbers else 1, last + 1)):
        yield f"{len(numbers)} events up to {last} are not numbered one after the other"
    told = Counter((event["kind"], event["type"], id) for event in events for id in event["nodeIds"])
    changes = found.nodes.get("Change", ())
    true = Counter((c["kind"], c["type"], c.get("relationshipId") or c["nodeId"]) for c in changes)
    if told != true:
        yield f"events and changes differ: {(told - true) + (true - told)}"
