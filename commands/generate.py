"""`customer-graph generate`: a made-up graph of any size."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from commands.connection import open_database, with_database
from commands.progress import bar
from commands.services import Services
from graph.client import Database
from jobs.generator import Generated
from jobs.generator import generate as generated
from schema.declarations import model


def generate(
    context: typer.Context,
    parties: Annotated[int, typer.Option(help="How many persons, organisations and units.", min=20, max=10_000_000)],
    seed: Annotated[int, typer.Option(help="Another seed makes another graph.", min=0)] = 1,
) -> None:
    """Fill an empty database with a made-up graph: hubs, supply chains of five tiers, two purchases a person.

    The same number of parties and seed give the same graph.

    Example: CUSTOMER_GRAPH_DATA=./generated customer-graph generate --parties 10000 --seed 1
    """
    services: Services = context.obj()

    async def work(database: Database) -> Generated:
        with _shown() as progress:
            return await generated(database, model(), parties, seed, progress=progress)

    with open_database(services) as settings:
        tell(with_database(settings, work))


@contextmanager
def _shown() -> Iterator[Callable[[Generated], None] | None]:
    """A bar over all things on a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    with bar(console, "{task.fields[rate]:.0f}/s") as bars:
        task = bars.add_task("", total=None, rate=0)

        def show(state: Generated) -> None:
            bars.update(task, description=state.stage, completed=state.done, total=state.total, rate=state.rate)

        yield show


def tell(state: Generated) -> None:
    """Print how many there are of each type, and the rate."""
    table = Table("type", "made", box=None, header_style="bold")
    for name, amount in sorted(state.types.items()):
        table.add_row(name, str(amount))
    console = Console(highlight=False, soft_wrap=True)
    console.print(table)
    console.print(f"{state.written} nodes and relationships in {state.seconds:.1f} s, {state.rate:.0f}/s")
