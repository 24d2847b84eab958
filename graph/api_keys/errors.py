"""Why nothing becomes of an API key."""

from __future__ import annotations

from graph.errors import ConflictError


class ApiKeysOffError(ConflictError):
    """The service takes no API keys, because nothing says how to keep them."""

    code = "API_KEYS_OFF"
    text = "API keys are switched off."
    hint = (
        "Set CUSTOMER_GRAPH_KEY_PEPPER to a random text of at least 32 characters, the same one for every process; "
        "openssl rand -hex 32 makes one."
    )


class ApiKeyEndedError(ConflictError):
    """An API key was revoked or has expired."""

    code = "API_KEY_ENDED"
    text = "The API key {id} was revoked or has expired."
    hint = "Create a new one."
