"""JSON Web Tokens of one issuer for one audience.

The key decides on the algorithm: a token names a key, and is refused unless it claims the one algorithm of that key. So
`none` is no algorithm, and a public key never becomes the secret of HS256.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jwt
import structlog

from access.claims import Claims, MalformedClaimError
from access.errors import TokenExpiredError, UnauthenticatedError
from access.signing_keys import ALGORITHMS, SigningKeys

_log = structlog.get_logger(__name__)
_REQUIRED = ("iss", "aud", "sub", "exp", "iat")
_LONGEST = 16 * 1024
_UNREADABLE = (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError)
"""What reading a token raises: the library's own, and what hostile numbers and depths make of Python's JSON."""


@dataclass(frozen=True, slots=True)
class TokenRules:
    """Whose tokens are taken, for whom they must be, and by how many seconds clocks may differ."""

    issuer: str
    audience: str
    leeway: float = 30.0


class Tokens:
    """Verifies tokens. What is wrong with one is told to the log alone, without any value of it."""

    def __init__(self, keys: SigningKeys, rules: TokenRules) -> None:
        self._keys = keys
        self._rules = rules

    async def verify(self, token: str) -> Claims:
        """The claims of a token that holds now.

        Raises:
            TokenExpiredError: it did hold.
            UnauthenticatedError: it never held, or does not hold yet.
            IdentityUnavailableError: nobody can say, for want of keys.
        """
        try:
            if len(token) > _LONGEST:
                raise jwt.DecodeError("too long")
            kid, algorithm = _named(jwt.get_unverified_header(token))
        except _UNREADABLE as error:
            raise refused(error) from None
        key = await self._keys.find(kid, algorithm)
        if key is None:
            raise refused(jwt.InvalidKeyError("no such key"))
        try:
            return self._claims(token, key.public, key.algorithm)
        except jwt.ExpiredSignatureError:
            raise TokenExpiredError from None
        except _UNREADABLE as error:
            raise refused(error) from None

    def _claims(self, token: str, key: Any, algorithm: str) -> Claims:
        return jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            issuer=self._rules.issuer,
            audience=self._rules.audience,
            leeway=self._rules.leeway,
            options={"require": list(_REQUIRED)},
        )


def refused(error: Exception) -> UnauthenticatedError:
    """The refusal that a client sees; its reason goes to the log, as the kind of failure and our own words."""
    reason = str(error) if isinstance(error, MalformedClaimError) else type(error).__name__
    _log.info("token_refused", reason=reason)
    return UnauthenticatedError()


def _named(header: dict[str, Any]) -> tuple[str | None, str]:
    """The key and the algorithm that a header names; raises InvalidTokenError."""
    kid, algorithm = header.get("kid"), header.get("alg")
    if algorithm not in ALGORITHMS or not isinstance(algorithm, str):
        raise jwt.InvalidAlgorithmError("not one of ours")
    if "crit" in header or "b64" in header or not (kid is None or isinstance(kid, str)):
        raise jwt.InvalidTokenError("a header that is not understood")
    return kid, algorithm
