"""Offers: who sells what, to whom, and where it comes from."""

from __future__ import annotations

from graph.model.declare import Connection, copy, extend, inverse, node, prop, ref
from graph.model.types import CurrencyCode, Money
from graph.model.ways import Path, Step, Without
from schema.base import Dated
from schema.organisation import Organisation
from schema.party import Party
from schema.product import Product


@node(
    "off",
    dated=True,
    scope=(Without("customer"), Path((Step("OFFERED_BY", "out"),), keeps=True), Path((Step("OFFERED_TO", "out"),))),
    public=(Without("customer"), Path((Step("OFFERED_TO", "out"),))),
    default_order="since",
)
class Offer(Dated):
    """A seller offers a product at a price, to everybody or to one customer. Sourced offers tell the order of
    intermediaries between maker and end user."""

    seller: Party = ref("OFFERED_BY", "Who offers it.", key=True)
    product: Product = ref("OFFER_OF", "What is offered.", key=True)
    customer: Party | None = ref("OFFERED_TO", "The only party it is offered to; null when it is for everybody.")
    sourced_from: Organisation | None = ref("SOURCED_FROM", "The organisation the seller gets it from.")
    price: Money | None = prop("The price of one unit.", filter=True)
    currency: CurrencyCode = prop("The currency of the price.", filter=True)
    product_name: str = copy("product", "name", order="name")


@extend("Product")
class WithOffers:
    """What offers add to a product."""

    offers: Connection[Offer] = inverse("product", "Who offers it, and at what price.")


@extend("Party")
class WithPartyOffers:
    """What offers add to a party."""

    offers: Connection[Offer] = inverse("seller", "What it offers.")
    own_offers: Connection[Offer] = inverse("customer", "What is offered to it alone.")


@extend("Organisation")
class WithSourcedOffers:
    """What offers add to the organisation they are sourced from."""

    resold_as: Connection[Offer] = inverse("sourced_from", "Offers of others that pass on what it delivers.")
