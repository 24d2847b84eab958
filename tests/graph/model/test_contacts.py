"""E-mail addresses and phone numbers in the one form in which they are stored and found."""

import unicodedata

import phonenumbers
import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from graph.model.contacts import email_text, phone_text, phone_within
from graph.model.values import BadValueError

COUNTRIES = sorted(phonenumbers.SUPPORTED_REGIONS)


def stored(text: str, country: str | None) -> str:
    return phone_within(phone_text(text), country)


@pytest.mark.parametrize(
    ("given", "form"),
    [
        ("An.Tran@Example.COM", "An.Tran@example.com"),
        (" an@example.com\n", "an@example.com"),
        ("an@xn--exmple-cua.org", "an@exämple.org"),
        (unicodedata.normalize("NFD", "phở@example.vn"), "phở@example.vn"),
        ("hello@org17.example", "hello@org17.example"),
        ("   ", ""),
    ],
)
def test_an_address_has_one_form(given: str, form: str) -> None:
    assert email_text(given) == form


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("an", "must have an @-sign"),
        ("an@example", "It should have a period"),
        ("An <an@example.com>", "A display name"),
        ("an@mail.local", "special-use"),
        ("an tran@example.com", "SPACE"),
    ],
)
def test_what_is_no_address_is_refused_with_the_reason_and_an_example(given: str, reason: str) -> None:
    with pytest.raises(BadValueError) as caught:
        email_text(given)
    assert caught.value.message().startswith(f"'{given}' is not an e-mail address (")
    assert reason in caught.value.message()
    assert email_text(str(caught.value.values["example"]).strip('"'))


def test_a_number_is_no_address() -> None:
    with pytest.raises(BadValueError, match="17 is not text"):
        email_text(17)


_Addresses = st.one_of(
    st.emails(),
    st.text(),
    st.from_regex(r"[\w.+-]{1,10}@[\w-]{1,8}(\.[\w-]{1,8}){1,3}", fullmatch=True),
    st.builds("{}@{}.vn".format, st.text(min_size=1, max_size=6), st.text(min_size=1, max_size=6)),
)


@given(_Addresses)
def test_an_address_that_is_taken_is_taken_again_unchanged(text: str) -> None:
    try:
        form = email_text(text)
    except BadValueError:
        return
    assert email_text(form) == form


@given(st.from_regex(r"[a-z0-9._-]{1,4}@([a-z0-9-]{1,5}\.){1,2}([a-z]{1,4}|local|test|arpa)", fullmatch=True))
@example("an@" + "a" * 57 + ".vn")
@example("a" * 65 + "@b.vn")
@example("an@xn--.vn")
def test_what_is_written_plainly_takes_a_shorter_way_to_the_same_answer(text: str) -> None:
    try:
        form = validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        with pytest.raises(BadValueError):
            email_text(text)
    else:
        assert email_text(text) == form


@pytest.mark.parametrize(
    ("given", "country", "form"),
    [
        ("+84 24 3825 1234", None, "+842438251234"),
        ("(+84) 24-3825-1234", "DE", "+842438251234"),
        ("＋８４ 912 345 678", None, "+84912345678"),
        ("024 3825 1234", "VN", "+842438251234"),
        ("00 49 30 0074321", "VN", "+49300074321"),
        ("030-0074321", "DE", "+49300074321"),
        ("0921-12 34 65", "SE", "+46921123465"),
        ("(171) 555-7788", "GB", "+441715557788"),
        ("02 4031 2345", "IT", "+390240312345"),
    ],
)
def test_a_phone_number_is_stored_in_e164(given: str, country: str | None, form: str) -> None:
    assert stored(given, country) == form


@pytest.mark.parametrize(
    ("given", "country", "expected"),
    [
        ("(5) 555-4729", "MX", "a whole phone number of MX"),  # complete within its town only
        ("88.60.15.31", "FR", "a whole phone number of FR"),  # from a plan that ended in 1996
        ("113", "VN", "a whole phone number of VN"),
        ("--", "VN", "a whole phone number of VN"),
        ("+999 24 3825 1234", None, "a whole international phone number"),
        ("+84 000 912 345 678", None, "a whole international phone number"),
        ("024 3825 1234", "AQ", "a whole phone number of AQ"),
        ("+84 24 3825 1234 ext. 12", None, "a phone number, which has no letters"),
        ("024 3825 1234, ask for An", "VN", "a phone number, which has no letters"),
        ("1-800-PHO-BOWL", "US", "a phone number, which has no letters"),
        ("024 3825 1234 #12", "VN", "a phone number without an extension"),
    ],
)
def test_what_is_no_whole_phone_number_is_refused(given: str, country: str | None, expected: str) -> None:
    with pytest.raises(BadValueError) as caught:
        stored(given, country)
    assert caught.value.message() == f"{given!r} is not {expected}."
    assert stored(str(caught.value.values["example"]).strip('"'), None).startswith("+")


def test_the_example_for_a_refused_number_is_one_of_its_country() -> None:
    with pytest.raises(BadValueError) as caught:
        stored("12", "SE")
    assert str(caught.value.values["example"]).startswith('"+46 ')


def test_a_national_number_without_a_country_is_refused_because_of_that() -> None:
    with pytest.raises(BadValueError, match="is needed where no country is known"):
        stored("024 3825 1234", None)


def _examples(country: str) -> st.SearchStrategy[str]:
    """Numbers of the country as its people write them."""
    kinds = (phonenumbers.example_number_for_type(country, kind) for kind in phonenumbers.PhoneNumberType.values())
    forms = (phonenumbers.PhoneNumberFormat.NATIONAL, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return st.sampled_from([phonenumbers.format_number(n, f) for n in kinds if n is not None for f in forms])


_Numbers = st.one_of(
    st.text("+＋0123456789 ()-./٠１~*#;,x"),
    st.from_regex(r"\+?[0-9 ()./-]{3,18}", fullmatch=True),
)
_Written = st.sampled_from(COUNTRIES).flatmap(lambda c: st.tuples(_examples(c) | _Numbers, st.just(c)))


@given(_Written)
@example(("+310000000", "NL"))  # zeros that would be dropped one at a time
@example(("0000000", "AE"))
def test_a_phone_number_that_is_taken_is_taken_again_unchanged_whatever_the_country(written: tuple[str, str]) -> None:
    text, country = written
    try:
        first = phone_text(text)
        form = phone_within(first, country)
    except BadValueError:
        return
    assert phone_text(first) == first
    assert [phone_text(form), phone_within(form, country), phone_within(form, None)] == [form] * 3
