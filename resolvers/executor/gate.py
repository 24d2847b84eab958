"""How many operations run at a time, and how many wait for their turn: more are turned away instead of queueing."""

from __future__ import annotations

import asyncio
from collections import deque

from graph.errors import UnavailableError

RETRY_SECONDS = 1
"""When to come again, as an answer says: one operation takes far less."""


class OverloadedError(UnavailableError):
    """As many operations run and wait as may."""

    code = "OVERLOADED"
    text = "The service is busy: {running} operations run and {waiting} wait."
    hint = "Try again in a moment."


class Gate:
    """`async with gate:` runs its block when it is its turn, in the order of arrival.

    Raises OverloadedError where `waiting` others wait already, and after `seconds` of waiting.
    """

    def __init__(self, running: int = 50, waiting: int = 200, seconds: float = 10.0) -> None:
        self._free = running
        self._running = running
        self._waiting = waiting
        self._seconds = seconds
        self._turns: deque[asyncio.Future[None]] = deque()

    @property
    def under_way(self) -> tuple[int, int]:
        """How many run, and how many wait."""
        return self._running - self._free, len(self._turns)

    def must_have_room(self) -> None:
        """Raises OverloadedError where one more would be turned away: before anything is done for it."""
        if self._free == 0 and len(self._turns) >= self._waiting:
            raise OverloadedError(running=self._running, waiting=len(self._turns))

    async def __aenter__(self) -> None:
        if self._free:
            self._free -= 1
            return
        self.must_have_room()
        turn = asyncio.get_running_loop().create_future()
        self._turns.append(turn)
        try:
            async with asyncio.timeout(self._seconds):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self._pass_on()  # The turn came, and whoever waited is gone.
            elif turn in self._turns:
                self._turns.remove(turn)
            if isinstance(error, TimeoutError):
                raise OverloadedError(running=self._running, waiting=len(self._turns)) from None
            raise

    async def __aexit__(self, *_: object) -> None:
        self._pass_on()

    def _pass_on(self) -> None:
        while self._turns:
            turn = self._turns.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
