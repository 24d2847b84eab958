"""`customer-graph export` and `customer-graph restore`: the graph as a file, and the file as a graph."""

from __future__ import annotations

import gzip
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO, cast

import typer
from rich.console import Console

from commands.connection import open_database, with_database
from commands.progress import bar
from commands.services import Services
from graph.client import Database
from jobs.backup import Progress
from jobs.backup import export as exported
from jobs.backup import restore as restored
from schema.declarations import model

_STDOUT = "-"
_EFFORT = 5
"""How hard gzip tries: the next steps take twice the time for a few per cent."""


def export(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="File to write, compressed if it ends in .gz; - for standard output.")],
    type: Annotated[
        list[str] | None, typer.Option(help="Only nodes of this type, and what they refer to; may be repeated.")
    ] = None,
    party: Annotated[
        list[str] | None,
        typer.Option(help="Only this party (id or external key), its facts, and what they refer to; may be repeated."),
    ] = None,
) -> None:
    """Write the graph to a file of JSON Lines, also while others write to the graph; `restore` reads it.

    The file holds personal data. It appears under its name when it is whole.

    Example: customer-graph export backup.jsonl.gz
    """
    services: Services = context.obj()

    async def work(database: Database) -> Progress:
        with _output(file) as out, _shown() as progress:
            return await exported(database, model(), out, wanted=type or (), parties=party or (), progress=progress)

    with open_database(services) as settings:
        done = with_database(settings, work)
    _tell(done, "to standard output" if file == _STDOUT else f"to {file}")
    if type or party:
        _say(f"{done.outside} relationships lead out of the selection and were left out.")
        if done.moved:
            _say("The graph changed meanwhile: what was written in that time may be missing.")


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="File that export wrote.", exists=True, dir_okay=False)],
) -> None:
    """Load a file that `export` wrote into an empty database, which then holds the same graph.

    Example: CUSTOMER_GRAPH_DATA=./restored customer-graph restore backup.jsonl.gz
    """
    services: Services = context.obj()

    async def work(database: Database) -> Progress:
        with _shown() as progress:
            return await restored(database, model(), file, progress=progress)

    with open_database(services) as settings:
        _tell(with_database(settings, work), f"from {file}")


@contextmanager
def _output(file: str) -> Iterator[BinaryIO]:
    """Where the lines go: standard output, or a file for its owner alone, which gets its name at the end."""
    if file == _STDOUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = Path(file)
    part = path.with_name(f"{path.name}.part")
    try:
        with open(part, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as plain:
            if path.suffix == ".gz":
                with gzip.GzipFile("", "wb", _EFFORT, plain, 0) as packed:
                    yield cast("BinaryIO", packed)
            else:
                yield plain
            plain.flush()
            os.fsync(plain.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _shown() -> Iterator[Callable[[Progress], None] | None]:
    """A bar over everything on a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    with bar(console, "{task.fields[written]}, {task.fields[rate]:.0f}/s") as bars:
        task = bars.add_task("", total=None, written=0, rate=0)

        def show(state: Progress) -> None:
            bars.update(
                task,
                description=state.stage,
                completed=state.done,
                total=state.total,
                written=state.written,
                rate=state.rate,
            )

        yield show


def _tell(done: Progress, where: str) -> None:
    _say(
        f"{done.written} nodes and relationships and {done.events} events {where} in {done.seconds:.1f} s, "
        f"{done.rate:.0f}/s"
    )


def _say(text: str) -> None:
    Console(stderr=True, highlight=False, soft_wrap=True).print(text, markup=False)
