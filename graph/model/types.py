"""Names for annotations of declarations; each is one kind of value of graph/model/scalars.py."""

from typing import NewType

ID = NewType("ID", str)
Instant = NewType("Instant", str)
Day = NewType("Day", str)
Decimal = NewType("Decimal", int)
Money = NewType("Money", int)
CurrencyCode = NewType("CurrencyCode", str)
CountryCode = NewType("CountryCode", str)
LanguageCode = NewType("LanguageCode", str)
EmailAddress = NewType("EmailAddress", str)
PhoneNumber = NewType("PhoneNumber", str)
TaxNumber = NewType("TaxNumber", str)


class Node:
    """The annotation of a field that may lead to a node of any type."""
