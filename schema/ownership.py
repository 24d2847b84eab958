"""How organisations belong to, compete with and depend on one another, and who acts for them."""

from __future__ import annotations

from graph.model.declare import Connection, extend, prop, related, relationship
from graph.model.scalars import Choice
from graph.model.types import Decimal
from schema.base import Dated
from schema.organisation import Organisation
from schema.party import Party


@relationship("SUBSIDIARY_OF", "sub", source="Organisation", target="Organisation", acyclic=True)
class SubsidiaryOf(Dated):
    """An organisation is held, wholly or in part, by another one."""

    share: Decimal | None = prop("The share held, from 0 to 1.", filter=True)


@relationship("COMPETES_WITH", "com", source="Organisation", target="Organisation", symmetric=True)
class CompetesWith(Dated):
    """Two organisations want the same customers."""


class StakeholderKind(Choice):
    """Why a party has a say."""

    OWNER = "Owns a part of it."
    INVESTOR = "Put money into it."
    LENDER = "Lent money to it."
    REGULATOR = "Sets or checks its rules."
    COMMUNITY = "Lives with what it does."
    PARTNER = "Works towards the same end."


@relationship("STAKEHOLDER_OF", "sta", source="Party", target="Party")
class StakeholderOf(Dated):
    """A party has an interest in what another one does."""

    kind: StakeholderKind = prop("Why it has a say.", filter=True)


@extend("Organisation")
class WithOwnership:
    """What these relationships add to an organisation."""

    parents: Connection[Organisation] = related(SubsidiaryOf, "out", "The organisations that hold a share of it.")
    subsidiaries: Connection[Organisation] = related(SubsidiaryOf, "in", "The organisations it holds a share of.")
    competitors: Connection[Organisation] = related(CompetesWith, "both", "Who wants the same customers.")


@extend("Party")
class WithStakeholders:
    """What stakes add to a party."""

    stakeholders: Connection[Party] = related(StakeholderOf, "in", "Who has an interest in what it does.")
    stakes: Connection[Party] = related(StakeholderOf, "out", "Whose doings it has an interest in.")
