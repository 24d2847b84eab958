"""Categories of products."""

from __future__ import annotations

from graph.model.declare import Connection, extend, inverse, node, prop, ref
from graph.model.ways import Everybody
from schema.base import Base


@node("cat", plural="categories", default_order="name", public=(Everybody(),))
class Category(Base):
    """A kind of product; categories form a tree."""

    name: str = prop("The category's name.", filter=True, order=True, search=True)
    description: str | None = prop("What belongs into it.")
    parent: Category | None = ref("IN_CATEGORY", "The wider category.")


@extend("Category")
class WithChildren:
    """The tree seen from above."""

    children: Connection[Category] = inverse("parent", "The narrower categories.")
