"""Parties: whoever can buy, be served, give feedback or belong."""

from __future__ import annotations

from graph.model.declare import interface, prop
from graph.model.types import ID, CountryCode, EmailAddress, Instant, PhoneNumber
from graph.model.ways import Path, Step, With
from schema.base import PERSONAL, Base


@interface(
    plural="parties",
    label="Party",
    default_order="name",
    scope=(
        Path((Step("PARTY", "in"), Step("SELLER", "out")), keeps=True),
        Path(keeps=True),
        Path((Step("PARTY", "in"), Step("EMPLOYER", "out")), keeps=True),
        Path((Step("SELLER", "in"), Step("PARTY", "out")), keeps=True),
        Path((Step("BOUGHT_BY", "in"), Step("SOLD_BY", "out"))),
        Path((Step("REPRESENTS", "out"),), keeps=True),
        Path((Step("REPRESENTS", "out"), Step("PARTY", "in"), Step("SELLER", "out")), keeps=True),
    ),
    principal=True,
    public=(With("offers"), With("customers"), With("sales")),
)
class Party(Base):
    """A person, an organisation or a unit of one: whoever can be a customer. One party can be many customers."""

    name: str = prop("The name as the party writes it.", filter=True, order=True, search=True, personal=True)
    email: EmailAddress | None = prop(
        "The main e-mail address.", filter=True, lookup=True, visible_to=PERSONAL, personal=True
    )
    phone: PhoneNumber | None = prop(
        "The main phone number, in E.164: `+842438251234`.",
        filter=True,
        lookup=True,
        visible_to=PERSONAL,
        within="country",
        personal=True,
    )
    country: CountryCode | None = prop("The country it lives or sits in.", filter=True)
    region: str | None = prop("State, province or region.", filter=True, personal=True)
    city: str | None = prop("City or town.", filter=True, folded=True, personal=True)
    postal_code: str | None = prop("Postal code.", visible_to=PERSONAL, personal=True)
    address: str | None = prop("Street and number.", visible_to=PERSONAL, personal=True)
    erased_at: Instant | None = prop(
        "When its personal data was erased; its name is a pseudonym since then. Null for all others.",
        filter=True,
        derived=True,
    )
    organisation_id: ID | None = prop(
        "The organisation whose staff keep this party: itself, or the one a unit belongs to; null for people.",
        derived=True,
    )
