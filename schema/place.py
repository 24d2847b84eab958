"""Places, and the addresses of parties."""

from __future__ import annotations

from graph.model.declare import Connection, extend, inverse, node, prop, ref
from graph.model.scalars import Choice
from graph.model.types import CountryCode, Decimal
from graph.model.ways import Behind, Everybody
from schema.base import PERSONAL, Base, Dated
from schema.party import Party


class AddressPurpose(Choice):
    """What an address is used for."""

    HOME = "Where a person lives."
    WORK = "Where it works."
    DELIVERY = "Where goods are sent."
    BILLING = "Where invoices are sent."
    REGISTERED = "Where an organisation is registered."
    VISITS = "Where visitors are received."


@node("pla", default_order="name", public=(Everybody(),))
class Place(Base):
    """A place where parties meet: a shop, a market, a square, a building."""

    name: str = prop("What it is called.", filter=True, order=True, search=True)
    country: CountryCode | None = prop("Its country.", filter=True)
    region: str | None = prop("State, province or region.", filter=True)
    city: str | None = prop("City or town.", filter=True, folded=True)
    postal_code: str | None = prop("Postal code.")
    street: str | None = prop("Street and number.")
    latitude: Decimal | None = prop("Degrees north of the equator.")
    longitude: Decimal | None = prop("Degrees east of Greenwich.")


@node(
    "adr",
    plural="addresses",
    dated=True,
    about="party",
    personal=True,
    once_open=("party", "purpose", "place", "country", "region", "city", "postal_code", "street"),
    scope=(Behind("party"),),
    visible_to=PERSONAL,
    default_order="since",
)
class Address(Dated):
    """An address of a party for one purpose; it has as many as it needs, each with its time."""

    party: Party = ref("ADDRESS_OF", "Whose address it is.", key=True)
    place: Place | None = ref("AT_PLACE", "The known place that it is at.")
    purpose: AddressPurpose = prop("What it is used for.", filter=True)
    country: CountryCode | None = prop("Its country.", filter=True)
    region: str | None = prop("State, province or region.", filter=True)
    city: str | None = prop("City or town.", filter=True, folded=True)
    postal_code: str | None = prop("Postal code.")
    street: str | None = prop("Street and number.")


@extend("Party")
class WithAddresses:
    """What addresses add to a party."""

    addresses: Connection[Address] = inverse("party", "Its addresses, each for a purpose.")


@extend("Place")
class WithResidents:
    """What is at a place."""

    addresses: Connection[Address] = inverse("place", "The addresses at it.")
