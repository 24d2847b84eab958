"""Refunds of purchase lines."""

from __future__ import annotations

from graph.model.declare import Connection, extend, inverse, node, prop, ref
from graph.model.types import CurrencyCode, Instant, Money
from graph.model.ways import Behind
from schema.base import Base
from schema.purchase import PurchaseLine


@node("rfd", about="line", scope=(Behind("line"),), default_order="at")
class Refund(Base):
    """Money given back for a line of a purchase, at once or in parts, never more than the line's amount."""

    line: PurchaseLine = ref("REFUND_OF", "The line that it is given back for.", key=True)
    at: Instant = prop("When it was given back.", filter=True, order=True)
    amount: Money = prop("How much.", filter=True)
    reason: str | None = prop("Why.", personal=True)
    currency: CurrencyCode = prop("The currency of the purchase.", filter=True, derived=True)


@extend("PurchaseLine")
class WithRefunds:
    """What refunds add to a line."""

    refunds: Connection[Refund] = inverse("line", "What was given back for it.")
