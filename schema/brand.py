"""Brands."""

from __future__ import annotations

from graph.model.declare import Connection, extend, inverse, node, prop, ref
from graph.model.ways import Everybody, Path, Step
from schema.base import Base
from schema.organisation import Organisation


@node(
    "bra",
    default_order="name",
    scope=(Everybody(), Path((Step("BRAND_OF", "out"),), keeps=True)),
    public=(Everybody(),),
)
class Brand(Base):
    """A name that an organisation sells under."""

    name: str = prop("The brand's name.", filter=True, order=True, search=True)
    owner: Organisation | None = ref("BRAND_OF", "The organisation that owns it.")


@extend("Organisation")
class WithBrands:
    """What brands add to their owner."""

    brands: Connection[Brand] = inverse("owner", "The brands it owns.")
