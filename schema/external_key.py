"""Keys of other systems, by which imports find what they wrote before."""

from __future__ import annotations

from graph.model.declare import Connection, extend, inverse, node, prop, ref
from graph.model.types import Node
from graph.model.ways import Behind
from schema.base import STAFF, Base


@node(
    "key",
    plural="",
    about="identifies",
    personal=True,
    scope=(Behind("identifies"),),
    visible_to=STAFF,
    default_order="key",
)
class ExternalKey(Base):
    """The name that another system has for a node: `northwind:customer:ALFKI`."""

    key: str = prop("Source, kind and key in that source, with colons between.", filter=True, unique=True, order=True)
    identifies: Node | None = ref("IDENTIFIES", "The node that it names.", visible_to=STAFF)


@extend("Party")
class WithPartyKeys:
    """What keys add to a party."""

    external_keys: Connection[ExternalKey] = inverse("identifies", "The names that other systems have for it.")


@extend("Product")
class WithProductKeys:
    """What keys add to a product."""

    external_keys: Connection[ExternalKey] = inverse("identifies", "The names that other systems have for it.")


@extend("Purchase")
class WithPurchaseKeys:
    """What keys add to a purchase."""

    external_keys: Connection[ExternalKey] = inverse("identifies", "The names that other systems have for it.")
