"""Which pages may open a socket: a browser sends cookies and reaches loopback from any page, and asks nobody first."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}


def is_origin_allowed(headers: Mapping[str, str], origins: Collection[str]) -> bool:
    """Whether the page that opens the socket is one of the listed origins or of this service itself. Programs that are
    no browser send no origin and are none of its concern."""
    origin = headers.get("origin")
    if origin is None or origin in origins:
        return True
    try:
        page = urlsplit(origin)
        host = urlsplit(f"//{headers.get('host', '')}")
        default = _PORTS.get(page.scheme)
        return bool(page.hostname) and (page.hostname, page.port or default) == (host.hostname, host.port or default)
    except ValueError:
        return False
