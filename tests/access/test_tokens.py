"""Only a token of the issuer, for this service, signed by the key and algorithm that it names, is taken."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from access.errors import TokenExpiredError, UnauthenticatedError
from access.signing_keys import StaticKeys, parse_jwks, parse_pem
from access.tokens import Tokens
from tests.access.issuer import AUDIENCE, RULES, claims, jwks, pem, private_key, token

ALGORITHMS = ("RS256", "ES256", "EdDSA")
TOKENS = Tokens(StaticKeys(parse_jwks(jwks(*ALGORITHMS))), RULES)


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


async def refused(given: str) -> None:
    with pytest.raises(UnauthenticatedError) as raised:
        await TOKENS.verify(given)
    assert type(raised.value) is UnauthenticatedError


@pytest.mark.parametrize("algorithm", ALGORITHMS)
async def test_a_token_of_each_algorithm_is_taken(algorithm: str) -> None:
    assert (await TOKENS.verify(token(algorithm)))["sub"] == "user-1"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
async def test_a_token_of_another_key_is_not(algorithm: str) -> None:
    await refused(token(f"{algorithm}-other", kid=algorithm))


async def test_a_token_without_a_signature_is_not() -> None:
    unsigned = jwt.encode(claims(), "", "none", {"kid": "EdDSA"})
    await refused(unsigned)
    await refused(f"{part({'alg': 'EdDSA', 'kid': 'EdDSA'})}.{part(claims())}.")


@pytest.mark.parametrize("secret", [pem("RS256"), pem("RS256").strip(), jwks("RS256")])
async def test_a_public_key_is_no_secret_of_hs256(secret: bytes) -> None:
    for named in ("HS256", "RS256"):
        signed = f"{part({'alg': named, 'kid': 'RS256'})}.{part(claims())}"
        signature = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
        await refused(f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}")


@pytest.mark.parametrize("algorithm", ["RS512", "PS256"])
async def test_a_key_serves_its_own_algorithm_only(algorithm: str) -> None:
    await refused(token("RS256", algorithm=algorithm))


async def test_a_token_that_names_the_key_of_another_algorithm_is_not_taken() -> None:
    await refused(token("EdDSA", kid="RS256"))


IN_A_YEAR = time.time() + 365 * 86_400


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://elsewhere.example"},
        {"iss": None},
        {"aud": "another-service"},
        {"aud": None},
        {"aud": []},
        {"sub": None},
        {"sub": 7},
        {"exp": None},
        {"exp": "soon"},
        {"exp": float("inf")},
        {"iat": None},
        {"iat": IN_A_YEAR},
        {"nbf": IN_A_YEAR},
    ],
    ids=lambda changed: (
        f"{next(iter(changed))} {'later' if IN_A_YEAR in changed.values() else next(iter(changed.values()))}"
    ),
)
async def test_a_claim_that_is_wrong_or_missing_refuses_the_token(changed: dict[str, Any]) -> None:
    removed = [name for name, value in changed.items() if value is None]
    whole = {name: value for name, value in {**claims(), **changed}.items() if name not in removed}
    await refused(_encoded(whole))


def _encoded(whole: dict[str, Any]) -> str:
    """A token with just these claims; the library would not write some of them."""
    signed = f"{part({'alg': 'EdDSA', 'kid': 'EdDSA'})}.{part(whole)}"
    signature = private_key("EdDSA").sign(signed.encode())
    return f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


async def test_a_token_for_several_services_is_taken() -> None:
    assert await TOKENS.verify(token(aud=["another-service", AUDIENCE]))


async def test_clocks_may_differ_a_little() -> None:
    now = time.time()
    assert await TOKENS.verify(token(exp=now - 2, nbf=now + 2))


async def test_of_an_expired_token_that_is_said() -> None:
    with pytest.raises(TokenExpiredError):
        await TOKENS.verify(token(exp=time.time() - 60))


async def test_that_a_token_has_expired_is_said_of_no_forged_one() -> None:
    await refused(token("EdDSA-other", kid="EdDSA", exp=time.time() - 60))


@pytest.mark.parametrize("header", [{"crit": ["exp"]}, {"b64": False, "crit": ["b64"]}, {"kid": 7}, {"kid": None}])
async def test_a_header_that_is_not_understood_refuses_the_token(header: dict[str, Any]) -> None:
    signed = (
        f"{part({'alg': 'ES384' if header == {'kid': None} else 'EdDSA', 'kid': 'EdDSA', **header})}.{part(claims())}"
    )
    signature = private_key("EdDSA").sign(signed.encode())
    await refused(f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}")


async def test_a_token_without_a_key_name_needs_the_key_to_be_clear() -> None:
    assert await TOKENS.verify(token(kid=None))
    several = Tokens(StaticKeys(parse_jwks(jwks("EdDSA", "EdDSA-other"))), RULES)
    with pytest.raises(UnauthenticatedError):
        await several.verify(token(kid=None))


async def test_a_key_without_a_name_serves_tokens_that_name_one() -> None:
    assert await Tokens(StaticKeys(parse_pem(pem("ES256"))), RULES).verify(token("ES256", kid="whatever"))


async def test_the_log_tells_the_reason_and_nothing_of_the_token() -> None:
    with capture_logs() as lines:
        await refused(token(aud="another-service", email="an@example.com"))
    assert lines == [{"event": "token_refused", "reason": "InvalidAudienceError", "log_level": "info"}]


VALID = token("EdDSA")
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)
HEADERS = st.fixed_dictionaries({}, optional=dict.fromkeys(("alg", "kid", "typ", "crit", "b64", "jwk"), ANYTHING))


@given(
    st.text()
    | st.builds(
        lambda place, to: VALID[:place] + to + VALID[place + 1 :], st.integers(0, len(VALID) - 1), st.characters()
    )
)
async def test_no_other_text_is_a_token(given: str) -> None:
    if given != VALID:
        await refused(given)


@given(HEADERS | ANYTHING, ANYTHING, st.binary(max_size=70))
async def test_no_header_and_payload_without_their_signature_are_a_token(header: Any, payload: Any, by: bytes) -> None:
    await refused(f"{part(header)}.{part(payload)}.{base64.urlsafe_b64encode(by).rstrip(b'=').decode()}")


async def test_depth_and_length_are_no_way_to_break_it() -> None:
    deep = base64.urlsafe_b64encode(b"[" * 9_000).decode()  # more brackets than Python reads
    await refused(f"{deep}.e30.e30")
    await refused(token(name="x" * 20_000))


SIGNED = st.fixed_dictionaries({}, optional=dict.fromkeys(("exp", "iat", "nbf", "iss", "aud", "sub", "jti"), ANYTHING))


@given(SIGNED)
async def test_claims_of_any_kind_are_taken_or_refused(changed: dict[str, Any]) -> None:
    try:
        found = await TOKENS.verify(_encoded({**claims(), **changed}))
    except UnauthenticatedError:
        return
    assert isinstance(found["sub"], str)
    assert found["aud"] == AUDIENCE or AUDIENCE in found["aud"]
