"""`customer-graph duplicates`: parties that are likely one and the same, and why."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from commands.connection import open_database, with_database
from commands.services import Services
from graph.client import Database
from graph.duplicates import DEFAULT_SCORE, Candidate, Reason, candidates, candidates_of


def duplicates(
    context: typer.Context,
    party: Annotated[str | None, typer.Option(help="Only duplicates of the party with this id.")] = None,
    min_score: Annotated[
        float, typer.Option(min=0, max=1, help="How likely two parties must be one, from 0 to 1.")
    ] = DEFAULT_SCORE,
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after so many pairs.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line instead of a table.")] = False,
) -> None:
    """List parties that are likely one and the same, with what speaks for and against it. Changes nothing.

    All parties are walked through, each with those that an index finds beside it: a large graph takes a while, and
    `--json` prints each pair as it is found.

    Example: customer-graph duplicates --min-score 0.95 --limit 20
    """
    services: Services = context.obj()
    table = Table("party", "other", "score", "why", box=None, header_style="bold")
    print_pair: Callable[[Candidate], None] = _print_json if as_json else lambda pair: table.add_row(*_cells(pair))

    async def work(database: Database) -> int:
        count = 0
        async for pair in _found(database, party, min_score, limit):
            print_pair(pair)
            count += 1
        return count

    with open_database(services) as settings:
        count = with_database(settings, work)
    if not as_json:
        console = Console(highlight=False, soft_wrap=True)
        if count:
            console.print(table)
        console.print("1 pair." if count == 1 else f"{count} pairs.")


async def _found(
    database: Database, party: str | None, min_score: float, limit: int | None
) -> AsyncIterator[Candidate]:
    """The pairs that were asked for, `limit` at most."""
    if party is not None:
        for pair in await candidates_of(database, party, min_score=min_score, limit=limit):
            yield pair
        return
    position: str | None = None
    more, left = True, limit
    while more and left != 0:
        page = await candidates(database, after=position, first=min(left or _PAGE, _PAGE), min_score=min_score)
        for pair in page.candidates:
            yield pair
        position, more = page.position, page.has_more
        left = None if left is None else left - len(page.candidates)


_PAGE = 100


def _cells(pair: Candidate) -> tuple[str, ...]:
    why = "\n".join(_told(reason) for reason in pair.reasons)
    return f"{pair.party_name}\n{pair.party}", f"{pair.other_name}\n{pair.other}", f"{pair.score:.2f}", f"{why}\n"


def _told(reason: Reason) -> str:
    """`+6.0 PHONE +842083555118`, or both values where they differ."""
    values = reason.value if reason.value == reason.other else f"{reason.value} | {reason.other}"
    return f"{reason.weight:+.1f} {reason.kind.name} {values}"


def _print_json(pair: Candidate) -> None:
    found: dict[str, Any] = asdict(pair)
    for reason in found["reasons"]:
        reason["kind"] = reason["kind"].name
    typer.echo(json.dumps(found, ensure_ascii=False))
