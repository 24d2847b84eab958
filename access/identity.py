"""From what credentials say to a viewer, or to the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass

from access.errors import NoPartyError, NoRoleError
from access.roles import OWN, ROLES, effective_roles
from access.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Identity:
    """What verified credentials say; `party` is the id of a party that is there."""

    subject: str
    roles: frozenset[str]
    scopes: frozenset[str] = frozenset()
    organisations: tuple[str, ...] | None = None
    party: str | None = None
    expires_at: float | None = None


def viewer_of(identity: Identity) -> Viewer:
    """The viewer that the identity is.

    Without a party, roles that see only their own see nothing and are left out. Raises NoRoleError where no known role
    is named, and NoPartyError where none is left.
    """
    roles = effective_roles(identity.roles, identity.scopes)
    if not roles:
        raise NoRoleError(known=", ".join(ROLES))
    if identity.party is None:
        roles -= OWN
    if not roles:
        raise NoPartyError
    return Viewer(roles, identity.organisations, identity.party, identity.subject, identity.scopes, identity.expires_at)
