"""Why somebody is not let in.

```
CustomerGraphError
├── UnauthenticatedError      nobody is known by these credentials, or there are none
│   └── TokenExpiredError
NotAllowedError
├── NoRoleError               somebody is known, and has no role here
└── NoPartyError              somebody may see itself only, and nothing says who that is
UnavailableError
└── IdentityUnavailableError  whose keys would tell cannot be reached
InputError
├── SigningKeysError          a file of keys cannot be used
└── PartyTemplateError        nothing can be made of the setting
```
"""

from __future__ import annotations

from graph.errors import CustomerGraphError, InputError, NotAllowedError, UnavailableError


class UnauthenticatedError(CustomerGraphError):
    """Nobody is known by the credentials of the request: none were sent, or they are not valid."""

    code = "UNAUTHENTICATED"
    text = "The request has no valid credentials."
    hint = "Send Authorization: Bearer, and behind it a token of your identity provider or an API key."


class TokenExpiredError(UnauthenticatedError):
    """The token was valid once."""

    code = "TOKEN_EXPIRED"
    text = "The token has expired."
    hint = "Get a new one from your identity provider."


class NoRoleError(NotAllowedError):
    """The identity has none of the roles that the service knows."""

    code = "NO_ROLE"
    text = "Your identity has no role here."
    hint = "Ask an administrator for one of these roles: {known}."


class NoPartyError(NotAllowedError):
    """The identity may see only itself, and no party is known to be it."""

    code = "NO_PARTY"
    text = "Your identity is not linked to a party, and its role shows nothing but its own."
    hint = "Ask an administrator to link it to your party."


class IdentityUnavailableError(UnavailableError):
    """The keys that tokens are verified with were never fetched."""

    code = "IDENTITY_UNAVAILABLE"
    text = "Tokens cannot be verified now: the keys of the identity provider cannot be fetched."
    hint = "Try again in a moment."


class SigningKeysError(InputError):
    """The file of keys that tokens are verified with cannot be used."""

    code = "SIGNING_KEYS"
    text = "The keys in {file} cannot be used: {reason}."
    hint = "CUSTOMER_GRAPH_TOKEN_KEYS names a JWKS, or PEM file, of public RSA, P-256 or Ed25519 keys."


class PartyTemplateError(InputError):
    """The setting that says which party a token belongs to cannot be read."""

    code = "PARTY_TEMPLATE"
    text = "{template!r} does not say which party a token belongs to: {reason}."
    hint = "Name the claim that holds the id, {{party}}, or an external key with claims in it, auth0:user:{{sub}}."
