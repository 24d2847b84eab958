"""A programme, as far as its chains need it."""

from __future__ import annotations

from dataclasses import dataclass

from graph.client import Database
from graph.model.values import id_prefix
from graph.writer.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class Programme:
    """`levels` is how deep a chain is rewarded, and shown to whom it begins with."""

    id: str
    levels: int
    currency: str
    organisation: str | None
    payout_day: int | None = None


async def find_programme(database: Database, name: str) -> Programme:
    """The programme of this id or external key; NotFoundError where there is none.

    ```cypher
    MATCH (p:ReferralProgramme {id: $name})
    RETURN p.id, p.levels, p.currency, p.organisationId, p.payoutDay
    ```
    """
    by_key = "MATCH (:ExternalKey {key: $name})-[:IDENTIFIES]->(p:ReferralProgramme)"
    match = by_key if id_prefix(name) is None else "MATCH (p:ReferralProgramme {id: $name})"
    text = f"{match}\nRETURN p.id, p.levels, p.currency, p.organisationId, p.payoutDay"
    rows = await database.read(text, {"name": name})
    if not rows:
        raise NotFoundError(type="ReferralProgramme", value=name)
    return Programme(*rows[0])
