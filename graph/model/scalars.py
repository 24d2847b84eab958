"""The kinds of value a property can hold, each with its form in the graph and for clients."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from graph.model.codes import country_code, currency_code, language_code
from graph.model.contacts import email_text, phone_text, phone_within
from graph.model.taxes import tax_number_within
from graph.model.values import BadValueError, day_text, decimal_text, decimal_units, instant_text, plain_text


class Choice(Enum):
    """A closed set of names: each member's name is stored and sent, its value is the description clients read."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A kind of value.

    `encode` turns client input into the stored form and raises BadValueError; `decode` turns the stored form into JSON
    and is None where both are the same. `ordered` values have ranges, `summed` ones also sum and avg.

    `settle` is there where the value alone does not tell all: the writer gives it what `encode` made and the stored
    form, or None, of the property that the declaration names under `within`. Each of both takes what it has made again
    and changes nothing.
    """

    name: str
    description: str
    encode: Callable[[Any], Any]
    decode: Callable[[Any], Any] | None = None
    ordered: bool = True
    summed: bool = False
    builtin: bool = False
    choices: type[Choice] | None = None
    settle: Callable[[Any, Any], Any] | None = None

    def given(self, stored: Any) -> Any:
        """The form in which clients give what is stored."""
        return self.decode(stored) if self.decode and stored is not None else stored

    def sought(self, value: object) -> Any:
        """What a filter's text is compared as: the stored form, or the text where it is no value of this kind, which
        then simply fits nothing."""
        try:
            return self.encode(value)
        except BadValueError:
            return plain_text(value)


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


ID = Scalar("ID", "", plain_text, ordered=False, builtin=True)
TEXT = Scalar("String", "", plain_text, builtin=True)
EMAIL = Scalar("String", "", email_text, builtin=True)
PHONE = Scalar("String", "", phone_text, builtin=True, settle=phone_within)
TAX_NUMBER = Scalar("String", "", plain_text, builtin=True, settle=tax_number_within)
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
CURRENCY = Scalar("CurrencyCode", "An ISO 4217 currency code: `VND`.", currency_code, ordered=False)
COUNTRY = Scalar("CountryCode", "An ISO 3166-1 alpha-2 country code: `VN`.", country_code)
LANGUAGE = Scalar("LanguageCode", "An ISO 639-1 language code: `vi`.", language_code, ordered=False)
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
