"""A progress bar, as every long command shows it."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn


def bar(console: Console, figures: str) -> Progress:
    """Title, bar, share done, what `figures` says of the task's fields (`{task.fields[rate]:.0f}/s`), and time left."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn(figures),
        TimeRemainingColumn(),
        console=console,
    )
