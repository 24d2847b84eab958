"""What the claims of a token say, under the names that its issuer gives them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from access.errors import PartyTemplateError

Claims = Mapping[str, Any]
MISSING = object()
"""Stands for a claim that a token does not have."""

_NAMED = re.compile(r"\{([^{}]+)\}")
_LONGEST = 255
"""Characters of a subject, as OpenID Connect bounds it; the other single values are no longer."""


class MalformedClaimError(Exception):
    """A claim is not of the form that it must have; the message holds its name and no value."""


@dataclass(frozen=True, slots=True)
class PartyTemplate:
    """How the claims of a token tell which party it belongs to.

    `{party}`: the claim holds the id of the party. `auth0:user:{sub}`: an external key of the party, with claims in it.
    """

    text: str = "{party}"

    def __post_init__(self) -> None:
        around = _NAMED.sub("", self.text)
        if "{" in around or "}" in around or around == self.text:
            raise PartyTemplateError(template=self.text, reason="it names no claim in braces")
        if not self.is_id and ":" not in around:
            raise PartyTemplateError(template=self.text, reason="an external key has colons")

    @property
    def is_id(self) -> bool:
        """Whether one claim alone holds the id."""
        return _NAMED.fullmatch(self.text) is not None

    def fill(self, claims: Claims) -> str | None:
        """The id or external key; None where a claim is missing. Raises MalformedClaimError."""
        values = {name: text_claim(claims, name) for name in _NAMED.findall(self.text)}
        if None in values.values():
            return None
        return _NAMED.sub(lambda named: str(values[named[1]]), self.text)


@dataclass(frozen=True, slots=True)
class ClaimNames:
    """Where the issuer puts things. A name with dots leads into objects (`realm_access.roles`), unless a claim has that
    very name (`https://example.com/roles`)."""

    roles: str = "roles"
    organisations: str = "organisations"
    scope: str = "scope"
    party: PartyTemplate = field(default_factory=PartyTemplate)


def find_claim(claims: Claims, name: str) -> Any:
    """The value of a claim, null too; MISSING where there is none. Raises MalformedClaimError where the name leads
    through what is no object."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for part in name.split("."):
        if not isinstance(found, Mapping):
            raise MalformedClaimError(f"{name} leads through what is no object")
        if part not in found:
            return MISSING
        found = found[part]
    return found


def text_claim(claims: Claims, name: str) -> str | None:
    """The text, or the whole number, that a claim holds; None where there is none. Raises MalformedClaimError."""
    value = find_claim(claims, name)
    if value is None or value is MISSING:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST:
        raise MalformedClaimError(f"{name} is no text of 1 to {_LONGEST} characters")
    return value


def words_claim(claims: Claims, name: str) -> tuple[str, ...] | None:
    """The texts of a list, or the words of one text; None where there is no such claim. Raises MalformedClaimError.

    Null is malformed: what should limit somebody must never come to mean no limit.
    """
    value = find_claim(claims, name)
    if value is MISSING:
        return None
    if isinstance(value, str):
        return tuple(value.split())
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise MalformedClaimError(f"{name} is neither a list of texts nor a text")
    return tuple(value)
