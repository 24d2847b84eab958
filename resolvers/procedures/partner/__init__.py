"""`viewer { partner }` and `partner(by)`: what a referrer sees of who came through it, and staff of any referrer."""

from __future__ import annotations

from strawberry.types.field import StrawberryField

from graph.compiler.selection import Selected, only
from graph.merging import resolved
from graph.mutations.drafts import name_of
from resolvers.procedures.base import Call, Parted, Procedure
from resolvers.procedures.partner.parts import partner
from resolvers.procedures.partner.scope import Sight
from resolvers.procedures.partner.types import partner_type
from resolvers.types.objects import node_by
from resolvers.types.registry import Registry, argument, field, optional


async def _own(call: Call) -> Parted | None:
    """The viewer as a partner; None where it is none."""
    party = call.viewer.party
    return partner(party, Sight.OWN) if party is not None and "partner" in call.viewer.roles else None


async def _any(call: Call) -> Parted:
    call.viewer.must_look_after("look at the chains of others")
    party = await resolved(call.database, call.model, name_of(call.arguments["by"]))
    return partner(party, Sight.ALL)


def _own_field(registry: Registry) -> StrawberryField:
    text = "What the identity's own party referred and who came through it; null for those who are no partner."
    return field("partner", optional(partner_type(registry)), text)


def _any_field(registry: Registry) -> StrawberryField:
    text = (
        "What any party referred and who came through it, for those who look after the programmes: nobody is left out "
        "or made unrecognisable."
    )
    return field("partner", partner_type(registry), text, [argument("by", node_by(registry), "Which party.")])


def _cost(selected: Selected) -> int:
    """A walk over a whole chain costs what a large page does, whatever the chain is like."""
    parts = only(selected.below)
    return sum(_cost(part) if part.name in ("chain", "statement") else _COSTS.get(part.name, 0) for part in parts)


_COSTS = {
    "levels": 1_000,
    "members": 500,
    "above": 20,
    "referrals": 100,
    "tree": 500,
    "stats": 1_000,
    "codes": 25,
    "rewards": 500,
    "attribution": 50,
    "totals": 500,
    "lines": 500,
}
PROCEDURES = (
    Procedure("partner", "Viewer", _own_field, _own, _cost),
    Procedure("partner", "Query", _any_field, _any, _cost),
)
