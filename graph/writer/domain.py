"""What the domain asks of single nodes: one declaration for each rule.

A rule is a Cypher expression over the node `n`: null where it holds, else what it is broken with; `$now` is the present
instant.
"""

from __future__ import annotations

from dataclasses import dataclass

from graph.model.values import SCALE
from graph.writer.errors import (
    BadProgrammeError,
    BadRewardRuleError,
    CodeNotValidError,
    NotOfferedError,
    NotPositiveError,
    ProgrammeClosedError,
    RefundTooLargeError,
    RewardNotDueError,
    RuleBrokenError,
)


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds of the nodes of a type. `fields` are properties, or references by name; a `waivable` rule may be set
    aside by whoever says so; one that is not `lasting` holds when it is written, whatever becomes of what it looked
    at. A new node holds one that is about what refers to it (`of_others`): those have a rule of their own. Writers who
    could break it together wait for one another at the nodes behind `locks`."""

    node: str
    sentence: str
    fields: tuple[str, ...]
    broken: str
    error: type[RuleBrokenError]
    waivable: bool = False
    lasting: bool = True
    of_others: bool = False
    locks: tuple[str, ...] = ()


_REFUNDED = "reduce(total = 0, refund IN [(line)<-[:REFUND_OF]-(r:Refund) | r.amount] | total + refund) > line.amount"

FLAGGED_ON_THE_WAY = (
    "head(COLLECT { MATCH (n)-[:EARNED_BY]->()-[:BOUGHT_BY]->(buyer) MATCH (buyer) (()<-[:REFERRED_PARTY]-(r:Referral"
    " WHERE r.programmeId = n.programmeId AND r.until IS NULL)-[:REFERRER]->()){1,10} (top)"
    " WITH r, top WHERE top.id = n.referrerId UNWIND r AS one WITH one WHERE one.state = 'FLAGGED'"
    " RETURN one.id LIMIT 1 })"
)
"""Of the referrals that lead from the buyer to who earns the reward `n`, the first that somebody must look at."""

RULES = (
    Rule(
        "PurchaseLine",
        "The seller, or its organisation, offers the product to the buyer at the time of the purchase.",
        ("product", "purchase"),
        "CASE WHEN EXISTS { MATCH (n)-[:LINE_OF]->(whole:Purchase), (n)-[:LINE_FOR]->(:Product)<-[:OFFER_OF]-(o:Offer)"
        " WHERE (o.sellerId = whole.sellerId OR o.sellerId = whole.organisationId) AND o.since <= whole.at"
        " AND (o.until IS NULL OR o.until > whole.at)"
        " AND NOT EXISTS { (o)-[:OFFERED_TO]->(only WHERE only.id <> whole.buyerId) } }"
        " THEN null ELSE n.productId END",
        NotOfferedError,
        waivable=True,
    ),
    Rule(
        "PurchaseLine",
        "The refunds of a line are no more than its amount.",
        ("amount",),
        f"head([line IN [n] WHERE {_REFUNDED} | line.id])",
        RefundTooLargeError,
        of_others=True,
    ),
    Rule(
        "Refund",
        "The refunds of a line are no more than its amount.",
        ("line", "amount"),
        f"head([(n)-[:REFUND_OF]->(line:PurchaseLine) WHERE {_REFUNDED} | line.id])",
        RefundTooLargeError,
    ),
    Rule(
        "Refund",
        "A refund is more than nothing.",
        ("amount",),
        "CASE WHEN n.amount <= 0 THEN 'amount' END",
        NotPositiveError,
    ),
    Rule(
        "ReferralProgramme",
        "A programme has 1 to 10 levels, no fewer than its rules are for; its window is at least a day, its least"
        " purchase more than nothing, and it holds rewards back for no less than no days; it pays on a day"
        " that every month has.",
        ("levels", "windowDays", "least", "holdDays", "payoutDay"),
        "CASE WHEN NOT 1 <= n.levels <= 10 OR EXISTS { (n)<-[:RULE_OF]-(r WHERE r.level > n.levels) } THEN 'levels'"
        " WHEN n.windowDays < 1 THEN 'windowDays' WHEN n.least <= 0 THEN 'least'"
        " WHEN n.holdDays < 0 THEN 'holdDays' WHEN NOT 1 <= n.payoutDay <= 28 THEN 'payoutDay' END",
        BadProgrammeError,
    ),
    Rule(
        "RewardRule",
        "A fixed reward has an amount, a share a per cent up to 100; caps are more than nothing; the level is one of"
        " the programme's.",
        ("programme", "level", "kind", "amount", "percent", "most", "mostEach"),
        "CASE WHEN NOT coalesce(1 <= n.level <= head([(n)-[:RULE_OF]->(p) | p.levels]), false) THEN 'level'"
        " WHEN coalesce(n.kind = 'FIXED' AND n.amount <= 0, false) OR (n.kind = 'FIXED') <> (n.amount IS NOT NULL)"
        " THEN 'amount'"
        f" WHEN coalesce(n.kind = 'PERCENT' AND NOT 0 < n.percent <= {100 * SCALE}, false)"
        " OR (n.kind = 'PERCENT') <> (n.percent IS NOT NULL) THEN 'percent'"
        " WHEN n.most <= 0 THEN 'most' WHEN n.mostEach <= 0 THEN 'mostEach' END",
        BadRewardRuleError,
    ),
    Rule(
        "Referral",
        "A programme takes referrals while it is open.",
        ("programme",),
        "head([(n)-[:REFERRAL_IN]->(p) WHERE n.since < p.since OR n.since >= p.until | p.id])",
        ProgrammeClosedError,
        lasting=False,
    ),
    Rule(
        "Referral",
        "A code counts in its programme, for its owner, while it is open and as often as it may be used.",
        ("code", "programme", "referrer"),
        "head([(n)-[:BY_CODE]->(c) WHERE c.programmeId <> n.programmeId OR c.ownerId <> n.referrerId"
        " OR n.since < c.since OR n.since >= c.until OR COUNT { (c)<-[:BY_CODE]-() } > c.mostUses | c.id])",
        CodeNotValidError,
        lasting=False,
        locks=("code",),
    ),
    Rule(
        "ReferralReward",
        "A reward is approved when it is due, and nobody must look at a referral that it comes by.",
        ("state",),
        "CASE WHEN n.state = 'APPROVED' THEN CASE WHEN n.dueAt > $now THEN 'dueAt is ' + n.dueAt"
        f" ELSE {FLAGGED_ON_THE_WAY} END END",
        RewardNotDueError,
        lasting=False,
    ),
)


FOLLOWING = frozenset({RewardNotDueError.code})
"""Rules that are set aside for what follows from a change by itself: a reward that was approved stays so when it is
worked out anew."""
FACTS = frozenset(rule.error.code for rule in RULES if rule.waivable)
"""Rules that are set aside for what is imported: it has happened, whatever they say. Nor does anything follow from it:
where a customer stands is what its source says."""
