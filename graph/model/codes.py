"""Codes of countries, currencies and languages: those that the standards list today, and no others."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pycountry

from graph.model.values import BadValueError

_Known = Callable[[], frozenset[str]]


@cache
def _countries() -> frozenset[str]:
    return frozenset(country.alpha_2 for country in pycountry.countries)


@cache
def _currencies() -> frozenset[str]:
    return frozenset(currency.alpha_3 for currency in pycountry.currencies)


@cache
def _languages() -> frozenset[str]:
    return frozenset(language.alpha_2 for language in pycountry.languages if hasattr(language, "alpha_2"))


def country_code(value: object) -> str:
    """The ISO 3166-1 alpha-2 code of a country, in capitals."""
    return _code(str(value).strip().upper(), _countries, value, "an ISO 3166 country code", '"VN"')


def currency_code(value: object) -> str:
    """The ISO 4217 code of a currency, in capitals."""
    return _code(str(value).strip().upper(), _currencies, value, "an ISO 4217 currency code", '"VND"')


def language_code(value: object) -> str:
    """The ISO 639-1 code of a language, in small letters."""
    return _code(str(value).strip().lower(), _languages, value, "an ISO 639-1 language code", '"vi"')


def _code(text: str, known: _Known, value: object, expected: str, example: str) -> str:
    if text not in known():
        raise BadValueError(value=value, expected=expected, example=example)
    return text
