"""`customer-graph check`: prove that the graph is consistent."""

from __future__ import annotations

import typer

from commands.connection import open_database, with_database
from commands.errors import ExitCode
from commands.services import Services
from graph.migrations import status
from schema.declarations import model


def check(context: typer.Context) -> None:
    """Look for missing constraints, indexes and migrations; the exit code is 1 if anything is found. Changes nothing.

    Example: customer-graph check
    """
    services: Services = context.obj()
    with open_database(services) as settings:
        found = with_database(settings, lambda database: status(database, model()))
    for name in found.schema:
        typer.echo(f"missing constraint or index: {name}")
    for name in found.migrations:
        typer.echo(f"missing migration: {name}")
    if not found.ready:
        typer.echo("Run: customer-graph migrate")
        raise typer.Exit(ExitCode.FAILED)
    typer.echo("The graph is consistent.")
