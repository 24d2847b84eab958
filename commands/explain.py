"""`customer-graph explain`: show how an operation is answered."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.syntax import Syntax

from access.viewer import LOCAL
from commands.connection import open_database, with_database
from commands.operations import OperationError, parse_variables
from commands.services import Services
from resolvers.executor.explain import Explanation
from resolvers.executor.prepared import InvalidRequestError
from resolvers.executor.request import Request


def explain(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="GraphQL document.", exists=True, dir_okay=False)],
    variables: Annotated[str, typer.Option(help="Variables as a JSON object.", metavar="JSON")] = "{}",
    operation: Annotated[str | None, typer.Option(help="Operation to run, if the document has several.")] = None,
) -> None:
    """Run the operation of a file and show plan, Cypher, what the database did, and what makes the answer.

    Example: customer-graph explain examples/queries/northwind-top-customer.graphql
    """
    services: Services = context.obj()
    asked = Request(file.read_text(encoding="utf-8"), parse_variables(variables), operation)
    with open_database(services) as settings:
        try:
            show(with_database(settings, lambda database: services.executor(database).explain(asked, LOCAL)))
        except InvalidRequestError as error:
            raise OperationError(reason=error) from None


def show(explanation: Explanation) -> None:
    """Print the parts under headings, the Cypher with colours on a terminal."""
    console = Console(highlight=False, soft_wrap=True)
    console.print("[bold]Plan[/]")
    console.print(explanation.plan, markup=False)
    console.print("\n[bold]Cypher[/]")
    if console.is_terminal:
        console.print(Syntax(explanation.cypher, "cypher", theme="ansi_dark", background_color="default"))
    else:
        console.print(explanation.cypher, markup=False)
    console.print("\n[bold]Parameters[/]")
    for name, value in explanation.parameters.items():
        console.print(f"${name} = {value!r}", markup=False)
    console.print("\n[bold]Operators[/]")
    console.print(explanation.operators, markup=False)
    console.print("\n[bold]Completer[/]")
    console.print(explanation.completer, markup=False)
    spent = f"{explanation.hits} database hits, {explanation.milliseconds:.0f} ms in the database"
    console.print(f"\nCost {explanation.cost}, {spent}")
