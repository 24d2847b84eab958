"""Rewards: what a referrer earns by the purchases of those who came through it."""

from __future__ import annotations

from graph.model.declare import Connection, copy, extend, inverse, node, prop, ref, staged
from graph.model.scalars import Choice
from graph.model.types import ID, CurrencyCode, Instant, Money
from graph.model.ways import Behind, Path, Step
from schema.base import STAFF, Dated
from schema.party import Party
from schema.programme import ReferralProgramme, RewardRule
from schema.purchase import Purchase
from schema.referral import Referral


class RewardState(Choice):
    """How far a reward is from being paid."""

    PENDING = "Worked out; it still changes with its purchase."
    APPROVED = "Owed; its amount does not change any more."
    PAID = "Paid out."
    VOIDED = "Taken back: the referral was, or the purchase is not what it was. It has ended."


MOVES = {
    RewardState.PENDING: (RewardState.APPROVED, RewardState.VOIDED),
    RewardState.APPROVED: (RewardState.PAID, RewardState.VOIDED),
    RewardState.PAID: (RewardState.VOIDED,),
}
"""Which state may follow which; from VOIDED none does."""
STRONGEST = (RewardState.PAID, RewardState.APPROVED, RewardState.PENDING, RewardState.VOIDED)


@node(
    "rrw",
    plural="referralRewards",
    dated=True,
    kept=True,
    about="referrer",
    once_open=("purchase", "programme", "level"),
    scope=(Path((Step("EARNED_BY", "out"), Step("SOLD_BY", "out")), keeps=True),),
    default_order="since",
)
class ReferralReward(Dated):
    """What one level of a programme earns by one purchase. It follows from the purchase, the chain of referrals at that
    time and the rules; clients only move it to another state. One is open for a purchase, programme and level."""

    purchase: Purchase = ref("EARNED_BY", "The purchase that it is earned by.", key=True)
    programme: ReferralProgramme = ref("REWARD_IN", "The programme that pays it.", key=True)
    level: int = prop("How many referrals lead from the referrer to the buyer.", filter=True, order=True)
    referrer: Party = ref("REWARD_FOR", "Who earns it.", key=True)
    referral: Referral = ref("EARNED_THROUGH", "The referral that it is earned through: the referrer's own.", key=True)
    rule: RewardRule = ref("REWARDED_BY", "The rule that it was worked out by.", key=True)
    base: Money = prop("The net amount of the purchase that it was worked out from.")
    amount: Money = prop("How much it is.", filter=True, order=True)
    state: RewardState = staged(
        "How far it is from being paid.",
        kept_by="ReferralRewardStage",
        moves=MOVES,
        strongest=STRONGEST,
        ends=(RewardState.VOIDED,),
        filter=True,
    )
    currency: CurrencyCode = prop("The currency of both.")
    due_at: Instant = prop("When it may be approved: the programme's days after the purchase.", filter=True)
    organisation_id: ID | None = copy("purchase", "organisation_id", "The organisation whose staff keep this reward.")


@node(
    "rws",
    plural="referralRewardStages",
    dated=True,
    kept=True,
    about="reward",
    scope=(Behind("reward"),),
    default_order="since",
)
class ReferralRewardStage(Dated):
    """How long a reward was in which state, and why it came there; one that never moved has none."""

    reward: ReferralReward = ref("REWARD_STAGE_OF", "Whose state it was.", key=True)
    state: RewardState = prop("How far the reward was.", filter=True)
    reason: str | None = prop("Why it came there.", visible_to=STAFF, personal=True)


@extend("ReferralReward")
class WithRewardStages:
    """How far the reward was before."""

    stages: Connection[ReferralRewardStage] = inverse("reward", "Its state; with during, the states it was in.")


@extend("Party")
class WithRewards:
    """What rewards add to who earns them."""

    rewards: Connection[ReferralReward] = inverse("referrer", "What it earned by referring.")


@extend("Purchase")
class WithPurchaseRewards:
    """What rewards add to the purchase."""

    rewards: Connection[ReferralReward] = inverse("purchase", "What referrers earn by it.")


@extend("Referral")
class WithReferralRewards:
    """What rewards add to the referral."""

    rewards: Connection[ReferralReward] = inverse("referral", "What its referrer earned through it.")


@extend("ReferralProgramme")
class WithProgrammeRewards:
    """What rewards add to the programme that pays them."""

    rewards: Connection[ReferralReward] = inverse("programme", "What it rewards.")
