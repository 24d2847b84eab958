"""`customer-graph embedded`: look at the embedded database, stop it, and pin its files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from commands.errors import ExitCode
from commands.services import Services
from graph.embedded import progress_on, status, stop, write_lock

embedded = typer.Typer(
    name="embedded",
    help="Look at the embedded database, stop it, or pin the files of another version.\n\n"
    "Example: customer-graph embedded status",
    no_args_is_help=True,
)


@embedded.command("status")
def show_status(context: typer.Context) -> None:
    """Say whether the embedded database runs, and where; exit code 3 if it does not answer.

    Example: customer-graph embedded status
    """
    services: Services = context.obj()
    found = status(services.embedded)
    if found is None:
        typer.echo(f"Nothing runs on {services.embedded.data}.")
        raise typer.Exit(ExitCode.UNAVAILABLE)
    answers = "answers" if found.answers else "does not answer"
    typer.echo(f"Neo4j {found.version} {answers} at {found.uri} (data {found.data}, process {found.pid}).")
    if not found.answers:
        raise typer.Exit(ExitCode.UNAVAILABLE)


@embedded.command("stop")
def stop_it(context: typer.Context) -> None:
    """Stop the embedded database, whoever started it; what was written stays.

    Example: customer-graph embedded stop
    """
    services: Services = context.obj()
    data = services.embedded.data
    typer.echo(f"Stopped what ran on {data}." if stop(services.embedded) else f"Nothing runs on {data}.")


@embedded.command("lock")
def lock_version(
    version: Annotated[str, typer.Argument(help="Version of Neo4j, such as 5.26.30.")],
    file: Annotated[Path, typer.Argument(help="Lock file to write.", dir_okay=False)],
) -> None:
    """Fetch each jar of a version of Neo4j and write their hashes to a lock file; takes about two minutes.

    Example: customer-graph embedded lock 5.26.30 graph/embedded/locks/5.26.30.toml
    """
    write_lock(version, file, progress_on(sys.stderr))
