"""The forms of values at the border of the graph; what is written plainly takes a shorter way to the same result."""

from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from graph.model.values import BadValueError, average, decimal_text, decimal_units, fold, instant_text, words


@given(st.integers(-(2**63) + 1, 2**63 - 1))
@example(0)
@example(-1)
@example(10**18)
def test_a_decimal_reads_back_as_it_was(units: int) -> None:
    assert decimal_units(decimal_text(units)) == units


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("0", 0),
        ("-0", 0),
        ("007.5", 75_000),
        ("12.3400", 123_400),
        ("+3", 30_000),
        ("1.", 10_000),
        (" 1.5\n", 15_000),
        ("2e1", 200_000),
    ],
)
def test_a_decimal_has_many_spellings(text: str, units: int) -> None:
    assert decimal_units(text) == units


@pytest.mark.parametrize("text", ["", "1.23456", "1,5", ".", "-", "NaN", "922337203685477.5808", "1_0x"])
def test_what_is_no_decimal_is_refused(text: str) -> None:
    with pytest.raises(BadValueError):
        decimal_units(text)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("2024-03-01T09:30:00.000Z", "2024-03-01T09:30:00.000Z"),
        ("2024-03-01T09:30:00Z", "2024-03-01T09:30:00.000Z"),
        ("2024-03-01T09:30:00.123999+07:00", "2024-03-01T02:30:00.123Z"),
        ("0001-01-01", "0001-01-01T00:00:00.000Z"),
        ("2024-W09-5T09:30:00.000Z", "2024-03-01T09:30:00.000Z"),
    ],
)
def test_an_instant_is_stored_in_one_form(text: str, stored: str) -> None:
    assert instant_text(text) == stored


@pytest.mark.parametrize("text", ["2024-02-30T09:30:00.000Z", "2024-03-01T25:00:00.000Z", "2024-03-01T09:30:00.000"])
def test_an_instant_that_never_was_or_has_no_offset_is_refused(text: str) -> None:
    with pytest.raises(BadValueError):
        instant_text(text)


@given(st.integers(-(10**40), 10**40), st.integers(1, 10**9))
@example(5, 2)
@example(-5, 2)
@example(-7, 2)
def test_a_mean_is_rounded_to_the_nearest_and_to_the_even_one_of_two(total: int, count: int) -> None:
    assert average(total, count) == round(Fraction(total, count))


@given(st.text())
@example("  Phở \u0110ức\t")
@example("O\u2019Neill")
def test_folded_text_is_what_each_of_its_characters_is_in_lower_case_ascii(text: str) -> None:
    folded = fold(text)
    assert folded == fold(folded)
    assert folded.isascii()
    assert words(text) == words(folded)


def test_names_are_folded_as_people_type_them() -> None:
    assert fold("Phở  Đức Việt") == "pho duc viet"
    assert words("O'Neill, Phở") == ["o", "neill", "pho"]
