"""`customer-graph migrate`: bring the database to what this version needs."""

from __future__ import annotations

import typer

from commands.connection import open_database, with_database
from commands.services import Services
from graph.migrations import upgrade
from schema.declarations import model


def migrate(context: typer.Context) -> None:
    """Make the missing constraints and indexes, drop those that are no longer wanted, and run data migrations.

    `serve` does the same at every start; run it beforehand where a large graph must be ready first.

    Example: NEO4J_URI=bolt://localhost:7687 customer-graph migrate
    """
    services: Services = context.obj()
    with open_database(services) as settings:
        done = with_database(settings, lambda database: upgrade(database, model()))
    for what, names in (("created", done.created), ("dropped", done.dropped), ("migrated", done.migrated)):
        for name in names:
            typer.echo(f"{what:9}{name}")
    if done == type(done)():
        typer.echo("The database is up to date.")
