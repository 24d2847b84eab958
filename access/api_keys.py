"""API keys: `cgk_<id>_<secret>`, a secret of 256 random bits that is shown once, and kept as a keyed digest alone.

The digest is HMAC-SHA256 under the pepper, a secret of the settings: whoever reads the database cannot work out a key,
and whoever writes to it cannot make one. To make it slow, as for passwords, would add nothing to 256 random bits
(docs/decisions/api-keys.md).
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import structlog

from access.errors import UnauthenticatedError
from access.identity import Identity
from access.kept import Kept
from access.roles import OWN, ROLES, SCOPES
from graph.api_keys import PREFIX, ApiKey, create_key, find_key, list_keys, revoke_key, rotate_key, touch_key
from graph.client import Database
from graph.errors import CustomerGraphError
from graph.model.values import earlier, instant_text, new_id, now_text
from graph.parties import party_of
from graph.writer.errors import FieldValueError, MissingValueError, UnknownReferenceError

DAYS = 365
"""Days for which a key holds where nobody says how long."""
OVERLAP = timedelta(hours=24)
"""How long the previous secret of a key holds where nobody says."""

_log = structlog.get_logger(__name__)
_FORM = re.compile(rf"({PREFIX}_[0-9a-f]{{32}})_[0-9a-f]{{64}}")
_TYPE = "ApiKey"
_LONGEST_NAME = 100
_LONGEST_OVERLAP = timedelta(days=30)
_REMEMBERED = 10_000
_TOUCHED = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a new key is to be for. Party and organisations are named by id or external key."""

    name: str
    roles: Sequence[str]
    scopes: Sequence[str] = ()
    organisations: Sequence[str] | None = None
    party: str | None = None
    expires_at: str | None = None


