"""What every node has, and what every dated fact has."""

from __future__ import annotations

from graph.model.declare import prop
from graph.model.types import ID, Instant
from graph.model.ways import SELF

STAFF = ("admin", "staff", "analyst")
PERSONAL = ("admin", "staff", "pii", SELF)


class Base:
    """The fields of every node and of every relationship with an id."""

    id: ID = prop("The id; it tells the type and never changes.", filter=True, unique=True, derived=True)
    created_at: Instant = prop("When it was first written here.", filter=True, derived=True)
    updated_at: Instant = prop("When it was last changed here.", filter=True, derived=True)
    version: int = prop("Grows by one with each change; for optimistic concurrency.", derived=True)


class Dated(Base):
    """The fields of a fact that begins and may end."""

    since: Instant = prop("When it began, or the earliest time it is known for.", filter=True, order=True)
    until: Instant | None = prop("When it ended; null while it is open.", filter=True)
