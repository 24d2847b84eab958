"""How callers are known."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from access.claims import ClaimNames, PartyTemplate
from access.settings import IdentitySettings, TokenSettings
from access.tokens import TokenRules
from settings.base import Group, Seconds, SettingError, is_loopback


class IdentityGroup(Group):
    """Who is asked who somebody is."""

    # Who is asked who somebody is
    token_issuer: str | None = Field(
        None, description="issuer of the tokens that are taken, as their claim `iss` names it; without it none are"
    )
    token_audience: str | None = Field(None, description="name of this service in their claim `aud`")
    token_keys: str | None = Field(
        None,
        description="where the public keys of the issuer are: the https address of its JWKS, or a JWKS or PEM file",
    )
    token_party: str = Field(
        "{party}",
        description="the party that a token belongs to: the claim that holds its id, or an external key of it with "
        "claims in braces, such as `auth0:user:{sub}`",
    )
    token_roles: str = Field("roles", description="claim of the roles; dots lead into objects: `realm_access.roles`")
    token_organisations: str = Field(
        "organisations", description="claim of the ids of the organisations that somebody is limited to"
    )
    token_scope: str = Field("scope", description="claim of the scopes")
    token_leeway_seconds: Annotated[float, Field(ge=0, le=300)] = Field(
        30, description="by how much clocks may differ when the times of a token are checked"
    )
    token_refresh_seconds: Seconds = Field(600, description="keys at an address are fetched anew after this time")
    token_pause_seconds: Seconds = Field(
        30, description="least time between two fetches, however many tokens name keys that are not known"
    )
    key_pepper: Annotated[SecretStr, Field(min_length=32)] | None = Field(
        None,
        description="secret of at least 32 characters that API keys are kept under, the same for every process; "
        "without it there are none",
    )
    identity_seconds: Seconds = Field(
        30,
        description="how long a token or API key that was verified, and the party of a caller, are taken as they were",
    )

    def identity(self) -> IdentitySettings | None:
        """How callers are known; None where they are not asked.

        Raises:
            SettingError: a part of what tokens need is missing, or their keys would come over an open line.
            PartyTemplateError: the party of a token cannot be told.
        """
        tokens = self._tokens()
        if tokens is None and self.key_pepper is None:
            return None
        pepper = self.key_pepper.get_secret_value() if self.key_pepper else None
        return IdentitySettings(tokens, pepper, self.identity_seconds)

    def _tokens(self) -> TokenSettings | None:
        if not (self.token_issuer and self.token_audience and self.token_keys):
            named = {field: getattr(self, field) for field in ("token_issuer", "token_audience", "token_keys")}
            if not any(named.values()):
                return None
            missing = next(field for field, value in named.items() if not value)
            raise SettingError(name=self.variable(missing), reason="tokens are taken only where it is set, too.")
        party = PartyTemplate(self.token_party)
        return TokenSettings(
            TokenRules(self.token_issuer, self.token_audience, self.token_leeway_seconds),
            self._token_keys(self.token_keys),
            ClaimNames(self.token_roles, self.token_organisations, self.token_scope, party),
            refresh=self.token_refresh_seconds,
            pause=self.token_pause_seconds,
        )

    def _token_keys(self, keys: str) -> str | Path:
        if "://" not in keys:
            return Path(keys).expanduser()
        address = urlsplit(keys)
        if address.username is not None:
            raise SettingError(name=self.variable("token_keys"), reason="user names do not belong in an address.")
        if address.scheme == "https" or (address.scheme == "http" and is_loopback(address.hostname or "")):
            return keys
        reason = "whoever sits on the line could put keys of their own there; use https."
        raise SettingError(name=self.variable("token_keys"), reason=reason)
