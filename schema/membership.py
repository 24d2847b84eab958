"""Who belongs to a household, an association or another body."""

from __future__ import annotations

from graph.model.declare import Connection, extend, prop, related, relationship
from schema.base import Dated
from schema.organisation import Organisation
from schema.party import Party


@relationship("MEMBER_OF", "mem", source="Party", target="Organisation", about="source")
class MemberOf(Dated):
    """A party belongs to an organisation without working for it: to a household, an association, a club."""

    role: str | None = prop("What it is there: chair, treasurer, parent.", filter=True, personal=True)


@extend("Party")
class WithMemberships:
    """What belonging adds to a party."""

    memberships: Connection[Organisation] = related(MemberOf, "out", "The bodies it belongs to.")


@extend("Organisation")
class WithMembers:
    """What belonging adds to an organisation."""

    members: Connection[Party] = related(MemberOf, "in", "Who belongs to it.")
