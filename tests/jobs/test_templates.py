from typing import Any

import pytest

from jobs.importer.templates import Template, TransformError, transformed

LOOKUPS = {"countries": {"Germany": "DE"}}


def value(text: str, row: dict[str, Any], **options: Any) -> Any:
    return transformed(Template(text), options, LOOKUPS)(row)


@pytest.mark.parametrize(
    ("text", "row", "expected"),
    [
        ("{a}", {"a": "x"}, "x"),
        ("{a}", {"a": 7}, 7),
        ("{a}", {"a": None}, None),
        ("{a} {b}", {"a": "x", "b": "y"}, "x y"),
        ("{a} {b}", {"a": None, "b": "y"}, "y"),
        ("{a} {b}", {"a": None, "b": None}, None),
        ("always", {}, "always"),
        ("{{{a}}}", {"a": "x"}, "{x}"),
    ],
)
def test_a_template_fills_in_columns(text: str, row: dict[str, Any], expected: Any) -> None:
    assert value(text, row) == expected


def test_a_key_with_a_missing_column_is_none() -> None:
    assert Template("order:{a}-{b}").whole({"a": "1", "b": None}) is None


@pytest.mark.parametrize(
    ("given", "options", "expected"),
    [
        ("Germany", {"lookup": "countries"}, "DE"),
        ("Mars", {"lookup": "countries", "default": "XX"}, "XX"),
        (None, {"lookup": "countries"}, None),
        (None, {"default": "0"}, "0"),
        ("31.12.2024", {"date": "%d.%m.%Y"}, "2024-12-31T00:00:00+00:00"),
        ("2024-12-31 23:00 +0700", {"date": "%Y-%m-%d %H:%M %z"}, "2024-12-31T23:00:00+07:00"),
        ("1.234.567,89", {"decimal": ","}, "1234567.89"),
        ("1 234", {"decimal": ","}, "1234"),
        ("a; b;c", {"split": ";", "part": 1}, "b"),
        ("a;b", {"split": ";"}, "a"),
        ("a;b", {"split": ";", "part": 2}, None),
        ("Germany/Berlin", {"split": "/", "lookup": "countries"}, "DE"),
    ],
)
def test_transforms_are_applied_in_their_order(given: Any, options: dict[str, Any], expected: Any) -> None:
    assert value("{a}", {"a": given}, **options) == expected


def test_count_tells_the_place_among_rows_with_the_same_text() -> None:
    count = transformed(Template("{order}"), {"count": True}, {})
    assert [count({"order": o}) for o in ("1", "1", "2", "1")] == [1, 2, 1, 3]


@pytest.mark.parametrize(
    ("given", "options", "reason"),
    [
        ("Mars", {"lookup": "countries"}, "'Mars' is not in the lookup table."),
        ("soon", {"date": "%d.%m.%Y"}, "'soon' is not a date of the form %d.%m.%Y."),
    ],
)
def test_what_cannot_be_transformed_is_named(given: str, options: dict[str, Any], reason: str) -> None:
    with pytest.raises(TransformError) as raised:
        value("{a}", {"a": given}, **options)
    assert str(raised.value) == reason
