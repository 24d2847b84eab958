"""What the HTTP side asks of its executor and of whoever knows the callers."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from typing import Protocol, TypeAlias

from access.viewer import Viewer
from resolvers.executor.figures import LoadFigures
from resolvers.executor.lru import CacheFigures
from resolvers.executor.request import Answer, Request
from resolvers.live.hub import LiveFigures

Authenticate: TypeAlias = Callable[[Mapping[str, str]], Awaitable[Viewer]]
"""Lower-case header names to values -> the viewer, which may need a look at the database or at an address. Raises a
CustomerGraphError for one it refuses."""


class Executor(Protocol):
    """Runs one operation for one viewer."""

    async def execute(self, request: Request, viewer: Viewer) -> Answer:
        """The answer; a CustomerGraphError it raises is answered as a request error."""
        ...

    def subscribe(self, request: Request, viewer: Viewer) -> AsyncGenerator[Answer, None]:
        """The answers as they come: those of a subscription until it ends, one of anything else. One without data is
        the last, and says why. To close the generator ends what runs for it."""
        ...

    def load_figures(self) -> LoadFigures:
        """What was done so far, and what is under way."""
        ...

    def live_figures(self) -> LiveFigures:
        """How subscriptions do."""
        ...

    def caches(self) -> Mapping[str, CacheFigures]:
        """What is kept between requests, by name."""
        ...
