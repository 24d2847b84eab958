"""Units of organisations: departments, branches, divisions."""

from __future__ import annotations

from graph.model.declare import Connection, extend, node, prop, related, relationship
from graph.model.scalars import Choice
from schema.base import Dated
from schema.party import Party


class OrgUnitKind(Choice):
    """What kind of part a unit is."""

    DEPARTMENT = "Does one kind of work."
    BRANCH = "Serves one place."
    DIVISION = "Holds several departments or branches."


@relationship("PART_OF", "pof", source="OrgUnit", target="Party", acyclic=True)
class PartOf(Dated):
    """A unit belongs to an organisation or to a larger unit."""


@node("ou", plural="orgUnits", default_order="name")
class OrgUnit(Party):
    """A department, branch or division of one organisation; it can buy from and serve others, also inside."""

    kind: OrgUnitKind = prop("What kind of part it is.", filter=True)
    part_of: Party | None = related(PartOf, "out", "The organisation or larger unit it belongs to.")


@extend("Party")
class WithUnits:
    """What PART_OF adds to the larger party."""

    units: Connection[OrgUnit] = related(PartOf, "in", "The units directly below.")
