"""What speaks for and against two parties being one, in bits.

Each comparison that can be made gives a reason, and each reason a weight: the logarithm to base 2 of how much more
often it is seen among duplicates than among other parties that blocking brings together (Fellegi and Sunter, 1969).
Weights add up; what they add up to is a probability. Where they come from stands below each; docs/duplicates.md shows
beside them what was counted on the labelled set of seed 1, which no published figure is about.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass

from graph.model.scalars import Choice

PRIOR = -6.0
"""One of 64 parties that blocking finds beside another one is taken to be the same before anything is compared."""


class Evidence(Choice):
    """What two parties were compared by."""

    NAME = "The words of their names."
    NAME_ORDER = "The words of their names, which stand in another order."
    COMPANY_FORM = "The legal forms that their names tell."
    TAX_NUMBER = "Tax numbers."
    BIRTH_DATE = "Days of birth."
    EMAIL = "E-mail addresses."
    PHONE = "Phone numbers."
    WEBSITE = "Web sites."
    ADDRESS = "Streets and numbers."
    PLACE = "Cities, or countries where no city is known."
    ORGANISATION = "The organisations that units belong to."


@dataclass(frozen=True, slots=True)
class Reason:
    """One comparison: how alike the two values are from 0 to 1, and what that adds to (or takes from) the evidence."""

    kind: Evidence
    score: float
    weight: float
    value: str
    other: str


NAME_POINTS = (0.0, 0.35, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
NAME_WEIGHTS = (-18.0, -16.0, -14.0, -10.0, -4.0, 2.0, 5.0, 6.5)
"""The upper end is what an equal name among a few hundred of a city is worth; every fourth pair of the labelled set
that is no duplicate was made a namesake, so that counting there says less. The lower end never was a duplicate's. It is
set so that the phone, address and birthday that twins share do not outweigh two given names."""
ORGANISATION_NAME = 1.5
"""More for the name of an organisation: companies avoid names that are taken, people do not."""

OTHER_FORM = -1.5
"""Companies change their form; more often a family has several of them under one name."""

SAME_TAX = 14.0
OTHER_TAX = -12.0
NEAR_TAX = -1.0
"""A tax number belongs to one organisation. One digit wrong is a typing error, which most countries' check digits
prevent, or a neighbour: it says nearly nothing."""

SAME_BIRTH = 7.0
FIRST_OF_YEAR = 4.0
NEAR_BIRTH = 2.5
OTHER_BIRTH = -9.0
"""One in 18,000 shares a birthday by chance, and far more where clerks write the first of January, and twins."""

SAME_EMAIL = 8.0
SHARED_EMAIL = 4.5
NEAR_EMAIL = 6.0
MOVED_EMAIL = 2.5
OTHER_EMAIL = -0.7
"""Families and offices share an address; `info@` is everybody's. People have many addresses, so another one says
little."""

SAME_PHONE = 6.0
UNIT_PHONE = 3.0
NEAR_PHONE = 0.0
OTHER_PHONE = -0.7
"""Households and switchboards share a number. One digit off is a typing error as often as the neighbour's number."""

SAME_WEBSITE = 4.0
OTHER_WEBSITE = -1.0
"""A group of companies shares a site."""

SAME_ADDRESS = 4.5
SAME_STREET = 2.0
OTHER_ADDRESS = -0.5
SAME_CITY = 1.0
OTHER_CITY = -1.5
OTHER_COUNTRY = -2.5
UNIT_ADDRESS = 1.0
"""Households and business parks share an address, and departments their building; people move."""

SAME_ORGANISATION = 3.5
OTHER_ORGANISATION = -14.0
"""Every company has an accounts department."""


def name_weight(score: float) -> float:
    """The weight of names that are so much alike: the points above, with straight lines between them."""
    place = min(bisect_right(NAME_POINTS, score), len(NAME_POINTS) - 1)
    low, high = NAME_POINTS[place - 1], NAME_POINTS[place]
    below, above = NAME_WEIGHTS[place - 1], NAME_WEIGHTS[place]
    return below + (above - below) * (score - low) / (high - low)


def probability(weight: float) -> float:
    """How likely it is that two parties are one, after the prior and all reasons."""
    return 1 / (1 + math.exp2(-max(min(weight + PRIOR, 60), -60)))
