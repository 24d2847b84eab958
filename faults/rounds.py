"""Rounds of clients at work, each with a failure of its own, and each followed by the judge."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from faults.clients import Clients
from faults.imports import killed_imports
from faults.judge import Verdict, judge_graph, judge_writes, read
from faults.relay import Relay
from faults.victim import Victim, connected
from graph.check import check
from graph.client import DatabaseSettings
from schema.declarations import model

_LONGEST = 20.0
Failure = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Tally:
    """What came of all rounds so far."""

    rounds: int = 0
    acknowledged: int = 0
    verdict: Verdict = field(default_factory=Verdict)

    def __str__(self) -> str:
        """The line that the program ends with."""
        found = self.verdict
        return (
            f"rounds {self.rounds} acknowledged {self.acknowledged} lost {len(found.lost)} "
            f"partial {len(found.partial)} broken {len(found.broken)}"
        )


@dataclass(slots=True)
class Rounds:
    """Clients on a service that reaches its database through a relay, and what is done to that meanwhile. `settings`
    lead past the relay."""

    settings: DatabaseSettings
    relay: Relay
    clients: Clients
    dice: random.Random
    tally: Tally = field(default_factory=Tally)

    async def calm(self, seconds: float) -> None:
        """Nothing fails."""

        async def nothing() -> None:
            await asyncio.sleep(seconds)

        await self._round("calm", nothing)

    async def kill(self, seconds: float, victim: Victim) -> None:
        """The database is killed and started again, and the clients go on. The moment is drawn among those in which
        they get on: a database that has just started is busy with other things for a while."""

        async def killed() -> None:
            with suppress(TimeoutError):
                async with asyncio.timeout(_LONGEST):
                    await self.clients.get_on(self.dice.randrange(4, 24))
            await asyncio.sleep(self.dice.uniform(0, 0.1))
            await victim.kill()
            await victim.start()
            self.settings = victim.settings
            self.relay.uri = victim.settings.uri
            await asyncio.sleep(seconds)

        await self._round("kill", killed)

    async def cut(self, seconds: float, cuts: int) -> None:
        """Connections are cut: `cuts` of them at random moments, and more around commits."""

        async def severed() -> None:
            self.relay.lose_commits = 0.05
            for _ in range(cuts):
                await asyncio.sleep(self.dice.uniform(0, 2) * seconds / cuts)
                self.relay.lose_one(self.dice)
            self.relay.lose_commits = 0.0

        await self._round("cut", severed)

    async def check(self) -> None:
        """The rules of the model hold in the whole graph; asked once, for it takes long, and what breaks one stays."""
        async with connected(self.settings) as database:
            verdict = Verdict(broken=[f"check: {finding}" for finding in await check(database, model())])
        self.tally.verdict.add(verdict)
        tell("check", verdict)

    async def imports(self, kills: int, folder: Path) -> None:
        """Imports into the emptied database, one of them killed that often."""
        verdict = await killed_imports(self.settings, folder, kills, self.dice)
        self.tally.rounds += kills
        self.tally.verdict.add(verdict)
        tell(f"import: {kills} kills", verdict)

    async def _round(self, name: str, failure: Failure) -> None:
        """Clients at work while it fails; then every write is looked at, undecided ones are sent again, and the whole
        graph is looked at."""
        before, cuts = len(self.clients.ledger), self.relay.cuts
        async with self.clients.at_work():
            await failure()
        ledger = self.clients.ledger
        async with connected(self.settings) as database:
            verdict = judge_writes(await read(database, ledger), ledger)
            undecided = sum(write.state == "unknown" for write in ledger)
            await self.clients.settle()
            found = await read(database, ledger)
            verdict.add(judge_writes(found, ledger))
            verdict.add(judge_graph(found, ledger))
        verdict.broken += self.clients.amiss
        self.clients.amiss.clear()
        self.tally.rounds += 1
        self.tally.acknowledged = self.clients.acknowledged
        self.tally.verdict.add(verdict)
        tell(
            f"{name}: {len(ledger) - before} writes, {self.relay.cuts - cuts} connections cut, "
            f"{undecided} undecided and sent again",
            verdict,
        )


def tell(line: str, verdict: Verdict) -> None:
    """Prints a round, and what is wrong after it."""
    print(line, flush=True)
    for name in ("lost", "partial", "broken"):
        for sentence in getattr(verdict, name):
            print(f"  {name}: {sentence}", flush=True)
