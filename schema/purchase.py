"""Purchases and their lines."""

from __future__ import annotations

from graph.model.declare import Connection, computed, copy, extend, inverse, matching, node, prop, ref
from graph.model.scalars import Choice
from graph.model.types import ID, CurrencyCode, Decimal, Instant, Money
from graph.model.ways import Behind, Path, Step
from schema.base import STAFF, Base
from schema.organisation import Organisation
from schema.party import Party
from schema.person import Person
from schema.product import Product


class Channel(Choice):
    """The way on which a customer and a seller met."""

    ONLINE = "The web site or shop."
    STORE = "A place with a counter."
    MOBILE_APP = "An app on a phone."
    PHONE = "A call."
    EMAIL = "A mail."
    SMS = "A text message."
    SOCIAL = "A social network."
    IN_PERSON = "A visit or a meeting."
    PARTNER = "Through somebody else."


def fulfilled_late(required_at: str | None, fulfilled_at: str | None) -> bool | None:
    """Whether fulfilment came after the required time; None where one of the two is not known."""
    return None if required_at is None or fulfilled_at is None else fulfilled_at > required_at


@node(
    "pur",
    about="buyer",
    default_order="at",
    scope=(Path((Step("SOLD_BY", "out"),), keeps=True), Path((Step("BOUGHT_BY", "out"),))),
)
class Purchase(Base):
    """A party bought something from a seller at one time, in one currency. Staff of both organisations see it."""

    at: Instant = prop("When it was bought.", filter=True, order=True)
    reference: str | None = prop("The seller's number for it.", filter=True, lookup=True)
    channel: Channel | None = prop("The way it was bought.", filter=True)
    required_at: Instant | None = prop("When the buyer needs it.", filter=True)
    fulfilled_at: Instant | None = prop("When it was delivered or done.", filter=True)
    late: bool | None = computed(
        fulfilled_late, "Whether it came later than required.", needs=("required_at", "fulfilled_at")
    )
    currency: CurrencyCode = prop("The currency of all its amounts.", filter=True)
    gross: Money = prop("The sum of its lines after discounts.", filter=True, derived=True)
    refunded: Money = prop("What was paid back.", filter=True, derived=True)
    net: Money = prop("Gross less refunds.", filter=True, order=True, derived=True)
    buyer: Party = ref("BOUGHT_BY", "Who bought.", key=True)
    seller: Party = ref("SOLD_BY", "Who sold.", key=True)
    placed_by: Person | None = ref("PLACED_BY", "The person who ordered for the buyer.")
    handled_by: Person | None = ref("HANDLED_BY", "The person who served the buyer.", key=True)
    shipped_by: Organisation | None = ref("SHIPPED_BY", "The organisation that carried it.")
    buyer_organisation_id: ID | None = copy("buyer", "organisation_id")
    organisation_id: ID | None = copy("seller", "organisation_id", "The organisation whose staff keep this purchase.")


@node("pli", about="purchase", plural="purchaseLines", scope=(Behind("purchase"),))
class PurchaseLine(Base):
    """One product within a purchase."""

    purchase: Purchase = ref("LINE_OF", "The purchase it belongs to.")
    product: Product = ref("LINE_FOR", "What was bought.", key=True)
    position: int = prop("Its place among the lines of the purchase, from 1.", order=True, filter=True)
    quantity: Decimal = prop("How many units.", filter=True)
    unit_price: Money = prop("The price of one unit before discount.", filter=True)
    discount: Decimal = prop("The part of the price that was given up, from 0 to 1.", filter=True)
    unit_cost: Money | None = prop(
        "What one unit cost the seller; only its own staff see it.",
        visible_to=STAFF,
        scope=(Path((Step("LINE_OF", "out"),)),),
    )
    amount: Money = prop(
        "Quantity times price less discount, rounded half-even to four places.", filter=True, derived=True
    )
    currency: CurrencyCode = prop("The currency of the purchase.", filter=True, derived=True)
    at: Instant = copy("purchase", "at", order="at")


@extend("Purchase")
class WithLines:
    """The lines of a purchase."""

    lines: Connection[PurchaseLine] = inverse("purchase", "What was bought, product by product.")


@extend("Product")
class WithProductLines:
    """What buying adds to a product."""

    purchase_lines: Connection[PurchaseLine] = inverse("product", "The lines it was bought in.")


@extend("Party")
class WithPurchases:
    """What buying adds to parties."""

    purchases: Connection[Purchase] = inverse("buyer", "What it bought.")
    sales: Connection[Purchase] = inverse("seller", "What it sold.")


@extend("Person")
class WithHandledPurchases:
    """What serving adds to a person."""

    handled_purchases: Connection[Purchase] = inverse("handled_by", "The purchases it handled for the seller.")
    placed_purchases: Connection[Purchase] = inverse("placed_by", "The purchases it placed for a buyer.")


@extend("Customer")
class WithCustomerPurchases:
    """What buying adds to the role."""

    purchases: Connection[Purchase] = matching(
        {"buyer_id": "party_id", "seller_id": "seller_id"},
        "What the party bought from this seller, under every brand: one purchase can hold products of several.",
    )
