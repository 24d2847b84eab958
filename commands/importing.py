"""`customer-graph import`: load files into the graph as a mapping says."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from commands.connection import open_database, with_database
from commands.errors import ExitCode
from commands.progress import bar
from commands.services import Services
from graph.client import Database, DatabaseSettings
from graph.migrations import upgrade
from jobs.importer import ImportReport, Step, import_folder
from jobs.importer import Progress as ShowStep
from schema.declarations import model


def import_files(
    context: typer.Context,
    mapping: Annotated[Path, typer.Argument(help="Mapping file (TOML).", exists=True, dir_okay=False)],
    folder: Annotated[
        Path | None,
        typer.Option(help="Folder of the files; the mapping's own by default.", exists=True, file_okay=False),
    ] = None,
    rejects: Annotated[
        Path, typer.Option(help="File for the rows that cannot be taken, with reasons.", dir_okay=False)
    ] = Path("rejects.csv"),
    mended: Annotated[
        Path | None,
        typer.Option(help="Mended rejects file, read instead of the folder.", exists=True, dir_okay=False),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the counts and write nothing to the graph.")] = False,
) -> None:
    """Load files into the graph as a mapping says; a second import of the same files changes nothing.

    Rows that cannot be taken are written to the rejects file by file, line and reason; all others load, and the exit
    code is 1.

    Example: customer-graph import examples/northwind/mapping.toml --folder ../shared/data/northwind
    """
    services: Services = context.obj()
    with open_database(services) as settings:
        report = load(settings, mapping, folder or mapping.parent, rejects=rejects, mended=mended, dry_run=dry_run)
    tell(report)
    raise typer.Exit(ExitCode.FAILED if report.rows.rejected else ExitCode.OK)


def load(
    settings: DatabaseSettings,
    mapping: Path,
    folder: Path,
    *,
    rejects: Path | None = None,
    mended: Path | None = None,
    dry_run: bool = False,
) -> ImportReport:
    """What the import did to a database that is brought up to date before; progress goes to stderr."""

    async def work(database: Database) -> ImportReport:
        await upgrade(database, model())
        with shown(f"Loading {mapping.parent.name}") as progress:
            return await import_folder(
                database, model(), mapping, folder, rejects=rejects, mended=mended, dry_run=dry_run, progress=progress
            )

    return with_database(settings, work)


@contextmanager
def shown(title: str) -> Iterator[ShowStep]:
    """A bar over all bytes on a terminal, and one line at the end elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        last: list[Step] = []
        yield last.append
        if last:
            console.print(f"{title}: {last[-1].rows} rows", highlight=False)
        return
    with bar(console, "{task.fields[rows]} rows, {task.fields[rate]:.0f}/s") as bars:
        task = bars.add_task(title, total=None, rows=0, rate=0)

        def show(step: Step) -> None:
            rate = step.rows / step.seconds if step.seconds else 0
            bars.update(task, completed=step.bytes_read, total=step.bytes_total, rows=step.rows, rate=rate)

        yield show


def tell(report: ImportReport) -> None:
    """Print what became of the rows, type by type, the rate, and the first values and rows that were not taken."""
    table = Table("type", "created", "updated", "unchanged", box=None, header_style="bold")
    for name, counts in sorted(report.types.items()):
        table.add_row(name, str(counts.created), str(counts.updated), str(counts.unchanged))
    console = Console(file=sys.stdout, highlight=False, soft_wrap=True)
    console.print(table)
    kept = "Nothing was kept (dry run): " if report.dry_run else ""
    console.print(f"{kept}{report.total} rows in {report.seconds:.1f} s, {report.rate:.0f} rows/s")
    for omission in report.omissions:
        console.print(f"{omission.file}:{omission.line}: left out: {omission.reason}", markup=False)
    if report.left_out > len(report.omissions):
        console.print(f"{report.left_out} values were left out; these are the first.", markup=False)
    for rejection in report.rejections:
        console.print(f"{rejection.file}:{rejection.line}: {rejection.reason}", markup=False)
    if report.rows.rejected:
        what = (
            "1 row was rejected; it is"
            if report.rows.rejected == 1
            else f"{report.rows.rejected} rows were rejected; they are"
        )
        console.print(f"{what} in {report.rejects}.", markup=False)
