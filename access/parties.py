"""Which party credentials belong to, asked of the graph and remembered for a short time."""

from __future__ import annotations

import time
from collections.abc import Callable

from access.kept import Kept
from graph.client import Database
from graph.parties import party_of

_REMEMBERED = 10_000


class Parties:
    """Finds parties by id or external key. One that is there is remembered for `seconds`; one that is not is looked for
    every time, because somebody who waits to be linked tries again."""

    def __init__(
        self, database: Callable[[], Database], seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._known: Kept[str, str] = Kept(_REMEMBERED, seconds, clock)

    async def find(self, name: str) -> str | None:
        """The id of the party, also where it became one with another one; None where there is none."""
        known = self._known.get(name)
        if known is None:
            known = await party_of(self._database(), name)
            if known is not None:
                self._known.put(name, known)
        return known
