"""What every group of settings is made of: kinds of values, the names of variables, errors."""

from __future__ import annotations

import ipaddress
from typing import Annotated

from pydantic import BaseModel, Field

from graph.errors import InputError

PREFIX = "CUSTOMER_GRAPH_"

Count = Annotated[int, Field(ge=1)]
Megabytes = Annotated[int, Field(ge=16)]
Seconds = Annotated[float, Field(gt=0)]
Port = Annotated[int, Field(ge=0, le=65535)]


class SettingError(InputError):
    """A variable of the environment or of `.env` cannot be used; the message never holds its value."""

    code = "BAD_SETTING"
    text = "The setting {name} cannot be used: {reason}"
    hint = "docs/settings.md lists every setting with its default and meaning."


class OpenAddressError(SettingError):
    """The service would answer strangers."""

    code = "OPEN_ADDRESS"
    text = "{host} can be reached from other machines, and nobody would be asked who they are."
    hint = (
        "Say how callers are known: CUSTOMER_GRAPH_TOKEN_ISSUER, CUSTOMER_GRAPH_TOKEN_AUDIENCE and "
        "CUSTOMER_GRAPH_TOKEN_KEYS for tokens, CUSTOMER_GRAPH_KEY_PEPPER for API keys (docs/identity.md). Or serve on "
        "127.0.0.1 (CUSTOMER_GRAPH_HOST); or set CUSTOMER_GRAPH_ALLOW_ANONYMOUS_NETWORK=true if something in front of "
        "the service keeps strangers out."
    )


class Group(BaseModel):
    """Settings that belong together. Fields are in the order in which docs/settings.md lists them."""

    @classmethod
    def variable(cls, field: str) -> str:
        """Name of the environment variable that sets the field."""
        alias = cls.model_fields[field].validation_alias
        return alias if isinstance(alias, str) else f"{PREFIX}{field}".upper()


def names(listed: str | None) -> list[str]:
    """The names of a list with spaces or commas between them."""
    return (listed or "").replace(",", " ").split()


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address; a name other than localhost counts as reachable."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
