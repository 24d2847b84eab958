"""Organisations of every kind."""

from __future__ import annotations

from graph.model.declare import node, prop
from graph.model.scalars import Choice
from graph.model.types import PhoneNumber, TaxNumber
from graph.model.ways import SELF
from schema.base import STAFF
from schema.party import Party


class OrganisationKind(Choice):
    """What an organisation is for."""

    BUSINESS = "Sells goods or services."
    BANK = "Lends, keeps or moves money."
    AGENCY = "Acts for others: advertising, recruiting, brokering."
    VOLUNTARY = "A charity or other voluntary body."
    ASSOCIATION = "Residents, trades or other members who act together."
    PUBLIC_BODY = "A part of the state."
    HOUSEHOLD = "People who live and spend together."


@node("org", default_order="name")
class Organisation(Party):
    """A business, bank, agency, voluntary body, association or public body: anything that acts as one party and is not
    a person or a unit."""

    kind: OrganisationKind = prop("What the organisation is for.", filter=True)
    tax_id: TaxNumber | None = prop(
        "The tax number in its country, without spaces or separators: `0100109106`; a VAT number of the European Union "
        "with its prefix.",
        filter=True,
        unique=True,
        visible_to=(*STAFF, SELF),
        within="country",
        personal=True,
    )
    fax: PhoneNumber | None = prop("The fax number, in E.164: `+842438251234`.", within="country", personal=True)
    website: str | None = prop("The address of its web site.", personal=True)
