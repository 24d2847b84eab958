"""`ApiKey` nodes: found, made, given a new secret, revoked. They are neither in history nor among events or backups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from graph.api_keys.errors import ApiKeyEndedError
from graph.client import Database, Transaction
from graph.writer.errors import NotFoundError

PREFIX = "cgk"
"""The prefix of the ids, by which people and scanners for leaked secrets recognise a key."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """One key as it is kept: who it is for, how long it holds, and digests by which its secrets are recognised.

    The previous secret holds until `previous_until`. `organisations` is None where it is not limited to some.
    """

    id: str
    name: str
    roles: tuple[str, ...]
    scopes: tuple[str, ...]
    created_at: str
    created_by: str
    digest: str | None = field(repr=False)
    previous_digest: str | None = field(default=None, repr=False)
    previous_until: str | None = None
    organisations: tuple[str, ...] | None = None
    party: str | None = None
    expires_at: str | None = None
    revoked_at: str | None = None
    last_used_at: str | None = None

    def holds(self, now: str) -> bool:
        """Whether it is neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)

    def digests(self, now: str) -> tuple[str, ...]:
        """The digests of the secrets that hold."""
        previous = self.previous_digest if self.previous_until and self.previous_until > now else None
        return tuple(digest for digest in (self.digest, previous) if digest is not None)


async def find_key(database: Database, id: str) -> ApiKey | None:
    """The key of this id:

    ```cypher
    MATCH (k:ApiKey {id: $id}) RETURN properties(k)
    ```
    """
    rows = await database.read("MATCH (k:ApiKey {id: $id}) RETURN properties(k)", {"id": id})
    return _key(rows[0][0]) if rows else None


async def list_keys(database: Database, *, before: str | None = None, limit: int) -> tuple[ApiKey, ...]:
    """So many keys, the newest first, from before an id on:

    ```cypher
    MATCH (k:ApiKey) WHERE k.id < $before RETURN properties(k) ORDER BY k.id DESC LIMIT $limit
    ```
    """
    text = "MATCH (k:ApiKey) WHERE k.id < $before RETURN properties(k) ORDER BY k.id DESC LIMIT $limit"
    rows = await database.read(text, {"before": before or f"{PREFIX}_g", "limit": limit})
    return tuple(_key(row) for (row,) in rows)


async def create_key(database: Database, key: ApiKey) -> None:
    """Keeps a new key:

    ```cypher
    CREATE (k:ApiKey) SET k = $values
    ```
    """

    async def work(transaction: Transaction) -> None:
        await transaction.run("CREATE (k:ApiKey) SET k = $values", {"values": _values(key)})

    await database.write(work)


async def rotate_key(
    database: Database, id: str, digest: str, *, now: str, until: str, expires_at: str | None = None
) -> ApiKey:
    """Gives the key a new secret; the one it had holds until `until`, and one before that no more:

    ```cypher
    MATCH (k:ApiKey {id: $id})
    SET k._lock = true REMOVE k._lock
    RETURN properties(k)

    MATCH (k:ApiKey {id: $id})
    SET k.previousDigest = k.digest, k.previousUntil = $until, k.digest = $digest,
        k.expiresAt = coalesce($expiresAt, k.expiresAt)
    RETURN properties(k)
    ```

    Raises NotFoundError, and ApiKeyEndedError where the key holds no more.
    """
    text = (
        "MATCH (k:ApiKey {id: $id})\nSET k.previousDigest = k.digest, k.previousUntil = $until, k.digest = $digest, "
        "k.expiresAt = coalesce($expiresAt, k.expiresAt)\nRETURN properties(k)"
    )

    async def work(transaction: Transaction) -> ApiKey:
        if not (await _locked(transaction, id)).holds(now):
            raise ApiKeyEndedError(id=id)
        values = {"id": id, "digest": digest, "until": until, "expiresAt": expires_at}
        ((found,),) = await transaction.run(text, values)
        return _key(found)

    return await database.write(work)


async def revoke_key(database: Database, id: str, *, now: str) -> ApiKey:
    """From now on no secret of the key holds; one that was revoked before stays so:

    ```cypher
    MATCH (k:ApiKey {id: $id})
    SET k.revokedAt = coalesce(k.revokedAt, $now) REMOVE k.digest, k.previousDigest, k.previousUntil
    RETURN properties(k)
    ```

    Raises NotFoundError.
    """
    text = (
        "MATCH (k:ApiKey {id: $id})\nSET k.revokedAt = coalesce(k.revokedAt, $now) "
        "REMOVE k.digest, k.previousDigest, k.previousUntil\nRETURN properties(k)"
    )

    async def work(transaction: Transaction) -> ApiKey:
        await _locked(transaction, id)
        ((found,),) = await transaction.run(text, {"id": id, "now": now})
        return _key(found)

    return await database.write(work)


async def touch_key(database: Database, id: str, *, now: str, before: str) -> None:
    """Notes that the key was used, unless that was noted after `before` already:

    ```cypher
    MATCH (k:ApiKey {id: $id}) WHERE k.lastUsedAt IS NULL OR k.lastUsedAt < $before
    SET k.lastUsedAt = $now
    ```
    """
    text = "MATCH (k:ApiKey {id: $id}) WHERE k.lastUsedAt IS NULL OR k.lastUsedAt < $before\nSET k.lastUsedAt = $now"

    async def work(transaction: Transaction) -> None:
        await transaction.run(text, {"id": id, "now": now, "before": before})

    await database.write(work)


async def _locked(transaction: Transaction, id: str) -> ApiKey:
    text = "MATCH (k:ApiKey {id: $id})\nSET k._lock = true REMOVE k._lock\nRETURN properties(k)"
    rows: Sequence[Sequence[Any]] = await transaction.run(text, {"id": id})
    if not rows:
        raise NotFoundError(type="ApiKey", value=id)
    return _key(rows[0][0])


_NAMES = {
    "id": "id",
    "name": "name",
    "roles": "roles",
    "scopes": "scopes",
    "created_at": "createdAt",
    "created_by": "createdBy",
    "digest": "digest",
    "previous_digest": "previousDigest",
    "previous_until": "previousUntil",
    "organisations": "organisations",
    "party": "party",
    "expires_at": "expiresAt",
    "revoked_at": "revokedAt",
    "last_used_at": "lastUsedAt",
}
"""Field to property."""


def _values(key: ApiKey) -> dict[str, Any]:
    found = {property: getattr(key, name) for name, property in _NAMES.items()}
    return {property: list(value) if isinstance(value, tuple) else value for property, value in found.items()}


def _key(stored: dict[str, Any]) -> ApiKey:
    found: dict[str, Any] = {name: stored.get(property) for name, property in _NAMES.items()}
    for name, value in found.items():
        if isinstance(value, list):
            found[name] = tuple(value)
    return ApiKey(**found)
