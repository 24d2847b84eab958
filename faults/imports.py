"""Imports that are killed and started again, beside one that is left alone: the graphs must be the same.

Compared is everything but what says when and in which pieces it was written: ids (nodes are named by the keys of their
source, relationships by their ends), instants of writing, and numbers of events. Versions and history are compared: a
row that was written before the kill is found unchanged by the next start, and gets no second version.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from faults.judge import Verdict
from faults.victim import connected
from graph.client import Database, DatabaseSettings
from schema.declarations import model

ROOT = Path(__file__).parent.parent
DEMO = ROOT / "examples" / "demo"
Graph = Counter[bytes]

_ID = re.compile(r"\b[a-z]{2,5}_[0-9a-f]{32}\b")
_WHEN = frozenset({"id", "createdAt", "updatedAt"})
_OUTSIDE = "Event|Counter|Lock|Migration|Request"
_EITHER_WAY = frozenset(type.name for type in model().relationships.values() if type.symmetric)
"""Relationships without a direction: they lead from the lower id to the higher one, and ids are drawn."""
_STEPS = {
    **{type.type: type.type for type in model().relationships.values() if type.symmetric},
    **dict.fromkeys(("CHANGE_OF", "CHANGE_TOWARDS"), "CHANGE_OF or CHANGE_TOWARDS"),
}
"""How relationships are called whose ends may be the other way round; a change itself tells which end is which."""
_SECONDS = 120.0


class ImportFailedError(Exception):
    """An import that nobody killed ended otherwise than it should."""


async def killed_imports(settings: DatabaseSettings, folder: Path, kills: int, dice: random.Random) -> Verdict:
    """Empties the database, imports the demo company twice, and compares the graphs: once undisturbed, once with that
    many kills and a start after each."""
    async with connected(settings) as database:
        await _empty(database)
        began = time.monotonic()
        await asyncio.to_thread(_import, settings, folder)
        whole = time.monotonic() - began
        undisturbed = await graph_of(database)
        await _empty(database)
        for _ in range(kills):
            # Python starts for a good part of the time, and nothing is written then.
            await asyncio.to_thread(_import, settings, folder, dice.uniform(0.2, 1.0) * whole)
        await asyncio.to_thread(_import, settings, folder)
        return compare(undisturbed, await graph_of(database))


def compare(undisturbed: Graph, killed: Graph) -> Verdict:
    """What the killed imports left out is lost, what they left besides is broken."""
    verdict = Verdict()
    for item, n in (undisturbed - killed).items():
        verdict.lost.append(f"import, {n} times: {item.decode()}")
    for item, n in (killed - undisturbed).items():
        verdict.broken.append(f"import, {n} times: {item.decode()}")
    return verdict


def _import(settings: DatabaseSettings, folder: Path, kill_after: float | None = None) -> None:
    """One process; raises ImportFailedError where it was left alone and did not import every row."""
    environment = {
        **os.environ,
        "NEO4J_URI": settings.uri,
        "NEO4J_USER": settings.user or "",
        "NEO4J_PASSWORD": settings.password or "",
    }
    words = ["import", str(DEMO / "mapping.toml"), "--rejects", str(folder / "rejects.csv")]
    with subprocess.Popen(
        [sys.executable, "server.py", *words],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        try:
            said, _ = process.communicate(timeout=kill_after)
        except subprocess.TimeoutExpired:
            process.kill()
            return
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise ImportFailedError(said.decode(errors="replace")[-2000:])


async def _empty(database: Database) -> None:
    text = "MATCH (n) WHERE NOT n:Counter|Migration CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS"
    await database.run_implicit(text)


async def graph_of(database: Database) -> Graph:
    """Every node and relationship, each as text that tells no id and no time of writing, and what events tell of:

    ```cypher
    MATCH (n) WHERE NOT n:Event|Counter|Lock|Migration|Request RETURN elementId(n), labels(n), properties(n)
    MATCH (a)-[r]->(b) RETURN elementId(a), type(r), properties(r), elementId(b)
    MATCH (k:ExternalKey)-[:IDENTIFIES]->(n) RETURN n.id, k.key
    MATCH (e:Event) UNWIND e.nodeIds AS id RETURN e.kind, e.type, id
    ```
    """
    text = f"MATCH (n) WHERE NOT n:{_OUTSIDE} RETURN elementId(n), labels(n), properties(n)"
    nodes = await database.read(text, {}, seconds=_SECONDS)
    text = "MATCH (a)-[r]->(b) RETURN elementId(a), type(r), properties(r), elementId(b)"
    links = await database.read(text, {}, seconds=_SECONDS)
    keys = await database.read("MATCH (k:ExternalKey)-[:IDENTIFIES]->(n) RETURN n.id, k.key", {}, seconds=_SECONDS)
    names: dict[str, str] = {id: key for id, key in keys}  # noqa: C416  # rows are lists
    ids: dict[str, str] = {element: held["id"] for element, _, held in nodes if "id" in held}
    for start, type, held, end in links:
        if "id" in held:
            ends = sorted(names.get(ids.get(place, ""), "?") for place in (start, end))
            names[held["id"]] = " ".join((type, *ends, str(held.get("since")), str(held.get("role"))))
    elements = {element: _text(labels, held, names) for element, labels, held in nodes}
    graph = Counter(elements.values())
    for start, type, held, end in links:
        both = (elements[start], elements[end])
        graph[_text([_STEPS.get(type) or type], held, names, *(sorted(both) if type in _STEPS else both))] += 1
    text = "MATCH (e:Event) UNWIND e.nodeIds AS id RETURN e.kind, e.type, id"
    events = await database.read(text, {}, seconds=_SECONDS)
    graph.update(_text(["Event", kind, type], {"of": id}, names) for kind, type, id in events)
    return graph


def _text(labels: list[str], held: Mapping[str, Any], names: Mapping[str, str], *ends: bytes) -> bytes:
    told = dict(_told(labels, held, names))
    if told.get("type") in _EITHER_WAY:
        told["nodeId"], told["targetId"] = sorted((told["nodeId"], told["targetId"]))
    return orjson.dumps([sorted(labels), told, *(end.decode() for end in ends)])


def _told(labels: list[str], held: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    """The properties in order, without ids and times of writing, and with names where they hold ids of others."""
    for name, value in sorted(held.items()):
        if name not in _WHEN and not (name == "at" and labels == ["Change"]):
            yield name, _ID.sub(lambda found: names.get(found[0], "?"), value) if isinstance(value, str) else value
