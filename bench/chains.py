"""`python -m bench.chains`: database hits of every walk along chains of referrals, in graphs of growing size.

Partners are picked by how many came through them, so that graphs of different sizes are asked for chains of one size.
What a walk counts must be what the generator made.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, cast

import server
from graph.client import Database, DatabaseSettings
from graph.contents import is_empty, replan
from graph.embedded import Endpoint, QuietProgress, open_embedded
from graph.migrations import upgrade
from graph.referrals import Programme, above, find_programme, levels, members, referrals, tree
from graph.writer.load import NewNode
from jobs.generator import generate
from jobs.generator.referrals import referrals as generated
from jobs.generator.world import World
from schema.declarations import model

SEED = 1
CHAINS = (100, 1_000, 10_000)
"""How many people come through the partners that are asked about, about."""
_MOST = 50_000
_FIRST = 25


@dataclass(frozen=True, slots=True)
class Figure:
    """One walk from one partner: how many people the chain has, and what the walk cost."""

    walk: str
    parties: int
    people: int
    db_hits: int
    milliseconds: int


class Watched:
    """A database whose reads are profiled; `hits` and `milliseconds` are those since `begin`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.hits = self.milliseconds = 0

    def begin(self) -> None:
        """Forgets what was read before."""
        self.hits = self.milliseconds = 0

    async def read(self, text: str, parameters: Mapping[str, Any]) -> list[list[Any]]:
        """The rows of a statement."""
        found = await self._database.profile(text, parameters)
        self.hits += found.hits
        self.milliseconds += found.milliseconds
        return found.rows

    async def run(self, text: str, parameters: Mapping[str, Any]) -> list[list[Any]]:
        """The same, where a transaction is expected."""
        return await self.read(text, parameters)

    async def read_together(self, work: Callable[[Any], Awaitable[Any]]) -> Any:
        """What several statements come to."""
        return await work(self)


class WrongCountError(Exception):
    """A walk counts other people than there are: what it costs would mean nothing."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Fills a database of each size, and walks."""
    parser = argparse.ArgumentParser(prog="python -m bench.chains", description=__doc__)
    parser.add_argument("--parties", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--data", type=Path, help="keep the databases here and use them again")
    parser.add_argument("--results", type=Path, default=Path(__file__).parent / "results")
    given = parser.parse_args(arguments)
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="customer-graph-chains-") as temporary:
        for parties in given.parties:
            folder = (given.data or Path(temporary)) / f"{parties}"
            settings = replace(server.load_settings().embedded(), data=folder, port=0, heap_mb=1024, page_cache_mb=1024)
            with open_embedded(settings, QuietProgress()) as endpoint:
                figures += asyncio.run(measured(endpoint, parties))
    given.results.mkdir(parents=True, exist_ok=True)
    (given.results / "chains.json").write_text(json.dumps([asdict(f) for f in figures], indent=1) + "\n", "utf-8")
    text = report(figures)
    (given.results / "chains.md").write_text(text, "utf-8")
    print(text)


async def measured(endpoint: Endpoint, parties: int) -> list[Figure]:
    """The walks from all partners of one graph."""
    database = await Database.connect(DatabaseSettings(endpoint.uri, endpoint.user, endpoint.password))
    try:
        if await is_empty(database, model()):
            await generate(database, model(), parties, SEED)
        await upgrade(database, model())
        await replan(database)
        world = World(model(), parties, SEED)
        programme = await find_programme(database, world.id("ReferralProgramme", 0))
        forest = Forest(world)
        found = []
        for people in CHAINS:
            partner = forest.partner(people, programme.levels)
            if partner is not None:
                found += await walks(database, programme, forest, partner, parties)
        return found
    finally:
        await database.close()


async def walks(database: Database, programme: Programme, forest: Forest, partner: str, parties: int) -> list[Figure]:
    """What each walk from a partner costs; WrongCountError where it counts other people than there are."""
    watched = Watched(database)
    asked, depth = cast("Database", watched), programme.levels
    counted = forest.counts(partner, depth)
    told = {level.level: level.people for level in await levels(asked, programme, partner, depth, most=_MOST)}
    if told != counted:
        raise WrongCountError(f"{partner}: {told} instead of {counted}")
    known: dict[str, Callable[[], Awaitable[object]]] = {
        "levels": lambda: levels(asked, programme, partner, depth, most=_MOST),
        "members, a page": lambda: members(asked, programme, partner, depth, first=_FIRST, most=_MOST),
        "referrals, a page": lambda: referrals(
            asked, programme, partner, 1, state=None, after="", first=_FIRST, most=_MOST
        ),
        "referrals of level 2, a page": lambda: referrals(
            asked, programme, partner, 2, state=None, after="", first=_FIRST, most=_MOST
        ),
        "tree": lambda: tree(asked, programme, partner, depth, first=_FIRST, most=_MOST),
        "above": lambda: above(asked, programme, partner, depth),
    }
    figures = []
    for name, walk in known.items():
        await walk()
        watched.begin()
        await walk()
        figures.append(Figure(name, parties, sum(counted.values()), watched.hits, watched.milliseconds))
        print(f"{parties} parties: {figures[-1]}", flush=True)
    return figures


class Forest:
    """The referrals of a world in memory."""

    def __init__(self, world: World) -> None:
        self._below: dict[str, list[str]] = {}
        for made in generated(world):
            for new in made:
                if isinstance(new, NewNode):
                    below = self._below.setdefault(str(new.references["referrer"]), [])
                    below.append(str(new.references["referred"]))

    def counts(self, party: str, depth: int) -> dict[int, int]:
        """How many there are at each level that has anybody."""
        found = Counter[int]()
        here = [party]
        for level in range(1, depth + 1):
            here = [below for above in here for below in self._below.get(above, ())]
            if here:
                found[level] = len(here)
        return dict(found)

    def partner(self, people: int, depth: int) -> str | None:
        """Whoever has a chain nearest to this size, with a page of own referrals; None where none is within a half."""
        near = {
            party: sum(self.counts(party, depth).values())
            for party, below in self._below.items()
            if _FIRST < len(below) <= people
        }
        best = min(near, key=lambda party: (abs(near[party] - people), party), default=None)
        return best if best is not None and abs(near[best] - people) < people / 2 else None


def report(figures: Sequence[Figure]) -> str:
    """A table for people: a row for each walk and size of chain."""
    sizes = sorted({figure.parties for figure in figures})
    lines = [
        "# What walks along chains of referrals cost",
        "",
        "Database hits by PROFILE, and in brackets how many people the chain has.",
        "",
        "| walk | chain | " + " | ".join(f"{size:,} parties" for size in sizes) + " |",
        "|---|---|" + "---:|" * len(sizes),
    ]
    for walk in dict.fromkeys(figure.walk for figure in figures):
        for people in CHAINS:
            cells = []
            for size in sizes:
                near = [
                    f for f in figures if f.walk == walk and f.parties == size and abs(f.people - people) < people / 2
                ]
                cells.append(f"{near[0].db_hits:,} ({near[0].people:,})" if near else "")
            if any(cells):
                lines.append(f"| {walk} | about {people:,} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
