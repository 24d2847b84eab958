"""Products: goods and services, what they are made of and what can stand in for them."""

from __future__ import annotations

from graph.model.declare import Connection, extend, inverse, node, prop, ref, related, relationship
from graph.model.scalars import Choice
from graph.model.types import Decimal
from graph.model.ways import Everybody, Path, Step
from schema.base import Base, Dated
from schema.brand import Brand
from schema.category import Category
from schema.organisation import Organisation


class ProductKind(Choice):
    """Whether a product is a thing or a deed."""

    GOOD = "A thing that can be stored and resold."
    SERVICE = "Work done for somebody."


@node(
    "pro", default_order="name", scope=(Everybody(), Path((Step("MADE_BY", "out"),), keeps=True)), public=(Everybody(),)
)
class Product(Base):
    """Something that is made, offered, bought and used: a good or a service. A component is a product too."""

    name: str = prop("The product's name.", filter=True, order=True, search=True)
    kind: ProductKind = prop("Good or service.", filter=True)
    sku: str | None = prop("The maker's article number.", filter=True, lookup=True, search=True)
    description: str | None = prop("What it is, in a sentence.")
    unit: str | None = prop("The unit it is counted in: `kg`, `piece`, `10 boxes x 20 bags`.")
    discontinued: bool = prop("Whether it is no longer made.", filter=True)
    made_by: Organisation | None = ref("MADE_BY", "The organisation that makes it.")
    brand: Brand | None = ref("BRANDED", "The brand it is sold under.")
    category: Category | None = ref("IN_CATEGORY", "The category it belongs to.", key=True)


@relationship("COMPONENT_OF", "cmp", source="Product", target="Product", acyclic=True)
class ComponentOf(Dated):
    """A product is built into another one. Components of one product with the same slot are approved alternatives."""

    quantity: Decimal = prop("How much of it one unit of the whole needs.", filter=True)
    unit: str | None = prop("The unit of the quantity.")
    slot: str | None = prop("The place it takes; components that share it can replace one another.", filter=True)


@relationship("SUBSTITUTE_FOR", "sfo", source="Product", target="Product", symmetric=True)
class SubstituteFor(Dated):
    """A customer can take one product instead of the other, in both directions."""


@extend("Product")
class WithStructure:
    """The structure of products."""

    components: Connection[Product] = related(ComponentOf, "in", "What it is made of.")
    component_of: Connection[Product] = related(ComponentOf, "out", "What it is built into.")
    substitutes: Connection[Product] = related(SubstituteFor, "both", "What can stand in for it.")


@extend("Organisation")
class WithProducts:
    """What making adds to an organisation."""

    products: Connection[Product] = inverse("made_by", "The products it makes.")


@extend("Category")
class WithCategoryProducts:
    """What a category holds."""

    products: Connection[Product] = inverse("category", "The products in this category itself.")


@extend("Brand")
class WithBrandProducts:
    """What a brand holds."""

    products: Connection[Product] = inverse("brand", "The products sold under it.")
