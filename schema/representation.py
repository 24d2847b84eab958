"""People who act for organisations."""

from __future__ import annotations

from graph.model.declare import Connection, extend, prop, related, relationship
from graph.model.scalars import Choice
from schema.base import Dated
from schema.party import Party
from schema.person import Person


class RepresentativeRole(Choice):
    """What a person does for the organisation it represents."""

    DECISION_MAKER = "Says yes or no."
    BUYER = "Places the orders."
    USER = "Uses what is bought."
    BILLING = "Pays the invoices."


@relationship("REPRESENTS", "rpr", source="Person", target="Party", about="source")
class Represents(Dated):
    """A person acts for an organisation or a unit towards others."""

    role: RepresentativeRole = prop("What the person does for it.", filter=True)
    title: str | None = prop("The person's title there.", filter=True, folded=True, personal=True)


@extend("Person")
class WithRepresentations:
    """What it adds to the person."""

    represents: Connection[Party] = related(Represents, "out", "Whom the person acts for.")


@extend("Party")
class WithRepresentatives:
    """What it adds to the party."""

    representatives: Connection[Person] = related(Represents, "in", "The people who act for it.")
