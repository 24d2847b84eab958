"""Two parties become a score and its reasons. Nothing here asks a database."""

from __future__ import annotations

from dataclasses import dataclass

from graph.duplicates.contacts import emails, phones, tax_number, website
from graph.duplicates.evidence import (
    ORGANISATION_NAME,
    OTHER_FORM,
    OTHER_ORGANISATION,
    SAME_ORGANISATION,
    Evidence,
    Reason,
    name_weight,
    probability,
)
from graph.duplicates.names import Kind, Name, likeness
from graph.duplicates.places import Where, birth_dates, cities, streets
from graph.duplicates.words import Form

DEFAULT_SCORE = 0.85
"""Where precision and recall are best together on the set that the weights were chosen by."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a party, ready to be compared; contact points and addresses count like the main ones."""

    id: str
    kind: Kind
    name: Name
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    places: tuple[Where, ...] = ()
    tax_number: str | None = None
    birth_date: str | None = None
    website: str | None = None
    organisation: str | None = None


@dataclass(frozen=True, slots=True)
class Likely:
    """How likely two parties are one, from 0 to 1, and why: what says most, for or against, comes first."""

    score: float
    reasons: tuple[Reason, ...]


def compare(one: Facts, other: Facts) -> Likely:
    """How likely two parties of one kind are the same; parties of different kinds never are.

    The probability after all that can be compared: a value that one side does not have says nothing. Turning the two
    around changes no score.
    """
    if one.kind != other.kind:
        return Likely(0.0, ())
    found = [
        *_names(one, other),
        emails(one.kind, one.emails, other.emails),
        phones(one.kind, one.phones, other.phones),
        tax_number(one.tax_number, other.tax_number),
        birth_dates(one.birth_date, other.birth_date),
        website(one.website, other.website),
        streets(one.kind, one.places, other.places),
        cities(one.places, other.places),
        _organisations(one, other),
    ]
    reasons = sorted((reason for reason in found if reason is not None), key=lambda reason: -abs(reason.weight))
    return Likely(round(probability(sum(reason.weight for reason in reasons)), 4), tuple(reasons))


def _names(one: Facts, other: Facts) -> list[Reason]:
    found = likeness(one.kind, one.name, other.name)
    weight = name_weight(found.score)
    if one.kind == "Organisation" and weight > 0:
        weight += ORGANISATION_NAME
    kind = Evidence.NAME_ORDER if found.scattered else Evidence.NAME
    reasons = [Reason(kind, round(found.score, 4), round(weight, 2), one.name.whole, other.name.whole)]
    left, right = (side.name.forms - {Form.COMPANY} for side in (one, other))
    if left and right and not left & right:
        told, others = (", ".join(sorted(form.value for form in forms)) for forms in (left, right))
        reasons.append(Reason(Evidence.COMPANY_FORM, 0.0, OTHER_FORM, told, others))
    return reasons


def _organisations(one: Facts, other: Facts) -> Reason | None:
    """Units alone: an organisation is its own, and people have none."""
    if one.kind != "OrgUnit" or not one.organisation or not other.organisation:
        return None
    same = one.organisation == other.organisation
    weight = SAME_ORGANISATION if same else OTHER_ORGANISATION
    return Reason(Evidence.ORGANISATION, float(same), weight, one.organisation, other.organisation)
