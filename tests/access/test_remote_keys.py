"""Keys at an address follow the issuer's rotation, cannot be made a hammer, and outlive the address."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from structlog.testing import capture_logs

from access.errors import IdentityUnavailableError
from access.remote_keys import RemoteKeys, fetch
from access.signing_keys import SigningKey
from tests.access.issuer import Published, jwks, published

REFRESH = 600.0
PAUSE = 30.0


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def issuer() -> Iterator[Published]:
    with published("EdDSA-1") as found:
        yield found


@pytest.fixture
def keys(issuer: Published, clock: Clock) -> RemoteKeys:
    return RemoteKeys(issuer.url, refresh=REFRESH, pause=PAUSE, clock=clock)


async def named(keys: RemoteKeys, kid: str) -> str | None:
    found: SigningKey | None = await keys.find(kid, "EdDSA")
    return found.kid if found else None


async def test_keys_are_fetched_when_they_are_needed_and_then_kept(keys: RemoteKeys, issuer: Published) -> None:
    assert issuer.asked == 0
    for _ in range(3):
        assert await named(keys, "EdDSA-1") == "EdDSA-1"
    assert issuer.asked == 1


async def test_all_who_wait_share_one_fetch(keys: RemoteKeys, issuer: Published) -> None:
    assert await asyncio.gather(*(named(keys, "EdDSA-1") for _ in range(20))) == ["EdDSA-1"] * 20
    assert issuer.asked == 1


async def test_a_new_key_is_found_as_soon_as_a_token_names_it(
    keys: RemoteKeys, issuer: Published, clock: Clock
) -> None:
    await named(keys, "EdDSA-1")
    issuer.content = jwks("EdDSA-1", "EdDSA-2")
    clock.now += PAUSE
    assert await named(keys, "EdDSA-2") == "EdDSA-2"


async def test_names_that_nobody_knows_do_not_make_it_ask_again_and_again(
    keys: RemoteKeys, issuer: Published, clock: Clock
) -> None:
    for number in range(100):
        assert await named(keys, f"made-up-{number}") is None
    assert issuer.asked == 1
    clock.now += PAUSE
    for number in range(100):
        assert await named(keys, f"made-up-{number}") is None
    assert issuer.asked == 2
    assert await named(keys, "EdDSA-1") == "EdDSA-1"


async def test_a_key_that_the_issuer_withdraws_goes_within_the_time_of_refreshing(
    keys: RemoteKeys, issuer: Published, clock: Clock
) -> None:
    await named(keys, "EdDSA-1")
    issuer.content = jwks("EdDSA-2")
    clock.now += REFRESH + 1
    assert await named(keys, "EdDSA-1") == "EdDSA-1", "it serves while the new ones are fetched"
    assert await named(keys, "EdDSA-2") == "EdDSA-2"
    assert await named(keys, "EdDSA-1") is None


@pytest.mark.parametrize("status", [0, 302, 404, 500, 200])
async def test_the_last_good_keys_are_kept_when_the_address_fails(
    keys: RemoteKeys, issuer: Published, clock: Clock, status: int
) -> None:
    await named(keys, "EdDSA-1")
    issuer.status, issuer.content = status, b"<html>Try again later</html>"
    clock.now += REFRESH + PAUSE
    with capture_logs() as lines:
        assert await named(keys, "unknown") is None
        assert await named(keys, "EdDSA-1") == "EdDSA-1"
    assert [(line["event"], line["kept"]) for line in lines] == [("keys_not_fetched", 1)]


async def test_without_any_keys_nobody_can_be_verified_until_the_address_answers(
    keys: RemoteKeys, issuer: Published, clock: Clock
) -> None:
    issuer.status = 503
    for _ in range(3):
        with pytest.raises(IdentityUnavailableError):
            await named(keys, "EdDSA-1")
    assert issuer.asked == 1
    issuer.status = 200
    clock.now += 1
    assert await named(keys, "EdDSA-1") == "EdDSA-1"


async def test_a_caller_who_leaves_does_not_end_the_fetch_of_the_others(clock: Clock) -> None:
    answer = asyncio.Event()

    async def slow(_: str) -> bytes:
        await answer.wait()
        return jwks("EdDSA-1")

    keys = RemoteKeys("https://slow.example", refresh=REFRESH, pause=PAUSE, fetch=slow, clock=clock)
    leaving, staying = (asyncio.create_task(named(keys, "EdDSA-1")) for _ in range(2))
    await asyncio.sleep(0)
    leaving.cancel()
    answer.set()
    assert await staying == "EdDSA-1"


async def test_closing_ends_a_fetch_under_way(clock: Clock) -> None:
    async def never(_: str) -> bytes:
        await asyncio.Event().wait()
        return b""

    keys = RemoteKeys("https://silent.example", refresh=REFRESH, pause=PAUSE, fetch=never, clock=clock)
    waiting = asyncio.create_task(named(keys, "EdDSA-1"))
    await asyncio.sleep(0)
    await keys.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_an_answer_without_end_is_cut_off(issuer: Published) -> None:
    issuer.content = b" " * 600_000
    with pytest.raises(ValueError, match="more than"):
        await fetch(issuer.url)


async def test_nobody_at_the_address_is_an_error_that_is_expected(issuer: Published) -> None:
    issuer.status = 0
    with pytest.raises(httpx.HTTPError):
        await fetch(issuer.url)
