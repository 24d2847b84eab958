"""E-mail addresses and phone numbers, each in the one form in which it is stored and found.

| what | stored form |
|---|---|
| e-mail address | `An.Tran@example.com`: the domain in small letters and Unicode; what is before the @ as it is given |
| phone number | E.164: `+842438251234`, without spaces; it has no place for an extension |

A national phone number means something in its country only, so it is read in two steps: `phone_text` asks nobody,
`phone_within` knows the country.
"""

from __future__ import annotations

import re

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from phonenumbers import (
    NumberParseException,
    PhoneNumberFormat,
    ValidationResult,
    example_number,
    format_number,
    is_possible_number_with_reason,
    parse,
)

from graph.model.values import BadValueError, plain_text

_PLAIN = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+([a-z]{2,63})")
_PLAIN_LENGTH = 64
"""An address as most are written, short enough for every limit of its parts: it is in its one form already."""
_SPECIAL = frozenset(name.rpartition(".")[2] for name in SPECIAL_USE_DOMAIN_NAMES)
_PLUS = "+\N{FULLWIDTH PLUS SIGN}"
_HOME = "VN"
"""Where the example is from that is shown to whoever gives a number without any country."""


def email_text(value: object) -> str:
    """The address in its one form; nobody asks whether its domain takes mail."""
    text = plain_text(value)
    if not text:
        return text
    plain = _PLAIN.fullmatch(text) if len(text) <= _PLAIN_LENGTH else None
    if plain is not None and plain[1] not in _SPECIAL:
        return text
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError as error:
        reason = str(error).rstrip(".")
        raise BadValueError(
            value=value, expected=f"an e-mail address ({reason})", example='"an.tran@example.com"'
        ) from None


def phone_text(value: object) -> str:
    """An international number in E.164; a national one as it is written, which `phone_within` goes on with.

    Letters are refused: the library would read through `ext. 12` or `ask for An`, and drop it.
    """
    text = plain_text(value)
    if any(char.isalpha() for char in text):
        raise _bad(value, "a phone number, which has no letters", None)
    return _e164(text, None) if any(plus in text for plus in _PLUS) else text


def phone_within(text: str, country: str | None) -> str:
    """E.164 of what `phone_text` gave, for a party of this country."""
    if text.startswith("+"):
        return text
    if country is None:
        raise _bad(text, "a phone number with + and a country's code, which is needed where no country is known", None)
    return _e164(text, country)


def _e164(text: str, country: str | None) -> str:
    """A number counts as one where its length is right: plans of numbers change too often to ask for more. One that is
    complete only within its own town has no international form."""
    whole = f"a whole phone number of {country}" if country else "a whole international phone number"
    try:
        number = parse(text, country)
    except NumberParseException:
        raise _bad(text, whole, country) from None
    if number.extension:
        raise _bad(text, "a phone number without an extension", country)
    if is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        raise _bad(text, whole, country)
    found = format_number(number, PhoneNumberFormat.E164)
    if found != text and _e164(found, None) != found:  # behind a leading zero that was dropped there is another one
        raise _bad(text, whole, country)
    return found


def _bad(value: object, expected: str, country: str | None) -> BadValueError:
    """The error, with an example from the country."""
    number = example_number(country or _HOME) or example_number(_HOME)
    assert number is not None
    example = format_number(number, PhoneNumberFormat.INTERNATIONAL)
    return BadValueError(value=value, expected=expected, example=f'"{example}"')
