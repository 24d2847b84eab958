"""What the search finds of a population: `python -m tests.graph.duplicates.measure 3 4` prints it for other seeds.

It writes to the empty database at NEO4J_TEST_URI, and leaves it empty.
"""

import asyncio
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graph.client import Database
from graph.duplicates import candidates
from graph.migrations import upgrade
from graph.writer.load import load, prepare
from schema.declarations import model
from tests.graph.duplicates.labelled import SINCE, Population, population
from tests.oracle.demo import left_as_found
from tests.support.scratch import given_database

BATCH = 4_000


@dataclass(frozen=True)
class Measured:
    """The pairs that a walk over all parties told, beside what is true."""

    population: Population
    found: tuple[frozenset[str], ...]

    @property
    def right(self) -> int:
        return len(self.population.pairs.keys() & set(self.found))

    @property
    def precision(self) -> float:
        """Of the pairs that were told, labelled or not, those that are one party."""
        return self.right / len(self.found)

    @property
    def recall(self) -> float:
        return self.right / len(self.population.pairs)

    @property
    def tables(self) -> str:
        """Markdown: what is found of each kind of pair."""
        rows = ["| second entry of a party | pairs | found |", "|---|---:|---:|"]
        rows += self._rows(self.population.pairs)
        rows += ["", "| somebody else | pairs | taken for one party |", "|---|---:|---:|"]
        return "\n".join((*rows, *self._rows(self.population.negatives)))

    def _rows(self, labelled: Mapping[frozenset[str], str]) -> Iterator[str]:
        found = set(self.found)
        told = Counter(kind for pair, kind in labelled.items() if pair in found)
        for kind, count in sorted(Counter(labelled.values()).items()):
            name = "as the demo company has it" if kind == "original" else kind
            yield f"| {name} | {count} | {told[kind]} |"
        yield f"| all | {len(labelled)} | {told.total()} |"


async def measured(database: Database, seed: int) -> Measured:
    """Writes the population of a seed into a database that holds no parties, and walks through it."""
    await upgrade(database, model())
    people = population(model(), seed)
    news = list(people.news())
    for start in range(0, len(news), BATCH):
        await load(database, prepare(model(), news[start : start + BATCH], at=SINCE), by="labelled")
    found: list[frozenset[str]] = []
    position, more = None, True
    while more:
        page = await candidates(database, after=position, first=100)
        found += [frozenset((c.party, c.other)) for c in page.candidates]
        position, more = page.position, page.has_more
    return Measured(people, tuple(found))


async def _print(seeds: list[int]) -> None:
    with given_database() as settings:
        database = await Database.connect(settings)
        for seed in seeds:
            async with left_as_found(database):
                result = await measured(database, seed)
            sys.stdout.write(f"| {seed} | {result.precision:.3f} | {result.recall:.3f} |\n\n{result.tables}\n\n")
        await database.close()


if __name__ == "__main__":
    asyncio.run(_print([int(seed) for seed in sys.argv[1:]]))
