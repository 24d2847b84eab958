"""Policies: what an organisation does for people and units, beyond what it sells."""

from __future__ import annotations

from graph.model.declare import Connection, extend, inverse, node, prop, ref, related, relationship
from graph.model.ways import Path, Step
from schema.base import Base, Dated
from schema.organisation import Organisation
from schema.party import Party


@node("pol", plural="policies", scope=(Path((Step("POLICY_OF", "out"),), keeps=True),), default_order="name")
class Policy(Base):
    """A rule or benefit of an organisation that supports parties: remote work, child care, a discount for staff."""

    name: str = prop("What it is called.", filter=True, order=True, search=True)
    text: str | None = prop("What it says.")
    owner: Organisation = ref("POLICY_OF", "The organisation whose policy it is.", key=True)


@relationship("SUPPORTS", "sup", source="Policy", target="Party")
class Supports(Dated):
    """A policy applies to a party."""


@extend("Policy")
class WithSupported:
    """Whom a policy is for."""

    supports: Connection[Party] = related(Supports, "out", "Whom it supports.")


@extend("Party")
class WithPolicies:
    """What policies add to a party."""

    policies: Connection[Policy] = related(Supports, "in", "The policies that support it.")


@extend("Organisation")
class WithOwnPolicies:
    """What policies add to the organisation that has them."""

    own_policies: Connection[Policy] = inverse("owner", "Its policies.")
