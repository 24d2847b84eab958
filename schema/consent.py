"""Consent: what a party allowed to be done with its data, when, and where it said so."""

from __future__ import annotations

from graph.model.declare import Connection, extend, inverse, node, prop, ref
from graph.model.scalars import Choice
from graph.model.ways import SELF, Behind
from schema.base import STAFF, Dated
from schema.organisation import Organisation
from schema.party import Party
from schema.purchase import Channel


class ConsentPurpose(Choice):
    """What a consent is for."""

    MARKETING = "News and offers."
    PROFILING = "Working out what it may want."
    SHARING = "Giving its data to others."
    RESEARCH = "Surveys and studies."
    SERVICE = "Messages about what it bought."


@node(
    "con",
    dated=True,
    about="party",
    personal=True,
    once_open=("party", "organisation", "channel", "purpose"),
    scope=(Behind("party"),),
    visible_to=(*STAFF, SELF),
    default_order="since",
)
class Consent(Dated):
    """A party allows an organisation to use one channel for one purpose, from one time on until it takes that back."""

    party: Party = ref("CONSENT_OF", "Who consents.", key=True)
    organisation: Organisation | None = ref("CONSENT_TO", "To whom; null for whoever runs this service.")
    channel: Channel = prop("The channel that may be used.", filter=True)
    purpose: ConsentPurpose = prop("What it may be used for.", filter=True)
    source: str = prop("Where it said so: a form, a call, a contract.")


@extend("Party")
class WithConsents:
    """What consent adds to a party."""

    consents: Connection[Consent] = inverse("party", "What it consents to.")
