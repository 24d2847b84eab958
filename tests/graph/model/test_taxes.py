"""Tax numbers are checked by the rules of their country, where there are known ones, and stored in one form."""

import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.scalars import TAX_NUMBER
from graph.model.taxes import tax_number_within
from graph.model.values import BadValueError

COUNTRIES = sorted(country.alpha_2 for country in pycountry.countries)


def stored(text: str, country: str | None) -> str:
    return tax_number_within(TAX_NUMBER.encode(text), country)


def right_numbers() -> dict[str, str]:
    """The example that a refused number of each country is answered with."""
    found = {}
    for country in COUNTRIES:
        try:
            tax_number_within("?", country)
        except BadValueError as error:
            found[country] = str(error.values["example"]).strip('"')
    return found


EXAMPLES = right_numbers()


@pytest.mark.parametrize(
    ("given", "country", "form"),
    [
        ("0100 233 488", "VN", "0100233488"),
        ("0314409058-002", "VN", "0314409058002"),
        ("136 695 976", "DE", "DE136695976"),
        ("de136695976", "DE", "DE136695976"),
        ("GR 094259216", "GR", "EL094259216"),
        ("EL094259216", "GR", "EL094259216"),
        ("GB 980 7806 84", "GB", "980780684"),
        ("91-1144442", "US", "911144442"),
    ],
)
def test_a_number_of_a_country_with_known_rules_has_one_form(given: str, country: str, form: str) -> None:
    assert stored(given, country) == form


@pytest.mark.parametrize(
    ("given", "country", "reason"),
    [
        ("0100233489", "VN", "checksum"),
        ("010023348", "VN", "length"),
        ("0314409058-000", "VN", "parts"),
        ("DE136695977", "DE", "checksum"),
        ("ATU13585627", "DE", "format"),
    ],
)
def test_a_number_that_breaks_the_rules_is_refused_with_the_reason(given: str, country: str, reason: str) -> None:
    with pytest.raises(BadValueError, match=rf"'{given}' is not a tax number of {country} \(.*{reason}"):
        stored(given, country)


@pytest.mark.parametrize("country", ["AE", "KP", None])
def test_a_number_without_known_rules_is_kept_as_text(country: str | None) -> None:
    assert stored("  100 658-0019 ", country) == "100 658-0019"


@pytest.mark.parametrize("country", EXAMPLES)
def test_the_example_beside_a_refused_number_is_right_in_its_country(country: str) -> None:
    form = stored(EXAMPLES[country], country)
    assert stored(form, country) == form


def test_the_rules_of_countries_that_matter_here_are_known() -> None:
    assert {"VN", "DE", "FR", "GB", "IE", "JP", "KR", "AU", "US", "CN", "IN", "SG", "TH"} <= EXAMPLES.keys()


_Damaged = st.sampled_from(sorted(EXAMPLES)).flatmap(
    lambda country: st.tuples(
        st.builds(
            lambda text, at, more: text[:at] + more + text[at:],
            st.just(EXAMPLES[country]),
            st.integers(0, 16),
            st.text(" .-/0１٠XYZ", max_size=2) | st.text(max_size=2),
        ),
        st.just(country),
    )
)


@given(_Damaged)
def test_a_number_that_is_taken_is_taken_again_unchanged(written: tuple[str, str]) -> None:
    text, country = written
    try:
        form = stored(text, country)
    except BadValueError:
        return
    assert stored(form, country) == form
