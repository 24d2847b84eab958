"""The identity behind a request."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from graph.compiler.planner.context import Audience
from graph.errors import NotAllowedError

WRITERS = frozenset({"admin", "staff"})


@dataclass(frozen=True)
class Viewer:
    """Roles, the organisations it is limited to (None: all), its own party where it has one, and the name that history
    knows it by."""

    roles: frozenset[str]
    organisations: tuple[str, ...] | None = None
    party: str | None = None
    subject: str = "unknown"

    @cached_property
    def audience(self) -> Audience:
        """The class of viewer: what plans are made for and kept under."""
        return Audience(self.roles, limited=self.organisations is not None)

    def must_see_personal(self, action: str) -> None:
        """Raises NotAllowedError, naming the action, unless the viewer sees personal data of every party."""
        if not self.roles & (WRITERS | {"pii"}) or self.organisations is not None:
            raise NotAllowedError(action=action)

    def must_write(self) -> None:
        """Raises NotAllowedError unless the viewer may change things: administrators, and staff without limits."""
        if not self.roles & WRITERS or self.organisations is not None:
            raise NotAllowedError(action="change anything")


LOCAL = Viewer(frozenset({"admin"}), subject="local")
"""Whoever reaches a service without identities: it listens on loopback only, so it is the machine's own user."""
