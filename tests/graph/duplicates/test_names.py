"""How alike names are: people's by their words in any order, companies' without their forms."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.duplicates.blocking import name_query
from graph.duplicates.names import Kind, likeness, read_name, telling
from graph.duplicates.words import FORMS, Form
from jobs.generator.names import VIETNAM

KINDS: tuple[Kind, ...] = ("Person", "Organisation", "OrgUnit")
NAMES = st.one_of(
    st.lists(st.sampled_from((*VIETNAM.given, *VIETNAM.family)), min_size=1, max_size=6).map(" ".join),
    st.text(max_size=40),
)


def alike(kind: Kind, one: str, other: str) -> float:
    return likeness(kind, read_name(kind, one), read_name(kind, other)).score


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nguyễn Văn Đức", "nguyen van duc"),
        ("Nguyễn Văn Đức", "NGUYỄN VĂN ĐỨC"),
        ("Lê Thị Hòa", "Lê Thị Hoà"),
        ("Ông Nguyễn Văn Đức", "Nguyễn Văn Đức"),
        ("Groß, Björn", "Björn Gross"),
        ("Đặng Quốc Dũng", "Quốc Dũng Đặng"),
    ],
)
def test_a_name_written_in_another_way_is_the_same_name(one: str, other: str) -> None:
    assert alike("Person", one, other) >= 0.97


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hoàng Thị Mai", "Hoàng Thị Mui"),
        ("Nguyễn Khánh Chi", "Nguyễn K. Chi"),
        ("Nguyễn Khánh Chi", "Nguyễn Chi"),
        ("Nguyễn Khánh Chi", "Nguyễn KhánhChi"),
        ("Nguyễn Khánh Chi", "Nguyển Khánh Chi"),
        ("Deborah Jones", "Debroah Jones"),
    ],
)
def test_a_slip_leaves_names_alike(one: str, other: str) -> None:
    assert 0.7 < alike("Person", one, other) < 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Trần Thị Mai", "Trần Thị Lan"),
        ("Mạc Văn Khôi", "Mạc Văn Khải"),
        ("Hà Văn Thịnh", "Hà Phú Quý"),
        ("James O'Neill", "Deborah Jones"),
    ],
)
def test_relatives_and_strangers_have_names_that_are_not_alike(one: str, other: str) -> None:
    assert alike("Person", one, other) < 0.55


def test_two_tones_are_two_names_and_a_missing_tone_is_either() -> None:
    assert alike("Person", "Trần Hùng", "Trần Hưng") < alike("Person", "Trần Hùng", "Tran Hung") == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Công ty TNHH Pin Sông Lam", "Pin Song Lam Co., Ltd."),
        ("Công ty TNHH MTV Pin Sông Lam", "CÔNG TY TRÁCH NHIỆM HỮU HẠN MỘT THÀNH VIÊN PIN SÔNG LAM"),
        ("Công ty CP Ô tô Hoàng Gia", "Ô tô Hoàng Gia JSC"),
        ("Công ty TNHH TMDV Hoàng Long", "Hoang Long Trading & Service Co., Ltd"),
        ("Schrauben Weiß & Söhne KG", "Schrauben Weiss und Sohne"),
        ("日本部品 株式会社", "日本部品株式会社"),
        ("Épicerie « Petit Hanoï » SARL", "Epicerie Petit Hanoi S.A.R.L."),
    ],
)
def test_a_company_is_known_under_any_form(one: str, other: str) -> None:
    assert alike("Organisation", one, other) >= 0.95


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Công ty CP Ô tô Minh Đức", "Công ty TNHH Xe điện Minh Đức"),
        ("Bảo Vân Hàng Bún", "Bảo Vân Láng Hạ"),
        ("Công ty TNHH Cơ khí Hoàng Long 17", "Công ty TNHH Cơ khí Hoàng Long 18"),
        ("Công ty TNHH Hoàng Long", "Công ty TNHH Hoàng Long 2"),
    ],
)
def test_companies_of_a_group_or_a_series_are_told_apart(one: str, other: str) -> None:
    assert alike("Organisation", one, other) < 0.7


def test_a_form_that_is_a_part_of_the_name_stays() -> None:
    assert read_name("Organisation", "Công ty TNHH Co khi Sa Dec").spelled == ("co", "khi", "sa", "dec")
    assert read_name("Organisation", "Công ty").spelled == ("cong", "ty")


@pytest.mark.parametrize("form", [(form, option) for form, _, options in FORMS for option in options.split(" | ")])
def test_every_form_of_the_table_is_found_in_a_name(form: tuple[Form, str]) -> None:
    found = read_name("Organisation", f"Hoàng Long {form[1]}")
    assert found.spelled == ("hoang", "long")
    assert found.forms & {form[0]} or form[0] is Form.COMPANY


@settings(deadline=None)
@given(st.sampled_from(KINDS), NAMES, NAMES)
def test_likeness_is_the_same_from_both_sides(kind: Kind, one: str, other: str) -> None:
    assert alike(kind, one, other) == pytest.approx(alike(kind, other, one))


@settings(deadline=None)
@given(st.sampled_from(KINDS), NAMES, NAMES)
def test_likeness_is_from_nothing_to_all(kind: Kind, one: str, other: str) -> None:
    assert 0 <= alike(kind, one, other) <= 1


@settings(deadline=None)
@given(st.sampled_from(KINDS), st.lists(st.sampled_from(VIETNAM.given), min_size=1, max_size=6).map(" ".join))
def test_a_name_is_like_itself(kind: Kind, name: str) -> None:
    assert alike(kind, name, name) == 1


@settings(deadline=None)
@given(st.sampled_from(KINDS), NAMES)
def test_a_query_has_nothing_that_the_index_would_read_as_its_own(kind: Kind, name: str) -> None:
    query = name_query(telling(read_name(kind, name)))
    assert query is None or set(query) <= set("abcdefghijklmnopqrstuvwxyz0123456789 ()+^~*OR")


def test_a_query_finds_slips_initials_a_word_less_and_words_run_together() -> None:
    assert name_query(["le", "thi", "lan"]) == (
        "(+(le^2 OR l) +(thi^2 OR thi~1 OR t) +(lan^2 OR lan~1 OR l))^2 "
        "(+le +thi) (+le +lan) (+thi +lan) (+lethi +lan) (+le +thilan)"
    )
    assert name_query([]) is None
