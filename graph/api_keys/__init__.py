"""API keys as the graph keeps them: nodes of the service's own, which no query of the domain reaches.

A node holds no secret but its digest; what makes a digest of a secret is access/api_keys.py.
"""

from graph.api_keys.errors import ApiKeyEndedError, ApiKeysOffError
from graph.api_keys.store import (
    PREFIX,
    ApiKey,
    create_key,
    find_key,
    list_keys,
    revoke_key,
    rotate_key,
    touch_key,
)

__all__ = [
    "PREFIX",
    "ApiKey",
    "ApiKeyEndedError",
    "ApiKeysOffError",
    "create_key",
    "find_key",
    "list_keys",
    "revoke_key",
    "rotate_key",
    "touch_key",
]
