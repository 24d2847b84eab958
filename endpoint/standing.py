"""What was opened once goes on only as long as whoever opened it may still have it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace

from access.viewer import Viewer
from endpoint.protocol import Authenticate
from graph.errors import CustomerGraphError

EXPIRED = "The token has expired"
CHANGED = "What the credentials allow has changed"


async def standing_ends(
    identify: Authenticate, headers: Mapping[str, str], viewer: Viewer, *, every: float, language: str
) -> str:
    """Returns why, once the credentials in the headers are no longer good, or no longer those of the same viewer.

    They are looked at again every so many seconds, and at their own end. A look that fails and would pass (no database,
    no keys) says nothing of them.
    """
    while True:
        rest = float("inf") if viewer.expires_at is None else viewer.expires_at - time.time()
        await asyncio.sleep(max(min(every, rest), 0))
        if rest <= every:
            return EXPIRED
        try:
            found = await identify(headers)
        except CustomerGraphError as refused:
            if not refused.retryable:
                return refused.message(language)
        else:
            if replace(found, expires_at=None) != replace(viewer, expires_at=None):
                return CHANGED
            viewer = found
