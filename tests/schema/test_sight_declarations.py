"""What a declaration says of who may see something cannot be undone by another one."""

from __future__ import annotations

import pytest

from graph.model.build import build_model
from graph.model.declare import Connection, computed, extend, inverse, node, prop, ref
from graph.model.declared import DeclarationError
from graph.model.ways import Path
from schema.base import Base


def test_value_of_its_own_scope_has_no_filter() -> None:
    @node("box")
    class Box(Base):
        """A box."""

        cost: int | None = prop("What it cost.", filter=True, scope=(Path(),))

    with pytest.raises(DeclarationError, match=r"Box\.cost"):
        build_model([Box])


def test_searched_value_is_for_everybody() -> None:
    @node("box")
    class Box(Base):
        """A box."""

        name: str = prop("What it is called.", search=True, visible_to=("staff",))

    with pytest.raises(DeclarationError, match=r"Box\.name"):
        build_model([Box])


def test_computed_value_needs_only_what_everybody_sees() -> None:
    @node("box")
    class Box(Base):
        """A box."""

        cost: int | None = prop("What it cost.", visible_to=("staff",))
        dear: bool = computed(bool, "Whether it cost anything.", needs=("cost",))

    with pytest.raises(DeclarationError, match=r"Box\.dear.*cost"):
        build_model([Box])


def test_what_leads_to_a_type_is_seen_by_those_who_may_see_it() -> None:
    @node("box")
    class Box(Base):
        """A box."""

    @node("sec", visible_to=("staff",))
    class Secret(Base):
        """A secret."""

        box: Box | None = ref("IN_BOX", "Where it is.")

    @extend("Box")
    class WithSecrets:
        """What secrets add to a box."""

        secrets: Connection[Secret] = inverse("box", "What is in it.")

    model = build_model([Box, Secret, WithSecrets])
    assert model.nodes["Box"].fields["secrets"].visible_to == {"staff"}  # type: ignore[union-attr]  # a collection
    assert model.nodes["Secret"].fields["box"].visible_to == frozenset()  # type: ignore[union-attr]  # a reference
