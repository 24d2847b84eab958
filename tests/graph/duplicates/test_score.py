"""What speaks for and against two parties being one, each reason by itself and all together."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.duplicates.evidence import NAME_POINTS, Evidence, name_weight, probability
from graph.duplicates.names import Kind, read_name
from graph.duplicates.places import Where
from graph.duplicates.score import DEFAULT_SCORE, Facts, Likely, compare

HOME = Where("52 phố Nguyễn Hữu Huân, phường Hoàn Kiếm", "Hà Nội", "VN")


def facts(kind: Kind, name: str, **known: object) -> Facts:
    return replace(Facts("per_1", kind, read_name(kind, name)), **known)  # type: ignore[arg-type] # the tests name them


def weights(likely: Likely) -> dict[Evidence, float]:
    return {reason.kind: reason.weight for reason in likely.reasons}


LAN = facts(
    "Person",
    "Đỗ Thị Lan",
    emails=("lan.do@mail.example",),
    phones=("+84910000001",),
    birth_date="1990-02-07",
    places=(HOME,),
)
COMPANY = facts("Organisation", "Công ty TNHH Pin Sông Lam", tax_number="0100109106", places=(HOME,))


def test_a_party_is_itself_and_says_why() -> None:
    likely = compare(LAN, LAN)
    assert likely.score > 0.999
    assert set(weights(likely)) == {Evidence.NAME, Evidence.EMAIL, Evidence.PHONE, Evidence.BIRTH_DATE, *PLACES}
    assert all(reason.score == 1 for reason in likely.reasons)


PLACES = {Evidence.ADDRESS, Evidence.PLACE}


def test_reasons_show_both_values_and_the_weightiest_comes_first() -> None:
    other = facts("Person", "Do Thi Lan", phones=("+84910000001",), birth_date="1961-01-30")
    first, *others = compare(LAN, other).reasons
    assert (first.kind, first.value, first.other) == (Evidence.BIRTH_DATE, "1990-02-07", "1961-01-30")
    assert first.weight < 0 < others[0].weight
    assert [abs(r.weight) for r in others] == sorted((abs(r.weight) for r in others), reverse=True)


def test_what_one_side_does_not_have_says_nothing() -> None:
    assert set(weights(compare(LAN, facts("Person", "Đỗ Thị Lan")))) == {Evidence.NAME}


def test_a_name_alone_is_not_enough() -> None:
    assert compare(facts("Person", "Đỗ Thị Lan"), facts("Person", "Đỗ Thị Lan")).score < DEFAULT_SCORE


@pytest.mark.parametrize(
    "other",
    [
        {"emails": ("Lan.Do@mail.example",)},
        {"phones": ("+84910000001",), "places": (Where(None, "Hanoi", "VN"),)},
        {"birth_date": "1990-02-07"},
        {"birth_date": "1990-07-02", "emails": ("lan.do@other.example",)},
        {"places": (Where("Số 52 P. Nguyen Huu Huan", "Ha Noi", None),)},
    ],
    ids="-".join,
)
def test_a_name_and_something_of_ones_own_are(other: dict[str, object]) -> None:
    assert compare(LAN, facts("Person", "Do Thi Lan", **other)).score >= DEFAULT_SCORE


def test_a_household_shares_everything_but_names() -> None:
    mai = replace(LAN, name=read_name("Person", "Đỗ Thị Mai"), emails=("mai@mail.example",))
    assert compare(LAN, mai).score < DEFAULT_SCORE
    assert compare(LAN, replace(mai, birth_date=None)).score < 0.1


@pytest.mark.parametrize(
    ("one", "other", "weight"),
    [
        ("1990-02-07", "1990-02-07", 7.0),
        ("1990-01-01", "1990-01-01", 4.0),
        ("1990-02-07", "1990-07-02", 2.5),
        ("1990-02-07", "1991-02-07", 2.5),
        ("1990-02-07", "1961-11-30", -9.0),
    ],
)
def test_days_of_birth_weigh(one: str, other: str, weight: float) -> None:
    likely = compare(replace(LAN, birth_date=one), replace(LAN, birth_date=other))
    assert weights(likely)[Evidence.BIRTH_DATE] == weight


@pytest.mark.parametrize(
    ("one", "other", "weight"),
    [
        (["a.tran@mail.example"], ["x@mail.example", "A.Tran@mail.example"], 8.0),
        (["info@mail.example"], ["info@mail.example"], 4.5),
        (["lan.tran@gmail.com"], ["lan.tran@gmial.com"], 6.0),
        (["lan.tran91@gmail.com"], ["lan.tran92@gmail.com"], -0.7),
        (["lan.tran@gmail.com"], ["lan.tran@work.example"], 2.5),
        (["info@gmail.com"], ["info@work.example"], -0.7),
    ],
)
def test_email_addresses_weigh(one: Sequence[str], other: Sequence[str], weight: float) -> None:
    likely = compare(replace(LAN, emails=tuple(one)), replace(LAN, emails=tuple(other)))
    assert weights(likely)[Evidence.EMAIL] == weight


@pytest.mark.parametrize(
    ("one", "other", "weight"),
    [
        ("0100109106", "0100 109 106", 14.0),
        ("DE136695976", "136 695 976", 14.0),
        ("0100109106", "0100109116", -1.0),
        ("0100109106", "0216271549", -12.0),
    ],
)
def test_tax_numbers_weigh(one: str, other: str, weight: float) -> None:
    likely = compare(replace(COMPANY, tax_number=one), replace(COMPANY, tax_number=other))
    assert weights(likely)[Evidence.TAX_NUMBER] == weight


def test_companies_of_one_name_with_two_tax_numbers_are_two() -> None:
    assert compare(COMPANY, replace(COMPANY, tax_number="0216271549")).score < DEFAULT_SCORE


def test_another_legal_form_speaks_against() -> None:
    other = replace(COMPANY, name=read_name("Organisation", "Pin Sông Lam JSC"))
    assert weights(compare(COMPANY, other))[Evidence.COMPANY_FORM] < 0
    assert Evidence.COMPANY_FORM not in weights(
        compare(COMPANY, replace(COMPANY, name=read_name("Organisation", "Pin Song Lam Co., Ltd.")))
    )


def test_every_company_has_an_accounts_department() -> None:
    one = facts("OrgUnit", "Phòng Kế toán", organisation="org_1", phones=("+842438250001",))
    assert compare(one, replace(one, organisation="org_2")).score < 0.1
    assert compare(one, one).score > DEFAULT_SCORE


def test_parties_of_different_kinds_are_never_one() -> None:
    assert compare(LAN, facts("Organisation", "Đỗ Thị Lan", phones=LAN.phones)) == Likely(0.0, ())


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        (HOME, Where("50 phố Nguyễn Hữu Huân, phường Hoàn Kiếm", "Hà Nội", "VN"), 0.0),
        (HOME, Where("52 Nguyễn Hữu Huân", "Đà Nẵng", "VN"), None),
        (Where("Königstraße 40", "Duisburg", "DE"), Where("Konigstr. 40", "Duisburg", None), 4.5),
        (Where("Lô CN7, khu công nghiệp Đình Vũ", None, None), Where("Lô CN7, KCN Đình Vũ", None, None), 4.5),
    ],
)
def test_streets_weigh(one: Where, other: Where, kind: float | None) -> None:
    likely = compare(replace(LAN, places=(one,)), replace(LAN, places=(other,)))
    assert weights(likely).get(Evidence.ADDRESS) == kind


@pytest.mark.parametrize(
    ("one", "other"),
    [("TP. Hồ Chí Minh", "Ho Chi Minh City"), ("Sài Gòn", "HCM"), ("Hà Nội", "Hanoi"), ("Thành phố Huế", "Hue")],
)
def test_a_city_has_several_names(one: str, other: str) -> None:
    likely = compare(replace(LAN, places=(Where(None, one, None),)), replace(LAN, places=(Where(None, other, None),)))
    assert weights(likely)[Evidence.PLACE] > 0


def test_names_weigh_more_the_more_they_are_alike() -> None:
    found = [name_weight(place / 100) for place in range(101)]
    assert found == sorted(found)
    assert all(name_weight(low) < name_weight(high) for low, high in pairwise(NAME_POINTS))


PERSONS = st.builds(
    lambda name, email, phone, birth, city: facts(
        "Person", name, emails=email, phones=phone, birth_date=birth, places=(Where("1 Lê Lợi", city, "VN"),)
    ),
    st.sampled_from(("Đỗ Thị Lan", "Lan Do", "Trần Văn An", "An", "", "Šárka Žák", "ŠárkaŽŽák")),
    st.lists(st.sampled_from(("lan.do@mail.example", "lan.d@mail.example", "info@x.example")), max_size=2).map(tuple),
    st.lists(st.sampled_from(("+84910000001", "+84910000002", "+84438250000")), max_size=2).map(tuple),
    st.sampled_from((None, "1990-01-01", "1990-02-07", "1990-07-02")),
    st.sampled_from((None, "Hà Nội", "Huế")),
)


@settings(deadline=None)
@given(PERSONS, PERSONS)
def test_turning_two_parties_around_changes_no_score(one: Facts, other: Facts) -> None:
    assert compare(one, other).score == compare(other, one).score


@settings(deadline=None)
@given(PERSONS, PERSONS)
def test_the_score_follows_from_the_reasons(one: Facts, other: Facts) -> None:
    likely = compare(one, other)
    assert likely.score == round(probability(sum(reason.weight for reason in likely.reasons)), 4)
    assert all(0 <= reason.score <= 1 for reason in likely.reasons)
