"""People."""

from __future__ import annotations

from graph.model.declare import node, prop
from graph.model.types import Day, LanguageCode
from schema.base import PERSONAL
from schema.party import Party


@node("per", plural="persons", default_order="name")
class Person(Party):
    """A human being: a consumer, an employee, somebody who acts for an organisation, or all of these."""

    given_name: str | None = prop("The given name.", filter=True, folded=True, personal=True)
    family_name: str | None = prop("The family name.", filter=True, folded=True, personal=True)
    title: str | None = prop("How the person is addressed, or the profession.", filter=True, personal=True)
    birth_date: Day | None = prop("The day of birth.", filter=True, visible_to=PERSONAL, personal=True)
    language: LanguageCode | None = prop("The language the person prefers.", filter=True, personal=True)
