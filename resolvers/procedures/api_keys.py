"""`apiKeys`, `createApiKey`, `rotateApiKey` and `revokeApiKey`: for administrators alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import strawberry
import structlog
from strawberry.types.field import StrawberryField

from access.api_keys import DAYS, OVERLAP, ApiKeys, Wish, in_days
from access.roles import ROLES, SCOPES
from graph.api_keys import ApiKey, ApiKeysOffError
from graph.compiler.planner.context import PageSizeError
from graph.errors import CustomerGraphError
from graph.model.scalars import INSTANT
from graph.model.values import now_text
from graph.mutations.drafts import name_of
from graph.mutations.refusals import refusal
from resolvers.procedures.base import Call, NodeRef, Payload, Procedure
from resolvers.types.inputs import user_error
from resolvers.types.objects import node_by, object_type
from resolvers.types.registry import Registry, Type, argument, field, input_field, many, optional, set_fields

_log = structlog.get_logger(__name__)
_ACTION = "manage API keys"
_HOURS = OVERLAP // timedelta(hours=1)


def _keys(call: Call) -> ApiKeys:
    """The keys, for an administrator; raises NotAllowedError and ApiKeysOffError."""
    call.viewer.must_administer(_ACTION)
    if call.keys is None:
        raise ApiKeysOffError
    return call.keys


async def _list(call: Call) -> list[Payload]:
    first = call.arguments.get("first")
    limit = call.limits.page_default if first is None else first
    if not 0 <= limit <= call.limits.page_max:
        raise PageSizeError(argument="first", actual=limit, limit=call.limits.page_max)
    found = await _keys(call).listed(before=call.arguments.get("after"), limit=limit)
    return [_key_value(key) for key in found]


async def _create(call: Call) -> Payload:
    given = call.arguments["input"]
    organisations, party = given.get("organisations"), given.get("party")

    async def work() -> tuple[ApiKey, str | None]:
        wish = Wish(
            name=given["name"],
            roles=_names(given["roles"]),
            scopes=_names(given.get("scopes") or ()),
            organisations=None if organisations is None else [name_of(named) for named in organisations],
            party=None if party is None else name_of(party),
            expires_at=given["expiresAt"] if "expiresAt" in given else in_days(DAYS),
        )
        return await _keys(call).create(wish, by=call.viewer.subject)

    return await _answer(call, "CreateApiKeyPayload", work)


async def _rotate(call: Call) -> Payload:
    given = call.arguments["input"]
    hours = given.get("overlapHours")

    async def work() -> tuple[ApiKey, str | None]:
        overlap = OVERLAP if hours is None else timedelta(hours=hours)
        return await _keys(call).rotate(given["id"], overlap=overlap, expires_at=given.get("expiresAt"))

    return await _answer(call, "RotateApiKeyPayload", work)


async def _revoke(call: Call) -> Payload:
    async def work() -> tuple[ApiKey, str | None]:
        return await _keys(call).revoke(call.arguments["input"]["id"]), None

    return await _answer(call, "RevokeApiKeyPayload", work)


async def _answer(call: Call, name: str, work: Callable[[], Awaitable[tuple[ApiKey, str | None]]]) -> Payload:
    key, secret, errors = None, None, []
    try:
        key, secret = await work()
        _log.info("api_key_changed", answer=name, key=key.id, by=call.viewer.subject)
    except CustomerGraphError as error:
        errors = [call.error(refusal(error))]
    return {"__typename": name, "apiKey": _key_value(key) if key else None, "secret": secret, "userErrors": errors}


def _names(values: Any) -> list[str]:
    """The roles or scopes that enum values stand for."""
    return [str(getattr(value, "name", value)).lower() for value in values]


def _key_value(key: ApiKey) -> Payload:
    now = now_text()
    return {
        "__typename": "ApiKey",
        "id": key.id,
        "name": key.name,
        "roles": [role.upper() for role in key.roles],
        "scopes": [scope.upper() for scope in key.scopes],
        "organisations": None if key.organisations is None else list(key.organisations),
        "party": None if key.party is None else NodeRef(key.party),
        "isValid": key.holds(now),
        "createdAt": key.created_at,
        "createdBy": key.created_by,
        "expiresAt": key.expires_at,
        "previousSecretUntil": key.previous_until if len(key.digests(now)) > 1 else None,
        "revokedAt": key.revoked_at,
        "lastUsedAt": key.last_used_at,
    }


def _key_type(registry: Registry) -> Type:
    instant = registry.scalar(INSTANT)

    def fill(made: Type) -> None:
        party = optional(object_type(registry, registry.model.type("Party")))
        set_fields(
            made,
            [
                field("id", strawberry.ID, "The id, which is also how its secrets begin."),
                field("name", str, "What it is for."),
                field("roles", many(_role(registry)), "As what it sees and writes."),
                field("scopes", many(_scope(registry)), "What it may besides."),
                field("organisations", optional(many(strawberry.ID)), "What it is limited to; null: not limited."),
                field("party", party, "Whose key it is, where it is somebody's."),
                field("isValid", bool, "Whether it is neither revoked nor expired."),
                field("createdAt", instant, "When it was made."),
                field("createdBy", str, "Who made it."),
                field("expiresAt", optional(instant), "When it ends; null: it does not end by itself."),
                field("previousSecretUntil", optional(instant), "Until when the secret before the last also holds."),
                field("revokedAt", optional(instant), "When it was revoked; null: it was not."),
                field("lastUsedAt", optional(instant), "When it was used last, to the minute; null: never."),
            ],
        )

    return registry.output("ApiKey", "A key by which a program is known; its secret is shown once only.", fill)


def _role(registry: Registry) -> Type:
    return registry.enum("ApiKeyRole", {name.upper(): text for name, text in ROLES.items()}, "What a key sees and may.")


def _scope(registry: Registry) -> Type:
    return registry.enum(
        "ApiKeyScope", {name.upper(): text for name, text in SCOPES.items()}, "What a key may besides."
    )


def _payload(registry: Registry, name: str, *, secret: bool) -> Type:
    def fill(made: Type) -> None:
        fields = [field("apiKey", optional(_key_type(registry)), "The key as it is now; null where it was refused.")]
        if secret:
            text = "What the program sends, behind Authorization: Bearer. It is never shown again. Null where refused."
            fields.append(field("secret", optional(str), text))
        errors = field("userErrors", many(user_error(registry)), "Why it was refused; empty on success.")
        set_fields(made, [*fields, errors])

    return registry.output(f"{name}Payload", f"What {name[0].lower()}{name[1:]} came to.", fill)


def _list_field(registry: Registry) -> StrawberryField:
    text = "The API keys, the newest first, revoked and expired ones too; for administrators."
    arguments = [
        argument("first", optional(int), "How many; else a default."),
        argument(
            "after", optional(strawberry.ID), "Only those made before the key of this id: the last one of a page."
        ),
    ]
    return field("apiKeys", many(_key_type(registry)), text, arguments)


def _mutation(
    registry: Registry, name: str, text: str, inputs: list[StrawberryField], *, secret: bool
) -> StrawberryField:
    title = f"{name[0].upper()}{name[1:]}"
    taken = registry.input(f"{title}Input", f"What {name} takes.", lambda made: set_fields(made, inputs))
    payload = optional(_payload(registry, title, secret=secret))
    return field(name, payload, f"{text} For administrators.", [argument("input", taken, "Which key.")])


def _create_field(registry: Registry) -> StrawberryField:
    by = node_by(registry)
    inputs = [
        input_field("name", str, "What it is for: up to 100 characters."),
        input_field("roles", many(_role(registry)), "As what it sees and writes; at least one."),
        input_field("scopes", optional(many(_scope(registry))), "What it may besides; a service needs one."),
        input_field("organisations", optional(many(by)), "Limit it to these; else it is not limited."),
        input_field("party", optional(by), "Whose key it is; partners and customers need it."),
        input_field(
            "expiresAt",
            optional(registry.scalar(INSTANT)),
            f"When it ends; else in {DAYS} days. Null: never by itself.",
        ),
    ]
    return _mutation(registry, "createApiKey", "Makes an API key and shows its secret once.", inputs, secret=True)


def _rotate_field(registry: Registry) -> StrawberryField:
    inputs = [
        input_field("id", strawberry.ID, "Which key."),
        input_field(
            "overlapHours", optional(int), f"For how long the present secret still holds; else {_HOURS} hours."
        ),
        input_field("expiresAt", optional(registry.scalar(INSTANT)), "When the key ends; else as before."),
    ]
    text = "Gives an API key a new secret and shows it once; the present one holds a little longer."
    return _mutation(registry, "rotateApiKey", text, inputs, secret=True)


def _revoke_field(registry: Registry) -> StrawberryField:
    inputs = [input_field("id", strawberry.ID, "Which key.")]
    text = "Ends an API key: within seconds none of its secrets is taken any more."
    return _mutation(registry, "revokeApiKey", text, inputs, secret=False)


PROCEDURES = (
    Procedure("apiKeys", "Query", _list_field, _list),
    Procedure("createApiKey", "Mutation", _create_field, _create),
    Procedure("rotateApiKey", "Mutation", _rotate_field, _rotate),
    Procedure("revokeApiKey", "Mutation", _revoke_field, _revoke),
)
