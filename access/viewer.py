"""The identity behind a request."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from graph.compiler.planner.context import Audience
from graph.errors import NotAllowedError

WRITERS = frozenset({"admin", "staff"})
LOOKING_AFTER = WRITERS | {"analyst"}


@dataclass(frozen=True)
class Viewer:
    """Roles, the organisations it is limited to (None: all), its own party where it has one, and the name that history
    knows it by. Without a role that looks after others it sees what is its own, and what is public.

    `roles` are what the roles of its credentials come to with their scopes (access/roles.py); `scopes` are those that
    the credentials name. They are good until `expires_at` in Unix time, for ever where it is None.
    """

    roles: frozenset[str]
    organisations: tuple[str, ...] | None = None
    party: str | None = None
    subject: str = "unknown"
    scopes: frozenset[str] = frozenset()
    expires_at: float | None = None

    @cached_property
    def audience(self) -> Audience:
        """The class of viewer: what plans are made for and kept under."""
        if not self.roles & LOOKING_AFTER:
            return Audience(self.roles, "own")
        return Audience(self.roles, "all" if self.organisations is None else "organisations")

    def must_look_after(self, action: str) -> None:
        """Raises NotAllowedError, naming the action, unless the viewer looks after others."""
        if not self.roles & LOOKING_AFTER:
            raise NotAllowedError(action=action)

    def must_see_personal(self, action: str) -> None:
        """Raises NotAllowedError, naming the action, unless the viewer sees personal data of every party."""
        if self.audience.sight != "all" or not self.roles & (WRITERS | {"pii"}):
            raise NotAllowedError(action=action)

    def must_write(self) -> None:
        """Raises NotAllowedError unless the viewer may change something: administrators, staff, and customers what is
        told of them. What exactly that is for whoever does not see all, the transaction tells."""
        if not self.roles & (WRITERS | {"customer"}):
            raise NotAllowedError(action="change anything")

    def must_write_rows(self) -> None:
        """Raises NotAllowedError unless the viewer is an administrator or of the staff."""
        if not self.roles & WRITERS:
            raise NotAllowedError(action="import rows")

    def must_write_everything(self, action: str) -> None:
        """Raises NotAllowedError, naming the action, unless the viewer may change all that there is."""
        if not self.roles & WRITERS or self.audience.sight != "all":
            raise NotAllowedError(action=action)

    def must_administer(self, action: str) -> None:
        """Raises NotAllowedError, naming the action, unless the viewer is an administrator without limits."""
        if "admin" not in self.roles or self.organisations is not None:
            raise NotAllowedError(action=action)


LOCAL = Viewer(frozenset({"admin"}), subject="local")
"""Whoever reaches a service without identities: it listens on loopback only, so it is the machine's own user."""
