"""How far a backup is."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Progress:
    """What is being done, how much of it of how much, and the lines of each type so far.

    A restore counts bytes of the file, an export nodes and relationships. `moved` says that the graph changed
    meanwhile, `outside` how many relationships lead out of the selection.
    """

    stage: str = ""
    done: int = 0
    total: int = 0
    types: Counter[str] = field(default_factory=Counter)
    events: int = 0
    moved: bool = False
    outside: int = 0
    started: float = field(default_factory=time.monotonic)
    seconds: float = 0.0
    show: Callable[[Progress], None] | None = None

    @property
    def written(self) -> int:
        """All nodes and relationships."""
        return self.types.total()

    @property
    def rate(self) -> float:
        """Nodes and relationships per second."""
        return self.written / self.seconds if self.seconds else 0.0

    def tell(self, stage: str, done: int | None = None) -> None:
        """Shows the stage, and how much of it is done."""
        self.stage = stage
        self.done = self.done if done is None else done
        self.seconds = time.monotonic() - self.started
        if self.show is not None:
            self.show(self)
