"""The command `customer-graph`: its subcommands, and how it is run."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from commands.backup import export, restore
from commands.check import check
from commands.duplicates import duplicates
from commands.embedded import embedded
from commands.errors import EXIT_CODES, ExitCode, exit_code, report
from commands.events import events
from commands.explain import explain
from commands.generate import generate
from commands.importing import import_files
from commands.keys import keys
from commands.migrate import migrate
from commands.query import query
from commands.schema import schema
from commands.serve import serve
from commands.services import Services

cli = typer.Typer(
    name="customer-graph",
    help="A graph of customers, organisations, products and purchases, served through GraphQL.",
    epilog=f"Settings come from the environment and from .env: docs/settings.md. {EXIT_CODES}",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


@cli.callback()
def root(
    verbose: Annotated[bool, typer.Option("--verbose", help="Show the traceback of a failure.")] = False,
) -> None:
    """Declare what every command has; `run` takes `--verbose` out of the arguments, so that it may stand anywhere."""


for name, command in (
    ("serve", serve),
    ("import", import_files),
    ("export", export),
    ("restore", restore),
    ("generate", generate),
    ("query", query),
    ("explain", explain),
    ("schema", schema),
    ("migrate", migrate),
    ("check", check),
    ("duplicates", duplicates),
):
    cli.command(name)(command)
cli.add_typer(embedded)
cli.add_typer(events)
cli.add_typer(keys)


def run(services: Callable[[], Services], arguments: Sequence[str] | None = None) -> ExitCode | int:
    """Run one command line and return its exit code; failures are told on stderr, never raised."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    verbose = "--verbose" in given
    command = typer.main.get_command(cli)
    try:
        command.main([word for word in given if word != "--verbose"], prog_name="customer-graph", obj=services)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else ExitCode.OK
    except Exception as error:
        report(error, verbose=verbose)
        return exit_code(error)
    return ExitCode.OK
