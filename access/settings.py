"""Who is asked who somebody is."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from access.claims import ClaimNames
from access.tokens import TokenRules


@dataclass(frozen=True, slots=True)
class TokenSettings:
    """Tokens of an identity provider: what is verified, where its keys are (an address or a file), the names of claims,
    and how often keys are fetched anew at most and at least, in seconds."""

    rules: TokenRules
    keys: str | Path
    names: ClaimNames = field(default_factory=ClaimNames)
    refresh: float = 600.0
    pause: float = 30.0


@dataclass(frozen=True, slots=True)
class IdentitySettings:
    """How callers are known: by tokens, by API keys, or by both. `pepper` is what digests of API keys are made under.
    What the graph says of a key or a party is taken as it was for `seconds`."""

    tokens: TokenSettings | None
    pepper: str | None = field(repr=False)
    seconds: float = 30.0
