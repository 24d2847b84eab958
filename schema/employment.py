"""Employment: the role that a person has towards an employer."""

from __future__ import annotations

from graph.model.declare import Connection, copy, extend, inverse, prop, ref, related, relationship, role
from graph.model.types import ID
from graph.model.ways import Path, Step
from schema.base import Dated
from schema.party import Party
from schema.person import Person


@role(
    "emp",
    shortcut="WORKS_FOR",
    party="person",
    counterpart="employer",
    once_open=("person", "employer"),
    scope=(Path((Step("EMPLOYER", "out"),), keeps=True),),
    default_order="since",
)
class Employment(Dated):
    """A person works for an organisation or a unit: one open employment at a time. Ended ones stay as history."""

    person: Person = ref("PARTY", "Who works.", key=True)
    employer: Party = ref("EMPLOYER", "Whom the person works for: an organisation or a unit.", key=True)
    title: str | None = prop("The job.", filter=True, folded=True, personal=True)
    person_name: str = copy("person", "name", order="name")
    organisation_id: ID | None = copy(
        "employer", "organisation_id", "The organisation whose staff keep this employment."
    )


@relationship("REPORTS_TO", "rep", source="Person", target="Person", acyclic=True)
class ReportsTo(Dated):
    """A person answers to another one."""


@extend("Person")
class WithEmployments:
    """What work adds to a person."""

    employments: Connection[Employment] = inverse("person", "Where the person works.")
    manager: Person | None = related(ReportsTo, "out", "The person it answers to.")
    managers: Connection[Person] = related(ReportsTo, "out", "The people it answers to, with dates.")
    reports: Connection[Person] = related(ReportsTo, "in", "The people who answer to it directly.")


@extend("Party")
class WithEmployees:
    """What work adds to an employer."""

    employees: Connection[Employment] = inverse("employer", "Who works for it directly.")
