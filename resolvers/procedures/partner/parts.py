"""The fields of a partner."""

from __future__ import annotations

from functools import partial

from graph.referrals import codes
from resolvers.procedures.base import Call, NodeRef, Parted
from resolvers.procedures.partner.chain import chain_part, referrals_part, stats_part, tree_part
from resolvers.procedures.partner.rewards import attribution_part, rewards_part
from resolvers.procedures.partner.scope import Sight, first_of, programme_of
from resolvers.procedures.partner.statement import statement_part


def partner(party: str, sight: Sight) -> Parted:
    """A partner, whose fields run by themselves."""
    return Parted(
        "Partner",
        {
            "party": partial(_party, party),
            "codes": partial(_codes, party, sight),
            "chain": partial(chain_part, party, sight),
            "referrals": partial(referrals_part, party, sight),
            "rewards": partial(rewards_part, party, sight),
            "attribution": partial(attribution_part, party, sight),
            "statement": partial(statement_part, party, sight),
            "tree": partial(tree_part, party, sight),
            "stats": partial(stats_part, party, sight),
        },
    )


async def _party(party: str, _call: Call) -> NodeRef:
    return NodeRef(party)


async def _codes(party: str, sight: Sight, call: Call) -> list[NodeRef]:
    programme = await programme_of(sight, call)
    return [NodeRef(id) for id in await codes(call.database, programme, party, first=first_of(call))]
