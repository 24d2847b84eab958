"""The life of an API key, on a real database."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from access import api_keys as module
from access.api_keys import ApiKeys, Wish
from access.errors import UnauthenticatedError
from graph.api_keys import ApiKey, ApiKeyEndedError, touch_key
from graph.client import Database
from graph.errors import CustomerGraphError
from graph.migrations import upgrade
from graph.model.values import now_text
from graph.writer.errors import FieldValueError, MissingValueError, NotFoundError, UnknownReferenceError
from schema.declarations import model

PEPPER = "pepper of the tests, 32 characters"
SECONDS = 30.0
READER = Wish("Nightly export", ["service"], ["read"])


@dataclass
class Clock:
    """Time as caches and as instants see it; both go on together."""

    passed: float = 0.0

    def __call__(self) -> float:
        return self.passed

    def text(self) -> str:
        return module.after(now_text(), timedelta(seconds=self.passed))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(module, "now_text", found.text)
    return found


@pytest_asyncio.fixture(loop_scope="session")
async def keys(database: Database, clock: Clock) -> AsyncIterator[ApiKeys]:
    await upgrade(database, model())
    made = keys_of(database, clock)
    yield made
    await made.close()
    await database.run_implicit("MATCH (k:ApiKey) DELETE k")


def keys_of(database: Database, clock: Clock, pepper: str = PEPPER) -> ApiKeys:
    """What another process has."""
    return ApiKeys(lambda: database, pepper, SECONDS, clock)


async def stored(database: Database, id: str) -> dict[str, Any]:
    ((found,),) = await database.read("MATCH (k:ApiKey {id: $id}) RETURN properties(k)", {"id": id})
    return dict(found)


async def holds(keys: ApiKeys, secret: str) -> bool:
    try:
        await keys.verify(secret)
    except UnauthenticatedError:
        return False
    return True


async def test_a_key_is_recognised_by_its_prefix_and_known_by_its_secret(keys: ApiKeys) -> None:
    key, secret = await keys.create(READER, by="local")
    assert secret.startswith(f"{key.id}_")
    assert key.id.startswith("cgk_")
    assert len(bytes.fromhex(secret.removeprefix(f"{key.id}_"))) == 32
    identity = await keys.verify(secret)
    assert (identity.subject, *identity.roles, *identity.scopes) == (key.id, "service", "read")
    assert identity.expires_at is None


async def test_the_secret_stands_nowhere_in_the_database_nor_in_what_is_shown_or_logged(
    keys: ApiKeys, database: Database
) -> None:
    with capture_logs() as lines:
        key, secret = await keys.create(READER, by="local")
        key, newer = await keys.rotate(key.id)
        await keys.verify(newer)
        await keys.verify(secret)
    rows = await database.read("MATCH (n) RETURN collect(properties(n))", {})
    everything = json.dumps(rows, default=str) + repr(key) + json.dumps(lines) + repr(keys)
    assert key.id in everything
    for hidden in (secret, newer):
        assert hidden.removeprefix(f"{key.id}_") not in everything
    assert PEPPER not in everything


async def test_the_digest_is_of_no_use_without_the_pepper(keys: ApiKeys, database: Database, clock: Clock) -> None:
    key, secret = await keys.create(READER, by="local")
    assert len((await stored(database, key.id))["digest"]) == 64
    assert not await holds(keys_of(database, clock, "another pepper with 32 characters"), secret)
    assert not await holds(keys, f"{key.id}_{key.digest}")


async def test_a_secret_of_another_key_is_not_taken(keys: ApiKeys) -> None:
    (one, _), (_, secret) = [await keys.create(READER, by="local") for _ in range(2)]
    assert not await holds(keys, f"{one.id}_{secret[-64:]}")


async def test_unknown_expired_and_revoked_keys_are_refused_alike(keys: ApiKeys, clock: Clock) -> None:
    expiring = Wish("Soon over", ["analyst"], expires_at=module.after(clock.text(), timedelta(hours=1)))
    (_, expired), (revoked_key, revoked) = [await keys.create(wish, by="local") for wish in (expiring, READER)]
    assert await holds(keys, expired)
    await keys.revoke(revoked_key.id)
    clock.passed += 3600
    told = []
    for secret in (expired, revoked, f"cgk_{'0' * 32}_{'0' * 64}", "cgk_", "cgk_é"):
        with pytest.raises(UnauthenticatedError) as raised:
            await keys.verify(secret)
        told.append((type(raised.value), raised.value.message(), raised.value.advice(), raised.value.values))
    assert told == [told[0]] * 5


async def test_after_a_rotation_both_secrets_hold_for_the_overlap_and_then_the_new_one(
    keys: ApiKeys, clock: Clock
) -> None:
    key, old = await keys.create(READER, by="local")
    _, new = await keys.rotate(key.id, overlap=timedelta(hours=2))
    clock.passed += 3600
    assert (await holds(keys, old), await holds(keys, new)) == (True, True)
    clock.passed += 3601
    assert (await holds(keys, old), await holds(keys, new)) == (False, True)


async def test_a_rotation_without_overlap_or_after_another_one_ends_the_older_secret(
    keys: ApiKeys,
) -> None:
    key, first = await keys.create(READER, by="local")
    _, second = await keys.rotate(key.id, overlap=timedelta())
    assert (await holds(keys, first), await holds(keys, second)) == (False, True)
    await keys.rotate(key.id)
    _, fourth = await keys.rotate(key.id)
    assert (await holds(keys, second), await holds(keys, fourth)) == (False, True)


async def test_a_revoked_key_ends_at_once_here_and_elsewhere_within_the_time_that_keys_are_remembered(
    keys: ApiKeys, database: Database, clock: Clock
) -> None:
    elsewhere = keys_of(database, clock)
    key, secret = await keys.create(READER, by="local")
    assert await holds(elsewhere, secret)
    await elsewhere.close()
    await keys.revoke(key.id)
    assert not await holds(keys, secret)
    assert await holds(elsewhere, secret)
    clock.passed += SECONDS
    assert not await holds(elsewhere, secret)


async def test_using_a_key_does_not_make_it_be_remembered_longer(
    keys: ApiKeys, database: Database, clock: Clock
) -> None:
    elsewhere = keys_of(database, clock)
    key, secret = await keys.create(READER, by="local")
    await holds(elsewhere, secret)
    await keys.revoke(key.id)
    for _ in range(3):
        clock.passed += SECONDS / 3
        found = await holds(elsewhere, secret)
    assert not found
    await elsewhere.close()


async def test_nothing_is_left_to_guess_of_a_revoked_key(keys: ApiKeys, database: Database) -> None:
    key, _ = await keys.create(READER, by="local")
    await keys.rotate(key.id)
    first = await keys.revoke(key.id)
    assert not {"digest", "previousDigest", "previousUntil"} & set(await stored(database, key.id))
    assert (await keys.revoke(key.id)).revoked_at == first.revoked_at
    with pytest.raises(ApiKeyEndedError):
        await keys.rotate(key.id)


async def test_the_last_use_is_noted_once_a_minute_at_most_and_nobody_waits_for_it(
    keys: ApiKeys, database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, secret = await keys.create(READER, by="local")
    noted, held = [], asyncio.Event()
    real = touch_key

    async def touch(database: Database, id: str, *, now: str, before: str) -> None:
        await held.wait()
        noted.append(now)
        await real(database, id, now=now, before=before)

    monkeypatch.setattr(module, "touch_key", touch)
    assert "lastUsedAt" not in await stored(database, key.id)
    for _ in range(5):
        await keys.verify(secret)
    assert noted == []
    held.set()
    await keys.close()
    assert (await stored(database, key.id))["lastUsedAt"] == noted[0]
    clock.passed += 59
    await keys.verify(secret)
    await keys.close()
    assert len(noted) == 1
    clock.passed += 2
    await keys.verify(secret)
    await keys.close()
    assert len(noted) == 2
    assert (await stored(database, key.id))["lastUsedAt"] == noted[1]


async def test_a_use_that_cannot_be_noted_refuses_nobody(keys: ApiKeys, monkeypatch: pytest.MonkeyPatch) -> None:
    async def touch(*_: object, **__: object) -> None:
        raise CustomerGraphError

    monkeypatch.setattr(module, "touch_key", touch)
    _, secret = await keys.create(READER, by="local")
    with capture_logs() as lines:
        assert await holds(keys, secret)
        await keys.close()
    assert [line["event"] for line in lines] == ["key_use_not_noted"]


@pytest.mark.parametrize(
    ("wish", "error", "field"),
    [
        (Wish(" ", ["admin"]), FieldValueError, "name"),
        (Wish("x" * 101, ["admin"]), FieldValueError, "name"),
        (Wish("x", []), MissingValueError, "roles"),
        (Wish("x", ["pii"]), FieldValueError, "roles"),
        (Wish("x", ["service"]), MissingValueError, "scopes"),
        (Wish("x", ["service"], ["admin"]), FieldValueError, "scopes"),
        (Wish("x", ["partner"]), MissingValueError, "party"),
        (Wish("x", ["partner"], party="nobody:at:all"), UnknownReferenceError, "party"),
        (Wish("x", ["staff"], organisations=["nobody:at:all"]), UnknownReferenceError, "organisations"),
        (Wish("x", ["staff"], expires_at="2020-01-01"), FieldValueError, "expiresAt"),
    ],
    ids=str,
)
async def test_a_key_that_could_not_be_used_is_not_made(
    keys: ApiKeys, wish: Wish, error: type[CustomerGraphError], field: str
) -> None:
    with pytest.raises(error) as raised:
        await keys.create(wish, by="local")
    assert raised.value.values["field"] == field
    assert await keys.listed(limit=10) == ()


@pytest.mark.parametrize("hours", [-1, 721])
async def test_an_overlap_is_bounded(keys: ApiKeys, hours: int) -> None:
    key, _ = await keys.create(READER, by="local")
    with pytest.raises(FieldValueError):
        await keys.rotate(key.id, overlap=timedelta(hours=hours))


async def test_a_key_that_is_not_there_is_named(keys: ApiKeys) -> None:
    for change in (keys.rotate, keys.revoke):
        with pytest.raises(NotFoundError, match="cgk_none"):
            await change("cgk_none")


async def test_keys_are_listed_in_pages_the_newest_first(keys: ApiKeys) -> None:
    made: list[ApiKey] = [(await keys.create(READER, by="local"))[0] for _ in range(3)]
    page = await keys.listed(limit=2)
    rest = await keys.listed(before=page[-1].id, limit=2)
    assert [key.id for key in (*page, *rest)] == [key.id for key in reversed(made)]
