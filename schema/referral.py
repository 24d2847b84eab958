"""Referrals: who brought whom, in which programme, and what became of it."""

from __future__ import annotations

from graph.model.declare import Connection, copy, extend, inverse, node, prop, ref, role, staged
from graph.model.scalars import Choice
from graph.model.types import ID
from graph.model.ways import Behind, Path, Step
from schema.base import STAFF, Dated
from schema.party import Party
from schema.programme import ReferralCode, ReferralProgramme
from schema.purchase import Channel


class ReferralState(Choice):
    """What became of a referral."""

    SUBMITTED = "Told of; nothing is known yet."
    QUALIFIED = "The referred party is new, and what the programme asks for."
    CONVERTED = "The referred party bought."
    FLAGGED = "Somebody must look at it before it goes on."
    REJECTED = "Not what the programme asks for; it has ended."
    VOIDED = "Taken back after it counted; it has ended, with its rewards."


class ReferralKind(Choice):
    """Who refers."""

    CUSTOMER = "A customer, or anybody else from outside."
    ADVOCACY = "Somebody who worked for the organisation that runs the programme when the referral was made."


_ON = (ReferralState.FLAGGED, ReferralState.REJECTED, ReferralState.VOIDED)
MOVES = {
    ReferralState.SUBMITTED: (ReferralState.QUALIFIED, ReferralState.CONVERTED, *_ON),
    ReferralState.QUALIFIED: (ReferralState.CONVERTED, *_ON),
    ReferralState.CONVERTED: (ReferralState.FLAGGED, ReferralState.VOIDED),
    ReferralState.FLAGGED: (ReferralState.SUBMITTED, ReferralState.QUALIFIED, ReferralState.CONVERTED, *_ON[1:]),
}
"""Which state may follow which; from REJECTED and VOIDED none does."""
STRONGEST = (
    ReferralState.CONVERTED,
    ReferralState.QUALIFIED,
    ReferralState.FLAGGED,
    ReferralState.SUBMITTED,
    ReferralState.VOIDED,
    ReferralState.REJECTED,
)


@role(
    "rfl",
    shortcut="REFERRED",
    party="referrer",
    counterpart="referred",
    once_open=("referred", "programme"),
    forest_in="programme",
    scope=(Path((Step("REFERRAL_IN", "out"), Step("PROGRAMME_OF", "out")), keeps=True),),
    default_order="since",
)
class Referral(Dated):
    """A party brought another one, in a programme. Nobody has two referrers in one programme, refers itself, or is
    referred by whom it referred, however long the chain. It ends where it is rejected or taken back."""

    referrer: Party = ref("REFERRER", "Who brought it.", key=True)
    referred: Party = ref("REFERRED_PARTY", "Who was brought.", key=True)
    programme: ReferralProgramme = ref("REFERRAL_IN", "The programme it counts in.", key=True)
    code: ReferralCode | None = ref("BY_CODE", "The code that was used.", key=True)
    state: ReferralState = staged(
        "What became of it.",
        kept_by="ReferralStage",
        moves=MOVES,
        strongest=STRONGEST,
        ends=(ReferralState.REJECTED, ReferralState.VOIDED),
        filter=True,
    )
    channel: Channel | None = prop("The way it was told of.", filter=True)
    kind: ReferralKind = prop("Whether a customer or somebody of the own staff referred.", filter=True, derived=True)
    organisation_id: ID | None = copy(
        "programme", "organisation_id", "The organisation whose staff keep this referral."
    )


@node(
    "rst",
    plural="referralStages",
    dated=True,
    kept=True,
    about="referral",
    scope=(Behind("referral"),),
    default_order="since",
)
class ReferralStage(Dated):
    """How long a referral was in which state, and why it came there; one that never moved has none."""

    referral: Referral = ref("REFERRAL_STAGE_OF", "Whose state it was.", key=True)
    state: ReferralState = prop("What had become of the referral.", filter=True)
    reason: str | None = prop("Why it came there.", visible_to=STAFF, personal=True)


@extend("Referral")
class WithReferralStages:
    """What had become of the referral before."""

    stages: Connection[ReferralStage] = inverse("referral", "Its state; with during, the states it was in.")


@extend("Party")
class WithReferrals:
    """What referrals add to both of their ends."""

    referrals: Connection[Referral] = inverse("referrer", "Whom it brought.")
    referred_by: Connection[Referral] = inverse("referred", "Who brought it: one in each programme.")


@extend("ReferralProgramme")
class WithProgrammeReferrals:
    """What referrals add to their programme."""

    referrals: Connection[Referral] = inverse("programme", "The referrals that count in it.")


@extend("ReferralCode")
class WithUses:
    """What referrals add to the code that they used."""

    uses: Connection[Referral] = inverse("code", "The referrals that used it.")
