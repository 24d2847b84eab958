"""The identity behind a request."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from graph.compiler.planner.context import Audience


@dataclass(frozen=True)
class Viewer:
    """Roles, the organisations it is limited to (None: all), and its own party where it has one."""

    roles: frozenset[str]
    organisations: tuple[str, ...] | None = None
    party: str | None = None

    @cached_property
    def audience(self) -> Audience:
        """The class of viewer: what plans are made for and kept under."""
        return Audience(self.roles, limited=self.organisations is not None)


LOCAL = Viewer(frozenset({"admin"}))
"""Whoever reaches a service without identities: it listens on loopback only, so it is the machine's own user."""
