"""What a value is read by is declared beside it, and is there."""

from __future__ import annotations

import pytest

from graph.model.build import build_model
from graph.model.declare import node, prop
from graph.model.declared import DeclarationError
from graph.model.types import CountryCode, PhoneNumber
from schema.base import Base


def test_a_phone_number_says_by_which_country_it_is_read() -> None:
    @node("box")
    class Box(Base):
        """A box."""

        country: CountryCode | None = prop("Where it stands.")
        phone: PhoneNumber | None = prop("Its phone.", within="country")

    assert build_model([Box]).nodes["Box"].stored("phone").within == "country"


def test_a_phone_number_that_does_not_say_it_is_refused() -> None:
    @node("box")
    class Box(Base):
        """A box."""

        phone: PhoneNumber | None = prop("Its phone.")

    with pytest.raises(DeclarationError, match=r"Box\.phone: PhoneNumber and within"):
        build_model([Box])


def test_what_means_the_same_everywhere_is_read_by_nothing() -> None:
    @node("box")
    class Box(Base):
        """A box."""

        country: CountryCode | None = prop("Where it stands.")
        name: str = prop("What it is called.", within="country")

    with pytest.raises(DeclarationError, match=r"Box\.name: str and within"):
        build_model([Box])


def test_nothing_is_read_by_what_is_not_there() -> None:
    @node("box")
    class Box(Base):
        """A box."""

        phone: PhoneNumber | None = prop("Its phone.", within="country")

    with pytest.raises(DeclarationError, match=r"Box\.phone: nothing can be read by 'country'"):
        build_model([Box])
