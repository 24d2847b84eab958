"""How long work is shown: a bar on a terminal, plain lines elsewhere, nothing in tests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol, TextIO

Advance = Callable[[int], None]


class Progress(Protocol):
    """Shows what is being done. `bar` yields a function that takes more bytes done, from any thread."""

    def note(self, text: str) -> None:
        """Show one line."""

    def bar(self, text: str, total: int) -> AbstractContextManager[Advance]:
        """Show how much of `total` bytes is done while the context is open."""


class QuietProgress:
    """Shows nothing."""

    def note(self, text: str) -> None:
        """Show nothing."""

    @contextmanager
    def bar(self, text: str, total: int) -> Iterator[Advance]:  # noqa: ARG002 - the names are the protocol's
        """Show nothing."""
        yield lambda _amount: None


class PlainProgress:
    """Plain lines: one for each note, one for each quarter of a bar."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def note(self, text: str) -> None:
        """Print the line."""
        print(text, file=self._stream, flush=True)

    @contextmanager
    def bar(self, text: str, total: int) -> Iterator[Advance]:
        """Print a line whenever another quarter is done."""
        done, shown, guard = 0, 0, threading.Lock()

        def advance(amount: int) -> None:
            nonlocal done, shown
            with guard:
                done += amount
                quarter = 4 * done // total if total else 4
                if quarter > shown:
                    shown = quarter
                    self.note(f"{text}: {min(100, 25 * quarter)} % of {total / 1e6:.0f} MB")

        yield advance


class RichProgress:
    """A progress bar with size, speed and time left."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console  # noqa: PLC0415 - rich is slow to import and only a terminal needs it

        self._console = Console(file=stream)

    def note(self, text: str) -> None:
        """Print the line above any bar."""
        self._console.print(text, highlight=False, markup=False)

    @contextmanager
    def bar(self, text: str, total: int) -> Iterator[Advance]:
        """Draw the bar while the context is open."""
        from rich import progress  # noqa: PLC0415 - as above

        columns = (
            progress.TextColumn("{task.description}"),
            progress.BarColumn(),
            progress.DownloadColumn(),
            progress.TransferSpeedColumn(),
            progress.TimeRemainingColumn(),
        )
        with progress.Progress(*columns, console=self._console) as bars:
            task = bars.add_task(text, total=total)
            yield lambda amount: bars.advance(task, amount)


def progress_on(stream: TextIO) -> Progress:
    """A bar where the stream is a terminal, plain lines otherwise."""
    return RichProgress(stream) if stream.isatty() else PlainProgress(stream)
