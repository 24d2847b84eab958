"""Tax numbers, checked by the rules of their country where python-stdnum knows them.

The stored form has no spaces or separators: `0100 109 106` of Viet Nam is `0100109106`. VAT numbers of the European
Union keep the prefix that belongs to them (`DE136695976`). Numbers of other countries are kept as they are written.
"""

from __future__ import annotations

import re
from functools import cache

from stdnum.eu.vat import MEMBER_STATES
from stdnum.exceptions import ValidationError
from stdnum.util import NumberValidationModule, get_cc_module

from graph.model.values import BadValueError

_WITHOUT_VAT = {"MD": "idno", "UA": "edrpou", "US": "ein", "ZA": "tin"}
"""The tax number of an organisation in countries for which the library has no number under `vat`."""
_GREECE = "EL"
_TRIED = re.compile(r">>> validate\('([^']+)'\).*\n'")


def tax_number_within(text: str, country: str | None) -> str:
    """The number in its one form, for an organisation of this country; as it is where the rules are not known."""
    rules = _rules(country) if country else None
    if rules is None or country is None:
        return text
    try:
        number = rules.validate(text)
    except ValidationError as error:
        reason = str(error).rstrip(".")
        raise BadValueError(
            value=text, expected=f"a tax number of {country} ({reason})", example=f'"{_example(rules)}"'
        ) from None
    if country.lower() not in MEMBER_STATES:
        return number
    prefix = _GREECE if country == "GR" else country
    return number if number.startswith(prefix) else prefix + number


@cache
def _rules(country: str) -> NumberValidationModule | None:
    """The library's module for the country; None where it has none."""
    return get_cc_module(country, _WITHOUT_VAT.get(country, "vat"))


def _example(rules: NumberValidationModule) -> str:
    """A right number: the first with which the library's own description shows the check."""
    found = _TRIED.search(rules.__doc__ or "")
    return found[1] if found else "0100109106"
