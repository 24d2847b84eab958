"""Contact points: the ways to reach a party, each for a purpose."""

from __future__ import annotations

from graph.model.declare import Connection, extend, inverse, node, prop, ref
from graph.model.scalars import Choice
from graph.model.ways import Behind
from schema.base import PERSONAL, Dated
from schema.party import Party


class ContactKind(Choice):
    """The kind of a contact point."""

    EMAIL = "An e-mail address."
    PHONE = "A phone number."
    WEB = "The address of a web page."
    SOCIAL = "A name in a social network."
    MESSENGER = "A name or number in a messenger."


class ContactPurpose(Choice):
    """What a contact point is used for."""

    GENERAL = "Anything."
    PRIVATE = "A person's own affairs."
    WORK = "A person's work."
    BILLING = "Invoices."
    SUPPORT = "Questions and complaints."
    MARKETING = "News and offers, where there is consent."


@node(
    "cpt",
    plural="contactPoints",
    dated=True,
    about="party",
    personal=True,
    once_open=("party", "kind", "purpose", "value"),
    scope=(Behind("party"),),
    visible_to=PERSONAL,
    default_order="since",
)
class ContactPoint(Dated):
    """A way to reach a party; it has as many as it needs, each with its time. The main ones also stand on the party."""

    party: Party = ref("REACHES", "Who is reached.", key=True)
    kind: ContactKind = prop("What kind of contact point it is.", filter=True)
    purpose: ContactPurpose = prop("What it is used for.", filter=True)
    value: str = prop("The address, number or name itself.", filter=True, lookup=True)


@extend("Party")
class WithContactPoints:
    """What contact points add to a party."""

    contact_points: Connection[ContactPoint] = inverse("party", "The ways to reach it, each for a purpose.")
