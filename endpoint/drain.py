"""Stopping without a failure: long answers are told to end before the server closes their connections."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


class Drain:
    """Knows the answers that would never end by themselves, and asks all of them to."""

    def __init__(self) -> None:
        self.begun = False
        self._endings: set[Callable[[], object]] = set()

    def begin(self) -> None:
        """From here on the service is not ready, and what is open ends."""
        self.begun = True
        for end in tuple(self._endings):
            end()

    @contextmanager
    def ends(self, end: Callable[[], object]) -> Iterator[None]:
        """While the block runs, `end` is called when the service stops; at once where it does already."""
        self._endings.add(end)
        if self.begun:
            end()
        try:
            yield
        finally:
            self._endings.discard(end)

    @contextmanager
    def on_signals(self) -> Iterator[None]:
        """While the block runs, SIGTERM and SIGINT begin it, before whatever they did until now.

        The server installs its own handlers when it starts, and closes connections a moment after a signal.
        """
        if threading.current_thread() is not threading.main_thread():
            yield  # Signals are the main thread's alone; who serves from another one ends it in ways of its own.
            return
        loop = asyncio.get_running_loop()
        before = {sign: signal.getsignal(sign) for sign in (signal.SIGTERM, signal.SIGINT)}

        def handle(sign: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self.begin)
            known = before[signal.Signals(sign)]
            if callable(known):
                known(sign, frame)

        for sign, known in before.items():
            if callable(known):
                signal.signal(sign, handle)
        try:
            yield
        finally:
            for sign, known in before.items():
                if callable(known):
                    signal.signal(sign, known)
