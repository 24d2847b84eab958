"""`customer-graph duplicates`: parties that are likely one and the same, and why."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Annotated, Any

import typer

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
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List parties that are likely one and the same, with what speaks for and against it. Changes nothing.

    All parties are walked through, each with those that an index finds beside it. A large graph takes a while, and
    pairs are shown as they are found.

    Example: customer-graph duplicates --min-score 0.95 --limit 20
    """
    services: Services = context.obj()
    show = _json if as_json else _block

    async def work(database: Database) -> int:
        count = 0
        async for pair in _found(database, party, min_score, limit):
            typer.echo(show(pair))
            count += 1
        return count

    with open_database(services) as settings:
        count = with_database(settings, work)
    if not as_json:
        typer.echo("1 pair." if count == 1 else f"{count} pairs.")


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


def _block(pair: Candidate) -> str:
    """The score and both parties, and the reasons below them."""
    lines = (
        f"{pair.score:.2f}  {pair.party}  {pair.party_name}",
        f"      {pair.other}  {pair.other_name}",
        *(f"      {_told(reason)}" for reason in pair.reasons),
    )
    return "\n".join(lines) + "\n"


def _told(reason: Reason) -> str:
    """`+6.0 PHONE +842083555118`, or both values where they differ."""
    values = reason.value if reason.value == reason.other else f"{reason.value} | {reason.other}"
    return f"{reason.weight:+.1f} {reason.kind.name} {values}"


def _json(pair: Candidate) -> str:
    found: dict[str, Any] = asdict(pair)
    for reason in found["reasons"]:
        reason["kind"] = reason["kind"].name
    return json.dumps(found, ensure_ascii=False)
