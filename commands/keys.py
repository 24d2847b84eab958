"""`customer-graph keys`: keys by which programs are known."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from enum import Enum
from typing import Annotated, Any, TypeVar

import typer

from access.api_keys import DAYS, OVERLAP, ApiKeys, Wish, in_days
from access.roles import ROLES, SCOPES
from access.viewer import LOCAL
from commands.connection import open_database, with_database
from commands.services import Services
from graph.api_keys import ApiKey
from graph.model.values import now_text

T = TypeVar("T")

keys = typer.Typer(
    name="keys",
    help="Manage the API keys by which programs are known. CUSTOMER_GRAPH_KEY_PEPPER switches them on.\n\n"
    "Example: customer-graph keys create --name 'Nightly export' --role service --scope read",
    no_args_is_help=True,
)

Role = Enum("Role", {name: name for name in ROLES}, type=str)  # type: ignore[misc]  # the roles there are
Scope = Enum("Scope", {name: name for name in SCOPES}, type=str)  # type: ignore[misc]  # the scopes there are

Id = Annotated[str, typer.Argument(help="Id of the key, cgk_ and 32 digits: its secret begins with it.")]
Days = Annotated[int | None, typer.Option(min=1, max=3650, help="It ends after so many days.")]
_PAGE = 200


@keys.command("create")
def create(
    context: typer.Context,
    name: Annotated[str, typer.Option(help="What it is for.")],
    role: Annotated[list[Role], typer.Option(help="As what it sees and writes; may be given several times.")],
    scope: Annotated[list[Scope] | None, typer.Option(help="What it may besides; a service needs one.")] = None,
    organisation: Annotated[
        list[str] | None, typer.Option(help="Limit it to this organisation: id or external key.")
    ] = None,
    party: Annotated[str | None, typer.Option(help="Whose key it is: id or external key.")] = None,
    days: Days = DAYS,
    no_expiry: Annotated[bool, typer.Option("--no-expiry", help="It does not end by itself.")] = False,
) -> None:
    """Make a key. Its secret goes to stdout, once; nobody can tell it again.

    Example: customer-graph keys create --name "Nightly export" --role service --scope read
    """
    wish = Wish(
        name=name,
        roles=[one.value for one in role],
        scopes=[one.value for one in scope or ()],
        organisations=organisation or None,
        party=party,
        expires_at=None if no_expiry or days is None else in_days(days),
    )
    _tell(*_with_keys(context, lambda found: found.create(wish, by=LOCAL.subject)))


@keys.command("list")
def list_all(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List all keys, the newest first, revoked and expired ones too.

    Example: customer-graph keys list
    """

    async def work(found: ApiKeys) -> list[ApiKey]:
        listed: list[ApiKey] = []
        while page := await found.listed(before=listed[-1].id if listed else None, limit=_PAGE):
            listed += page
        return listed

    for key in _with_keys(context, work):
        typer.echo(json.dumps(_shown(key), ensure_ascii=False) if as_json else _line(key))


@keys.command("rotate")
def rotate(
    context: typer.Context,
    id: Id,
    overlap_hours: Annotated[
        int, typer.Option(min=0, max=720, help="For how long the present secret still holds.")
    ] = OVERLAP // timedelta(hours=1),
    days: Days = None,
) -> None:
    """Give a key a new secret, which goes to stdout, once; the present one holds a little longer.

    Example: customer-graph keys rotate cgk_0199a6c2f0d07c3f8f52d8f0a1b2c3d4 --overlap-hours 48
    """
    overlap, expires_at = timedelta(hours=overlap_hours), None if days is None else in_days(days)
    _tell(*_with_keys(context, lambda found: found.rotate(id, overlap=overlap, expires_at=expires_at)))


@keys.command("revoke")
def revoke(context: typer.Context, id: Id) -> None:
    """End a key: services take none of its secrets any more, within the time that they remember keys.

    Example: customer-graph keys revoke cgk_0199a6c2f0d07c3f8f52d8f0a1b2c3d4
    """
    typer.echo(_line(_with_keys(context, lambda found: found.revoke(id))))


def _with_keys(context: typer.Context, work: Callable[[ApiKeys], Awaitable[T]]) -> T:
    services: Services = context.obj()
    with open_database(services) as settings:
        return with_database(settings, lambda database: work(services.keys(database)))


def _tell(key: ApiKey, secret: str) -> None:
    typer.echo(_line(key), err=True)
    typer.echo("This is its secret. It is shown once: keep it where secrets are kept.", err=True)
    typer.echo(secret)


def _line(key: ApiKey) -> str:
    """`cgk_0199… valid    service: read   until 2027-11-23   last used never   Nightly export`."""
    parts = (
        key.id,
        f"{_state(key):<8}",
        f"{','.join(key.roles)}{':' if key.scopes else ''}{','.join(key.scopes)}",
        f"until {key.expires_at or 'revoked'}",
        f"last used {key.last_used_at or 'never'}",
        key.name,
    )
    return "  ".join(parts)


def _state(key: ApiKey) -> str:
    if key.revoked_at is not None:
        return "revoked"
    return "valid" if key.holds(now_text()) else "expired"


def _shown(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "state": _state(key),
        "roles": key.roles,
        "scopes": key.scopes,
        "organisations": key.organisations,
        "party": key.party,
        "createdAt": key.created_at,
        "createdBy": key.created_by,
        "expiresAt": key.expires_at,
        "previousSecretUntil": key.previous_until,
        "revokedAt": key.revoked_at,
        "lastUsedAt": key.last_used_at,
    }
