"""Referral programmes: who rewards whom for bringing customers, by which rules, and with which codes."""

from __future__ import annotations

from graph.model.declare import Connection, copy, extend, inverse, node, prop, ref
from graph.model.scalars import Choice
from graph.model.types import ID, CurrencyCode, Decimal, Money
from graph.model.ways import Everybody, Path, Step
from schema.base import Dated
from schema.organisation import Organisation
from schema.party import Party


class RewardKind(Choice):
    """How a reward is worked out."""

    FIXED = "The same amount for each qualifying purchase."
    PERCENT = "A share of the net amount of each qualifying purchase."


@node(
    "rpg",
    plural="referralProgrammes",
    dated=True,
    scope=(Everybody(), Path((Step("PROGRAMME_OF", "out"),), keeps=True)),
    public=(Everybody(),),
    default_order="name",
)
class ReferralProgramme(Dated):
    """An organisation rewards those who bring it customers, over one or several levels. A programme that has ended
    takes no more referrals; those that it has stay."""

    name: str = prop("The programme's name.", filter=True, order=True, search=True)
    owner: Organisation = ref("PROGRAMME_OF", "The organisation that runs it and pays.", key=True)
    levels: int = prop("How many levels of a chain are rewarded, and shown to whom it begins with: 1 to 10.")
    window_days: int | None = prop("How many days after the referral a purchase may earn a reward; null: any time.")
    least: Money | None = prop("The least net amount of a purchase that earns a reward; null: any.")
    hold_days: int | None = prop("How many days after the purchase a reward may be approved; null: at once.")
    payout_day: int | None = prop("The day of the next month on which a month is paid, 1 to 28; null: no fixed day.")
    currency: CurrencyCode = prop("The currency of its rewards; purchases in another one earn none.")
    organisation_id: ID | None = copy("owner", "organisation_id", "The organisation whose staff keep this programme.")


@node(
    "rwr",
    plural="rewardRules",
    dated=True,
    once_open=("programme", "level"),
    scope=(Everybody(), Path((Step("RULE_OF", "out"), Step("PROGRAMME_OF", "out")), keeps=True)),
    public=(Everybody(),),
    default_order="level",
)
class RewardRule(Dated):
    """What one level of a programme earns for a qualifying purchase. One rule is open for each level."""

    programme: ReferralProgramme = ref("RULE_OF", "Whose rule it is.", key=True)
    level: int = prop("The level: 1 for who referred the buyer, 2 for who referred that one.", filter=True, order=True)
    kind: RewardKind = prop("Fixed or a share.", filter=True)
    amount: Money | None = prop("The reward of a fixed rule.")
    percent: Decimal | None = prop("The share in per cent, above 0 and up to 100.")
    most: Money | None = prop("The most that one purchase earns; null: no cap.")
    most_each: Money | None = prop("The most that one referrer earns by this rule; null: no cap.")
    currency: CurrencyCode = copy("programme", "currency", "The currency of the programme.")


@node(
    "rcd",
    plural="referralCodes",
    dated=True,
    about="owner",
    scope=(Path((Step("CODE_OF", "out"), Step("PROGRAMME_OF", "out")), keeps=True),),
    default_order="code",
)
class ReferralCode(Dated):
    """A code by which a referrer is recognised; from since until it expires, and as often as it may be used."""

    code: str = prop("What is typed or clicked; unique over all programmes.", filter=True, order=True, unique=True)
    programme: ReferralProgramme = ref("CODE_OF", "The programme it belongs to.", key=True)
    owner: Party = ref("CODE_FOR", "Who refers by it.", key=True)
    campaign: str | None = prop("The campaign it was made for.", filter=True, folded=True)
    most_uses: int | None = prop("How many referrals may use it; null: any number.")
    organisation_id: ID | None = copy("programme", "organisation_id", "The organisation whose staff keep this code.")


@extend("Organisation")
class WithProgrammes:
    """What programmes add to the organisation that runs them."""

    referral_programmes: Connection[ReferralProgramme] = inverse("owner", "The referral programmes that it runs.")


@extend("ReferralProgramme")
class WithRules:
    """What rules and codes add to their programme."""

    rules: Connection[RewardRule] = inverse("programme", "What each level earns.")
    codes: Connection[ReferralCode] = inverse("programme", "The codes of its referrers.")


@extend("Party")
class WithCodes:
    """What codes add to their owner."""

    referral_codes: Connection[ReferralCode] = inverse("owner", "The codes by which it refers.")
