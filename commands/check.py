"""`customer-graph check`: prove that the graph is consistent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import typer

from commands.connection import open_database, with_database
from commands.errors import ExitCode
from commands.services import Services
from graph.check import Finding
from graph.check import check as check_graph
from schema.declarations import model

_MIGRATED = frozenset({"schema", "migration"})
_NOT_IN_NODES = _MIGRATED | {"load"}


def check(context: typer.Context) -> None:
    """Prove that the graph is what the declarations say; the exit code is 1 if anything is found. Changes nothing.

    Looks for interrupted loads, missing constraints, indexes and migrations, wrong labels and ids, missing values and
    references, copies and derived values that differ from their source, shortcut edges without an open role, orphans
    and circles.

    Example: customer-graph check
    """
    services: Services = context.obj()
    with open_database(services) as settings:
        findings = with_database(settings, lambda database: check_graph(database, model()))
    for line in told(findings):
        typer.echo(line)
    if findings:
        raise typer.Exit(ExitCode.FAILED)
    typer.echo("The graph is consistent.")


def told(findings: Sequence[Finding]) -> Iterator[str]:
    """A line for each finding, its examples below it, and at the end what helps."""
    for finding in findings:
        times = "once" if finding.count == 1 else f"{finding.count} times"
        yield f"{finding.subject}: the rule {finding.rule!r} is broken {times}"
        for example in finding.examples:
            yield f"  {example.id}: should be {shown(example.expected)}, is {shown(example.found)}"
    if any(finding.rule in _MIGRATED for finding in findings):
        yield "Run: customer-graph migrate"
    if any(finding.rule not in _NOT_IN_NODES for finding in findings):
        yield "docs/model.md says what each type holds; mend the nodes named above."


def shown(value: object) -> str:
    """A value as people read it."""
    return "nothing" if value is None else str(value)
