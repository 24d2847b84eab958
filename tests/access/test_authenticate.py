"""A token is verified once while it is remembered, and never outlives its end."""

import time
from dataclasses import dataclass

import pytest

from access.authenticate import TokenIdentities
from access.errors import TokenExpiredError, UnauthenticatedError
from access.signing_keys import SigningKey, StaticKeys, parse_jwks
from access.tokens import Tokens
from tests.access.issuer import NAMES, RULES, jwks, token

SECONDS = 30.0


@dataclass
class Clock:
    """Both clocks of a process: one for what is remembered, one for what tokens say."""

    passed: float = 0.0

    def __call__(self) -> float:
        return self.passed

    def unix(self) -> float:
        return time.time() + self.passed


class CountingKeys(StaticKeys):
    asked = 0

    async def find(self, kid: str | None, algorithm: str) -> SigningKey | None:
        self.asked += 1
        return await super().find(kid, algorithm)


@pytest.fixture
def keys() -> CountingKeys:
    return CountingKeys(parse_jwks(jwks("EdDSA")))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def identities(keys: CountingKeys, clock: Clock) -> TokenIdentities:
    return TokenIdentities(Tokens(keys, RULES), NAMES, SECONDS, clock, clock.unix)


async def test_a_token_is_verified_once_while_it_is_remembered(
    identities: TokenIdentities, keys: CountingKeys, clock: Clock
) -> None:
    text = token()
    found = [await identities.identify(text) for _ in range(3)]
    assert (found[0].subject, found[0].roles, keys.asked) == ("user-1", frozenset({"staff"}), 1)
    assert found == [found[0]] * 3
    clock.passed += SECONDS
    await identities.identify(text)
    assert keys.asked == 2


async def test_a_remembered_token_lends_nothing_to_one_that_only_begins_like_it(identities: TokenIdentities) -> None:
    text = token()
    await identities.identify(text)
    for other in (text[:-2], f"{text}AA", text.rpartition(".")[0] + "."):
        with pytest.raises(UnauthenticatedError):
            await identities.identify(other)


async def test_a_remembered_token_is_verified_anew_when_it_has_expired(
    identities: TokenIdentities, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = token(exp=int(time.time()) + 10)
    await identities.identify(text)
    clock.passed += 20

    async def expired(_: str) -> None:
        raise TokenExpiredError

    monkeypatch.setattr(identities._tokens, "verify", expired)
    with pytest.raises(TokenExpiredError):
        await identities.identify(text)


async def test_a_refused_token_is_not_remembered(identities: TokenIdentities, keys: CountingKeys) -> None:
    text = token("EdDSA-other", kid="EdDSA")
    for _ in range(2):
        with pytest.raises(UnauthenticatedError):
            await identities.identify(text)
    assert keys.asked == 2
