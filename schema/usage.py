"""Who uses a product, whoever bought it."""

from __future__ import annotations

from graph.model.declare import Connection, extend, prop, related, relationship
from graph.model.types import Decimal
from schema.base import Dated
from schema.party import Party
from schema.product import Product


@relationship("USED_BY", "use", source="Product", target="Party")
class UsedBy(Dated):
    """A party uses a product, bought by itself or by somebody else."""

    quantity: Decimal | None = prop("How many units it uses.", filter=True)


@extend("Product")
class WithUsers:
    """What using adds to a product."""

    used_by: Connection[Party] = related(UsedBy, "out", "Who uses it.")


@extend("Party")
class WithUsedProducts:
    """What using adds to a party."""

    uses: Connection[Product] = related(UsedBy, "in", "The products it uses.")
