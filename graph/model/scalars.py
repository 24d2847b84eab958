"""The kinds of value a property can hold, each with its form in the graph and for clients."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from graph.model.values import BadValueError, clean_text, day_text, decimal_text, decimal_units, instant_text


class Choice(Enum):
    """A closed set of names: each member's name is stored and sent, its value is the description clients read."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A kind of value.

    `encode` turns client input into the stored form and raises BadValueError; `decode` turns the stored form into JSON
    and is None where both are the same. `ordered` values have ranges, `summed` ones also sum and avg.
    """

    name: str
    description: str
    encode: Callable[[Any], Any]
    decode: Callable[[Any], Any] | None = None
    ordered: bool = True
    summed: bool = False
    builtin: bool = False
    choices: type[Choice] | None = None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise BadValueError(value=value, expected="text", example='"Phở Thìn"')
    return clean_text(value)


def _integer(value: object) -> int:
    if isinstance(value, str) and value.strip().lstrip("-").isdecimal():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > 2**31 - 1:
        raise BadValueError(value=value, expected="a whole number of 32 bits", example="42")
    return value


def _number(value: object) -> float:
    try:
        if isinstance(value, bool):
            raise TypeError
        return float(value)  # type: ignore[arg-type]  # the except clause is the check
    except (TypeError, ValueError):
        raise BadValueError(value=value, expected="a number", example="0.5") from None


def _boolean(value: object) -> bool:
    known = {True: True, False: False, "true": True, "false": False}
    key = value.strip().lower() if isinstance(value, str) else value
    if not isinstance(key, (bool, str)) or key not in known:
        raise BadValueError(value=value, expected="true or false", example="true")
    return known[key]


def _code(length: int, expected: str, example: str) -> Callable[[Any], str]:
    def encode(value: object) -> str:
        text = str(value).strip().upper()
        if not (text.isascii() and text.isalpha() and len(text) == length):
            raise BadValueError(value=value, expected=expected, example=example)
        return text

    return encode


def _language(value: object) -> str:
    text = str(value).strip().lower()
    if not (text.isascii() and text.isalpha() and len(text) == 2):
        raise BadValueError(value=value, expected="an ISO 639-1 language code", example='"vi"')
    return text


ID = Scalar("ID", "", _text, ordered=False, builtin=True)
TEXT = Scalar("String", "", _text, builtin=True)
INTEGER = Scalar("Int", "", _integer, summed=True, builtin=True)
FLOAT = Scalar("Float", "", _number, summed=True, builtin=True)
BOOLEAN = Scalar("Boolean", "", _boolean, ordered=False, builtin=True)
INSTANT = Scalar(
    "DateTime", "An instant in UTC to the millisecond, as ISO 8601 text: `2024-03-01T09:30:00.000Z`.", instant_text
)
DAY = Scalar("Date", "A day of the calendar, as ISO 8601 text: `2024-03-01`.", day_text)
DECIMAL = Scalar(
    "Decimal",
    "An exact decimal as text with at most four decimal places, without trailing zeros: `12.5`.",
    decimal_units,
    decimal_text,
    summed=True,
)
CURRENCY = Scalar(
    "CurrencyCode", "An ISO 4217 currency code: `VND`.", _code(3, "an ISO 4217 currency code", '"VND"'), ordered=False
)
COUNTRY = Scalar(
    "CountryCode", "An ISO 3166-1 alpha-2 country code: `VN`.", _code(2, "an ISO 3166 country code", '"VN"')
)
LANGUAGE = Scalar("LanguageCode", "An ISO 639-1 language code: `vi`.", _language, ordered=False)
MONEY = Scalar("Money", "", decimal_units, decimal_text, summed=True)


def choice_scalar(choices: type[Choice]) -> Scalar:
    """The kind of value that is one name of a closed set."""

    def encode(value: object) -> str:
        name = value.name if isinstance(value, choices) else str(value).strip().upper()
        if name not in choices.__members__:
            expected = "one of " + ", ".join(choices.__members__)
            raise BadValueError(value=value, expected=expected, example=next(iter(choices.__members__)))
        return name

    return Scalar(choices.__name__, (choices.__doc__ or "").strip(), encode, ordered=False, choices=choices)
