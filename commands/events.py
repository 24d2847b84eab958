"""`customer-graph events`: the outbox."""

from __future__ import annotations

from typing import Annotated

import typer

from commands.connection import open_database, with_database
from commands.services import Services
from graph.events import remove_events

events = typer.Typer(
    name="events",
    help="Look after the events that tell other systems what was changed.\n\n"
    "Example: customer-graph events prune --days 7",
    no_args_is_help=True,
)


@events.callback()
def root() -> None:
    """Keep `prune` a command of its own while it is the only one."""


@events.command("prune")
def prune(
    context: typer.Context,
    days: Annotated[
        int | None, typer.Option(min=1, help="Keep the events of so many days; else CUSTOMER_GRAPH_EVENT_DAYS.")
    ] = None,
) -> None:
    """Remove old events. `serve` does the same by itself; history stays.

    Example: customer-graph events prune --days 7
    """
    services: Services = context.obj()
    kept = days or services.event_days
    with open_database(services) as settings:
        count = with_database(settings, lambda database: remove_events(database, days=kept))
    typer.echo(f"Events older than {kept} days that were removed: {count}.")
