"""What an executor did so far, and what it is at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LoadFigures:
    """Operations that were admitted so far and what they cost together; how many run and wait for their turn;
    statements and transactions under way, each on a connection of its own, and how many may be."""

    operations: int = 0
    cost: int = 0
    running: int = 0
    waiting: int = 0
    connections: int = 0
    connections_max: int = 0
