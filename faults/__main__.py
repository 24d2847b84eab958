"""`python -m faults`: clients write on the same parties while the database is killed and connections are cut."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
from argparse import Namespace
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from faults.clients import Clients, hot_parties
from faults.rounds import Rounds, Tally
from faults.victim import running, serving
from faults.writes import DRAWS, FEW

_KILL_SECONDS = 2.0
_CUT_SECONDS = 5.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs all rounds; 1 where something is lost, partial or broken, else 0."""
    parser = argparse.ArgumentParser(prog="python -m faults", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="of clients without a failure")
    parser.add_argument("--kills", type=int, default=20, help="rounds with a kill of the database")
    parser.add_argument("--cuts", type=int, default=6, help="rounds with connections that are cut")
    parser.add_argument("--imports", type=int, default=8, help="kills of the process that imports")
    parser.add_argument(
        "--quick", action="store_true", help="few kinds of writes, one process, and no check of the whole model"
    )
    parser.add_argument("--seed", type=int, default=None, help="what is drawn; another one each time if not given")
    given = parser.parse_args(arguments)
    given.seed = random.randrange(10**6) if given.seed is None else given.seed
    print(f"seed {given.seed}", flush=True)
    tally = asyncio.run(run(given))
    print(tally, flush=True)
    return 0 if tally.verdict else 1


async def run(given: Namespace) -> Tally:
    """Starts a database and a service of its own, runs the rounds, and ends both."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="customer-graph-faults-")))
        victim = await stack.enter_async_context(running(folder / "data"))
        service = await stack.enter_async_context(serving(victim, folder, 1 if given.quick else 2))
        hot = await hot_parties(service.send)
        clients = Clients(service.send, hot, given.seed, FEW if given.quick else DRAWS)
        dice = random.Random(given.seed)
        rounds = Rounds(victim.settings, service.relay, clients, dice)
        if given.seconds:
            await rounds.calm(given.seconds)
        for _ in range(given.kills):
            await rounds.kill(_KILL_SECONDS, victim)
        for _ in range(given.cuts):
            await rounds.cut(_CUT_SECONDS, cuts=20)
        if not given.quick:
            await rounds.check()
        if given.imports:
            await rounds.imports(given.imports, folder)
        return rounds.tally


if __name__ == "__main__":
    sys.exit(main())
