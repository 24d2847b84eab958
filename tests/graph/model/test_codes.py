"""Codes of countries, currencies and languages are those of the standards."""

from collections.abc import Callable

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.codes import country_code, currency_code, language_code
from graph.model.values import BadValueError

KINDS = [country_code, currency_code, language_code]


@pytest.mark.parametrize(
    ("encode", "given", "code"),
    [
        (country_code, " vn", "VN"),
        (country_code, "gb", "GB"),
        (currency_code, "vnd", "VND"),
        (currency_code, "EUR", "EUR"),
        (language_code, "VI", "vi"),
        (language_code, "en", "en"),
    ],
)
def test_a_code_is_taken_in_any_case(encode: Callable[[object], str], given: str, code: str) -> None:
    assert encode(given) == code


@pytest.mark.parametrize(
    ("encode", "given", "what"),
    [
        (country_code, "UK", "an ISO 3166 country code"),
        (country_code, "XX", "an ISO 3166 country code"),
        (country_code, "VNM", "an ISO 3166 country code"),
        (country_code, "", "an ISO 3166 country code"),
        (currency_code, "DEM", "an ISO 4217 currency code"),
        (currency_code, "BTC", "an ISO 4217 currency code"),
        (currency_code, 704, "an ISO 4217 currency code"),
        (language_code, "xx", "an ISO 639-1 language code"),
        (language_code, "vie", "an ISO 639-1 language code"),
    ],
)
def test_a_code_that_the_standard_does_not_list_is_refused_with_an_example(
    encode: Callable[[object], str], given: object, what: str
) -> None:
    with pytest.raises(BadValueError, match=f"is not {what}") as caught:
        encode(given)
    assert encode(str(caught.value.values["example"]).strip('"'))


@given(st.sampled_from(KINDS), st.text(max_size=4) | st.text("ABCDEUNSVabcdeunsv ", max_size=4))
def test_a_code_that_is_taken_is_taken_again_unchanged(encode: Callable[[object], str], text: str) -> None:
    try:
        code = encode(text)
    except BadValueError:
        return
    assert encode(code) == code


def test_every_country_with_phones_is_a_country_but_for_three_that_the_standard_does_not_list() -> None:
    unlisted = set()
    for region in phonenumbers.SUPPORTED_REGIONS:
        try:
            country_code(region)
        except BadValueError:
            unlisted.add(region)
    assert unlisted == {"AC", "TA", "XK"}
