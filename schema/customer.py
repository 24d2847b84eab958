"""Customers: the role that a party has towards a seller, and its two ends."""

from __future__ import annotations

from graph.model.declare import Connection, copy, extend, inverse, node, pick, prop, ref, role, staged
from graph.model.scalars import Choice
from graph.model.types import ID
from graph.model.ways import Behind, Path, Step
from schema.base import STAFF, Dated
from schema.brand import Brand
from schema.party import Party
from schema.person import Person


class Lifecycle(Choice):
    """Where a customer stands with a seller."""

    POTENTIAL = "Known, has not bought yet."
    CURRENT = "Buys."
    LOYAL = "Buys by habit; the traditional customer."
    LAPSED = "Has not bought for long."
    LOST = "Said goodbye, or went to somebody else."


MOVES = {
    Lifecycle.POTENTIAL: (Lifecycle.CURRENT, Lifecycle.LOST),
    Lifecycle.CURRENT: (Lifecycle.LOYAL, Lifecycle.LAPSED),
    Lifecycle.LOYAL: (Lifecycle.CURRENT, Lifecycle.LAPSED),
    Lifecycle.LAPSED: (Lifecycle.CURRENT, Lifecycle.LOST),
}
"""Which stage may follow which; from LOST a customer comes back with a new role."""
STRONGEST = (Lifecycle.LOYAL, Lifecycle.CURRENT, Lifecycle.LAPSED, Lifecycle.POTENTIAL, Lifecycle.LOST)
"""Where somebody stands who was known twice: what it bought as either of both counts."""


class CustomerScope(Choice):
    """Whether a customer sits inside the organisation that serves it."""

    INTERNAL = "An employee or unit of the seller's own organisation."
    EXTERNAL = "Anybody else."


@role(
    "cus",
    shortcut="CUSTOMER_OF",
    party="party",
    counterpart="seller",
    once_open=("party", "seller", "brand"),
    scope=(Path((Step("SELLER", "out"),), keeps=True), Path((Step("PARTY", "out"),))),
    default_order="since",
)
class Customer(Dated):
    """What a party is to a seller while it buys, or may buy, from it. Seen from the party it is a supplier relation.
    One party has one open role per seller and brand. Staff of both organisations see it."""

    party: Party = ref("PARTY", "Who buys, uses or benefits.", key=True)
    seller: Party = ref("SELLER", "Who sells or serves: an organisation or a unit.", key=True)
    owner: Person | None = ref("OWNED_BY", "The person who looks after this customer.")
    brand: Brand | None = ref("UNDER_BRAND", "The brand it buys under, where the seller has several.")
    lifecycle: Lifecycle = staged(
        "Where the customer stands.", kept_by="CustomerStage", moves=MOVES, strongest=STRONGEST, filter=True
    )
    scope: CustomerScope = prop("Whether it sits inside the seller's own organisation.", filter=True, derived=True)
    party_name: str = copy("party", "name", order="name")
    party_organisation_id: ID | None = copy("party", "organisation_id")
    organisation_id: ID | None = copy("seller", "organisation_id", "The organisation whose staff keep this customer.")


@node(
    "stg",
    plural="customerStages",
    dated=True,
    kept=True,
    about="customer",
    scope=(Behind("customer"),),
    default_order="since",
)
class CustomerStage(Dated):
    """How long a customer stood where, and why it came there; one that never moved has none. A first purchase makes a
    potential customer current by itself."""

    customer: Customer = ref("STAGE_OF", "Whose stage it is.", key=True)
    lifecycle: Lifecycle = prop("Where the customer stood.", filter=True)
    reason: str | None = prop("Why it came there.", visible_to=STAFF, personal=True)


@extend("Customer")
class WithStages:
    """Where the customer stood before."""

    stages: Connection[CustomerStage] = inverse("customer", "Where it stands; with during, where it stood.")


@extend("Organisation")
class WithLoyaltyRule:
    """What makes a current customer loyal to the organisation by itself."""

    loyal_after_purchases: int | None = prop("How many purchases make a current customer loyal; null: none do.")
    loyal_within_days: int | None = prop("The days within which they must fall; null: at any time.")


@extend("OrgUnit")
class WithUnitLoyaltyRule:
    """What makes a current customer loyal to the unit by itself."""

    loyal_after_purchases: int | None = prop("How many purchases make a current customer loyal; null: none do.")
    loyal_within_days: int | None = prop("The days within which they must fall; null: at any time.")


@extend("Party")
class WithCustomerRoles:
    """What the role adds to both of its ends."""

    customer_of: Connection[Customer] = inverse("party", "What it is a customer of: one role per seller and brand.")
    suppliers: Connection[Customer] = inverse(
        "party", "Who supplies it from outside: its roles as an external customer.", where={"scope": "EXTERNAL"}
    )
    customers: Connection[Customer] = inverse("seller", "Its customers, internal and external.")
    internal_customers: Connection[Customer] = inverse(
        "seller", "The customers inside its own organisation.", where={"scope": "INTERNAL"}
    )
    relationship_with: Customer | None = pick(
        "customer_of",
        argument="seller",
        by="seller_id",
        description="Its role towards one seller; the oldest where it has several.",
        argument_description="The id of the seller.",
    )
