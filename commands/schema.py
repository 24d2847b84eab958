"""`customer-graph schema`: the GraphQL schema as text."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Annotated

import typer

from commands.errors import ExitCode
from commands.services import Services


def schema(
    context: typer.Context,
    check: Annotated[
        Path | None, typer.Option(help="Compare with this file and show what differs.", exists=True, dir_okay=False)
    ] = None,
) -> None:
    """Print the schema that follows from the declarations, or compare it with a file (exit code 1 if it differs).

    Example: customer-graph schema --check schema.graphql
    """
    services: Services = context.obj()
    text = services.sdl()
    if check is None:
        typer.echo(text, nl=not text.endswith("\n"))
        return
    committed = check.read_text(encoding="utf-8")
    changes = list(
        difflib.unified_diff(committed.splitlines(), text.splitlines(), str(check), "declarations", lineterm="", n=1)
    )
    if changes:
        typer.echo("\n".join(changes))
        raise typer.Exit(ExitCode.FAILED)
    typer.echo(f"{check} is what the declarations say.")