class ApiKeys:
    """Makes, verifies, rotates and revokes keys. A key that was verified is taken as it was for `seconds`."""

    def __init__(
        self,
        database: Callable[[], Database],
        pepper: str,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._pepper = pepper.encode()
        self._kept: Kept[str, ApiKey] = Kept(_REMEMBERED, seconds, clock)
        self._touching: set[asyncio.Task[None]] = set()

    async def verify(self, secret: str) -> Identity:
        """Whose key it is. UnauthenticatedError is all that is told of one that is unknown, expired or revoked."""
        form = _FORM.fullmatch(secret)
        key = await self._find(form[1]) if form else None
        now = now_text()
        given = self._digest(secret)
        fits = [hmac.compare_digest(given, digest) for digest in key.digests(now)] if key else []
        if key is None or not any(fits) or not key.holds(now):
            _log.info("key_refused", key=form[1] if form else None)
            raise UnauthenticatedError
        self._touch(key, now)
        return Identity(
            subject=key.id,
            roles=frozenset(key.roles),
            scopes=frozenset(key.scopes),
            organisations=key.organisations,
            party=key.party,
            expires_at=None if key.expires_at is None else datetime.fromisoformat(key.expires_at).timestamp(),
        )

    async def create(self, wish: Wish, *, by: str) -> tuple[ApiKey, str]:
        """A new key, and its secret, which nobody can tell again.

        Raises FieldValueError, MissingValueError and UnknownReferenceError.
        """
        if not 0 < len(wish.name.strip()) <= _LONGEST_NAME:
            raise _bad("name", wish.name, f"a text of 1 to {_LONGEST_NAME} characters", "Nightly export")
        if not wish.roles:
            raise MissingValueError(type=_TYPE, field="roles")
        _known("roles", wish.roles, ROLES)
        _known("scopes", wish.scopes, SCOPES)
        if "service" in wish.roles and not wish.scopes:
            raise MissingValueError(type=_TYPE, field="scopes")
        if OWN & set(wish.roles) and wish.party is None:
            raise MissingValueError(type=_TYPE, field="party")
        now = now_text()
        id = new_id(PREFIX)
        secret = _secret(id)
        key = ApiKey(
            id=id,
            name=wish.name.strip(),
            roles=tuple(sorted(set(wish.roles))),
            scopes=tuple(sorted(set(wish.scopes))),
            organisations=await self._organisations(wish.organisations),
            party=None if wish.party is None else await self._party("party", wish.party),
            created_at=now,
            created_by=by,
            expires_at=_future(wish.expires_at, now),
            digest=self._digest(secret),
        )
        await create_key(self._database(), key)
        return key, secret

    async def rotate(
        self, id: str, *, overlap: timedelta = OVERLAP, expires_at: str | None = None
    ) -> tuple[ApiKey, str]:
        """The key with a new secret, and that secret; the one before holds for the overlap.

        Raises FieldValueError, NotFoundError and ApiKeyEndedError.
        """
        if not timedelta() <= overlap <= _LONGEST_OVERLAP:
            hours = int(overlap / timedelta(hours=1))
            raise _bad("overlapHours", hours, f"from 0 to {_LONGEST_OVERLAP // timedelta(hours=1)}", "24")
        now = now_text()
        secret = _secret(id)
        key = await rotate_key(
            self._database(),
            id,
            self._digest(secret),
            now=now,
            until=after(now, overlap),
            expires_at=_future(expires_at, now),
        )
        self._kept.forget(id)
        return key, secret

    async def revoke(self, id: str) -> ApiKey:
        """The key, which no longer holds; other processes know within the time that they remember keys. Raises
        NotFoundError."""
        key = await revoke_key(self._database(), id, now=now_text())
        self._kept.forget(id)
        return key

    async def listed(self, *, before: str | None = None, limit: int) -> tuple[ApiKey, ...]:
        """So many keys, the newest first, from before an id on; revoked and expired ones too."""
        return await list_keys(self._database(), before=before, limit=limit)

    async def close(self) -> None:
        """Waits until it is noted when keys were used last."""
        if self._touching:
            await asyncio.wait(self._touching)

    async def _find(self, id: str) -> ApiKey | None:
        key = self._kept.get(id)
        if key is None:
            key = await find_key(self._database(), id)
            if key is not None:
                self._kept.put(id, key)
        return key

    def _digest(self, secret: str) -> str:
        return hmac.new(self._pepper, secret.encode(), hashlib.sha256).hexdigest()

    def _touch(self, key: ApiKey, now: str) -> None:
        """Notes the use, once a minute at most, without making the request wait for it."""
        before = earlier(now, _TOUCHED)
        if key.last_used_at is not None and key.last_used_at >= before:
            return
        self._kept.replace(key.id, replace(key, last_used_at=now))
        task = asyncio.create_task(self._note(key.id, now, before))
        self._touching.add(task)
        task.add_done_callback(self._touching.discard)

    async def _note(self, id: str, now: str, before: str) -> None:
        try:
            await touch_key(self._database(), id, now=now, before=before)
        except CustomerGraphError as error:
            _log.warning("key_use_not_noted", key=id, reason=error.code)

    async def _organisations(self, names: Sequence[str] | None) -> tuple[str, ...] | None:
        if names is None:
            return None
        return tuple([await self._party("organisations", name) for name in names])

    async def _party(self, field: str, name: str) -> str:
        id = await party_of(self._database(), name)
        if id is None:
            raise UnknownReferenceError(type=_TYPE, field=field, value=name)
        return id


def after(now: str, by: timedelta) -> str:
    """The instant that lies this much behind another one."""
    return earlier(now, -by)


def in_days(days: int) -> str:
    """The instant so many days from now."""
    return instant_text((datetime.now(UTC) + timedelta(days=days)).isoformat())


def _secret(id: str) -> str:
    return f"{id}_{secrets.token_hex(32)}"


def _known(field: str, given: Sequence[str], known: Mapping[str, str]) -> None:
    for name in given:
        if name not in known:
            raise _bad(field, name, f"one of {', '.join(known)}", next(iter(known)))


def _future(instant: str | None, now: str) -> str | None:
    if instant is None:
        return None
    instant = instant_text(instant)
    if instant <= now:
        raise _bad("expiresAt", instant, "in the future", after(now, timedelta(days=DAYS)))
    return instant


def _bad(field: str, value: object, expected: str, example: str) -> FieldValueError:
    return FieldValueError(type=_TYPE, field=field, value=value, expected=expected, example=example)
