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
        self.begun = self.finished = False
        self._endings: set[Callable[[], object]] = set()

    def begin(self) -> None:
        """From here on the service is not ready, and connections end with the answer that is sent on them."""
        self.begun = True

    def finish(self) -> None:
        """What is open ends."""
        self.begin()
        self.finished = True
        for end in tuple(self._endings):
            end()

    @contextmanager
    def ends(self, end: Callable[[], object]) -> Iterator[None]:
        """While the block runs, `end` is called when the service stops; at once where it does already."""
        self._endings.add(end)
        if self.finished:
            end()
        try:
            yield
        finally:
            self._endings.discard(end)

    @contextmanager
    def on_signals(self, seconds: float = 0.0) -> Iterator[None]:
        """While the block runs, SIGTERM and SIGINT begin it, and finish it so many seconds later, before whatever they
        did until now; a second signal does not wait.

        The server installs its own handlers when it starts, and closes connections a moment after a signal. Until then
        whoever spreads requests over processes has seen that this one is not ready.
        """
        if threading.current_thread() is not threading.main_thread():
            yield  # Signals are the main thread's alone; who serves from another one ends it in ways of its own.
            return
        loop = asyncio.get_running_loop()
        before = {sign: signal.getsignal(sign) for sign in (signal.SIGTERM, signal.SIGINT)}

        def stop(sign: int, frame: FrameType | None) -> None:
            self.finish()
            known = before[signal.Signals(sign)]
            if callable(known):
                known(sign, frame)

        def handle(sign: int, frame: FrameType | None) -> None:
            wait = 0.0 if self.begun else seconds
            self.begin()
            loop.call_soon_threadsafe(loop.call_later, wait, stop, sign, frame)

        for sign, known in before.items():
            if callable(known):
                signal.signal(sign, handle)
        try:
            yield
        finally:
            for sign, known in before.items():
                if callable(known):
                    signal.signal(sign, known)
