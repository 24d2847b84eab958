"""From the headers of a request to its viewer."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from access.api_keys import ApiKeys
from access.claims import ClaimNames, Claims, MalformedClaimError, text_claim, words_claim
from access.errors import UnauthenticatedError
from access.identity import Identity, viewer_of
from access.kept import Kept
from access.parties import Parties
from access.tokens import Tokens, refused
from access.viewer import Viewer
from graph.api_keys import PREFIX
from graph.model.values import id_prefix

_REMEMBERED = 10_000
_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/=-]+)", re.IGNORECASE)


class TokenIdentities:
    """Who somebody is by a token. One that was verified is known again by its digest for `seconds`, and never after it
    has expired: a signature costs as much as a small query."""

    def __init__(
        self,
        tokens: Tokens,
        names: ClaimNames,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._tokens = tokens
        self._names = names
        self._now = now
        self._known: Kept[bytes, Identity] = Kept(_REMEMBERED, seconds, clock)

    async def identify(self, token: str) -> Identity:
        """The identity that a token is for; its party is a name that may lead nowhere.

        Raises what `Tokens.verify` does, and UnauthenticatedError where a claim has no form that can be read.
        """
        digest = hashlib.sha256(token.encode()).digest()
        known = self._known.get(digest)
        if known is not None and known.expires_at is not None and self._now() < known.expires_at:
            return known
        claims = await self._tokens.verify(token)
        try:
            identity = self._identity(claims)
        except (MalformedClaimError, OverflowError, ValueError) as error:
            raise refused(error) from None
        self._known.put(digest, identity)
        return identity

    def _identity(self, claims: Claims) -> Identity:
        names = self._names
        subject = text_claim(claims, "sub")
        if subject is None:
            raise MalformedClaimError("sub is missing")
        party = names.party.fill(claims)
        if party is not None and names.party.is_id and id_prefix(party) is None:
            raise MalformedClaimError(f"{names.party.text} is no id")
        return Identity(
            subject=subject,
            roles=frozenset(words_claim(claims, names.roles) or ()),
            scopes=frozenset(words_claim(claims, names.scope) or ()),
            organisations=words_claim(claims, names.organisations),
            party=party,
            expires_at=float(claims["exp"]),
        )


class Authenticator:
    """Knows callers by `Authorization: Bearer`, and behind it an API key or a token."""

    def __init__(self, tokens: TokenIdentities | None, keys: ApiKeys | None, parties: Parties) -> None:
        self._tokens = tokens
        self._keys = keys
        self._parties = parties

    async def __call__(self, headers: Mapping[str, str]) -> Viewer:
        """The viewer of a request with these headers, whose names are in lower case.

        Raises UnauthenticatedError, TokenExpiredError, NoRoleError, NoPartyError and UnavailableError.
        """
        given = _BEARER.fullmatch(headers.get("authorization", ""))
        if given is None:
            raise UnauthenticatedError
        identity = await self._identity(given[1])
        if identity.party is not None:
            identity = replace(identity, party=await self._parties.find(identity.party))
        return viewer_of(identity)

    async def _identity(self, credential: str) -> Identity:
        if credential.startswith(f"{PREFIX}_"):
            if self._keys is None:
                raise UnauthenticatedError
            return await self._keys.verify(credential)
        if self._tokens is None:
            raise UnauthenticatedError
        return await self._tokens.identify(credential)
