"""What rewards are worked out from, read and held: purchases, the referrals above their buyers, programmes, caps."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from graph.client import Transaction
from graph.rewards import Bought, Held, Link, Programme, Rule, chain
from graph.writer.reading import lock
from graph.writer.work import Work

RECALCULATED = "the purchase is not what it was"
NOT_OWED = "nothing is owed any more"
"""Why rewards are taken back by themselves. One that was taken back for any other reason was so by somebody, and is not
made again."""
MOST = 1_000
"""Purchases whose rewards one transaction works out."""
_REFERRAL = "Referral"

Earnings = dict[tuple[str, str | None], int]
"""What a referrer earned by a rule, by the ids of both."""

_COUNTED = "r.since <= q.at AND (r.until IS NULL OR (r.until > q.at AND NOT r.state IN ['REJECTED', 'VOIDED']))"
_PROGRAMMES_OF = "UNWIND $ids AS id\nMATCH (r:Referral {id: id})\nRETURN collect(DISTINCT r.programmeId)"
_WALK = (
    "UNWIND $ids AS id\nMATCH (r:Referral {id: id})-[:REFERRED_PARTY]->(p)\n"
    "MATCH (p) (()<-[:REFERRER]-(x:Referral WHERE x.programmeId = r.programmeId)-[:REFERRED_PARTY]->()){0,9} (buyer)\n"
)
_BELOW = f"{_WALK}WITH DISTINCT last(x) AS x WHERE x IS NOT NULL\nRETURN collect(x.id)"
_REWARDED_BELOW = (
    f"{_WALK}MATCH (buyer)<-[:BOUGHT_BY]-(q:Purchase)<-[:EARNED_BY]-(w:ReferralReward)\n"
    "WHERE w.until IS NULL AND w.programmeId = r.programmeId AND w.level > size(x)\n"
    "WITH DISTINCT q LIMIT $most\nRETURN collect(q.id)"
)


async def below(transaction: Transaction, work: Work, referrals: Collection[str]) -> set[str]:
    """The purchases with rewards that may change with these referrals; the referrals below are held from now on."""
    if not referrals:
        return set()
    given = {"ids": sorted(referrals), "most": MOST + 1}
    ((programmes,),) = await transaction.run(_PROGRAMMES_OF, given)
    await lock(transaction, work, work.model.nodes["ReferralProgramme"], sorted(programmes))
    ((links,),) = await transaction.run(_BELOW, given)
    await lock(transaction, work, work.model.nodes[_REFERRAL], sorted(links))
    ((purchases,),) = await transaction.run(_REWARDED_BELOW, given)
    return set(purchases)


async def concerned(transaction: Transaction, work: Work, purchases: list[str]) -> list[str]:
    """Those of the purchases whose buyers were referred to the seller, or that have rewards; the buyers' own referrals
    are held from now on:

    ```cypher
    UNWIND $ids AS id
    MATCH (q:Purchase {id: id})-[:BOUGHT_BY]->(b)
    WITH q, COLLECT { MATCH (b)<-[:REFERRED_PARTY]-(r:Referral)
                      WHERE r.organisationId = q.organisationId RETURN r.id } AS links
    WHERE size(links) > 0 OR EXISTS { (q)<-[:EARNED_BY]-() }
    RETURN collect([q.id, links])
    ```
    """
    text = (
        "UNWIND $ids AS id\nMATCH (q:Purchase {id: id})-[:BOUGHT_BY]->(b)\n"
        "WITH q, COLLECT { MATCH (b)<-[:REFERRED_PARTY]-(r:Referral)\n"
        "                  WHERE r.organisationId = q.organisationId RETURN r.id } AS links\n"
        "WHERE size(links) > 0 OR EXISTS { (q)<-[:EARNED_BY]-() }\nRETURN collect([q.id, links])"
    )
    ((found,),) = await transaction.run(text, {"ids": purchases})
    await lock(transaction, work, work.model.nodes[_REFERRAL], sorted({id for _, links in found for id in links}))
    return [id for id, _ in found]


async def bought_of(transaction: Transaction, ids: list[str]) -> list[Bought]:
    """The purchases in the order of time, each with the referrals above its buyer as they stood then, and its
    rewards:

    ```cypher
    UNWIND $ids AS id
    MATCH (q:Purchase {id: id})-[:BOUGHT_BY]->(b)
    WITH q, b, COLLECT { MATCH (b)<-[:REFERRED_PARTY]-(r:Referral)
                         WHERE r.organisationId = q.organisationId RETURN DISTINCT r.programmeId } AS programmes
    RETURN {id: q.id, ...}, COLLECT {
      UNWIND programmes AS programme
      MATCH (b) (()<-[:REFERRED_PARTY]-(r:Referral WHERE r.programmeId = programme AND r.since <= q.at AND
        (r.until IS NULL OR (r.until > q.at AND NOT r.state IN ['REJECTED', 'VOIDED'])))-[:REFERRER]->()){1,10} ()
      WITH DISTINCT last(r) AS r
      RETURN {referral: r.id, ...}
    }, COLLECT { MATCH (q)<-[:EARNED_BY]-(w:ReferralReward) WHERE w.until IS NULL RETURN {id: w.id, ...} },
       COLLECT { MATCH (q)<-[:EARNED_BY]-(w:ReferralReward)<-[:REWARD_STAGE_OF]-(s) WHERE s.state = 'VOIDED' AND ... }
    ORDER BY q.at, q.id
    ```
    """
    text = (
        "UNWIND $ids AS id\nMATCH (q:Purchase {id: id})-[:BOUGHT_BY]->(b)\n"
        "WITH q, b, COLLECT { MATCH (b)<-[:REFERRED_PARTY]-(r:Referral)\n"
        "  WHERE r.organisationId = q.organisationId RETURN DISTINCT r.programmeId } AS programmes\n"
        "RETURN {id: q.id, at: q.at, net: q.net, currency: q.currency, organisation: q.organisationId, buyer: b.id},\n"
        "COLLECT {\n  UNWIND programmes AS programme\n"
        f"  MATCH (b) (()<-[:REFERRED_PARTY]-(r:Referral WHERE r.programmeId = programme AND {_COUNTED})\n"
        "    -[:REFERRER]->()){1,10} ()\n"
        "  WITH DISTINCT last(r) AS r\n"
        "  RETURN {referral: r.id, referrer: r.referrerId, referred: r.referredId, programme: r.programmeId,\n"
        "    since: r.since, state: r.state,\n"
        "    stage: coalesce(head([(r)<-[:REFERRAL_STAGE_OF]-(g WHERE g.until IS NULL) | g.since]), r.since)}\n},\n"
        "COLLECT { MATCH (q)<-[:EARNED_BY]-(w:ReferralReward) WHERE w.until IS NULL\n"
        "  RETURN {id: w.id, programme: w.programmeId, level: w.level, referral: w.referralId,\n"
        "    referrer: w.referrerId, rule: w.ruleId, base: w.base, amount: w.amount, state: w.state} },\n"
        "COLLECT { MATCH (q)<-[:EARNED_BY]-(w:ReferralReward)<-[:REWARD_STAGE_OF]-(s)\n"
        "  WHERE s.state = 'VOIDED' AND NOT coalesce(s.reason, '') IN $themselves\n"
        "  RETURN [w.programmeId, w.level, w.referralId] }\n"
        "ORDER BY q.at, q.id"
    )
    return [
        Bought(
            **purchase,
            links=tuple(Link(**link) for link in links),
            held=tuple(Held(**one) for one in held),
            withdrawn=frozenset((programme, level, referral) for programme, level, referral in withdrawn),
        )
        for purchase, links, held, withdrawn in await transaction.run(
            text, {"ids": ids, "themselves": [RECALCULATED, NOT_OWED]}
        )
    ]


async def programmes_of(transaction: Transaction, bought: Sequence[Bought]) -> Mapping[str, Programme]:
    """What the programmes in which the purchases may earn something say, and their rules:

    ```cypher
    UNWIND $ids AS id
    MATCH (p:ReferralProgramme {id: id})
    RETURN collect([{id: p.id, levels: p.levels, ...}, [(p)<-[:RULE_OF]-(r) | {id: r.id, level: r.level, ...}]])
    ```
    """
    ids = {link.programme for one in bought for link in one.links} | {held.programme for b in bought for held in b.held}
    text = (
        "UNWIND $ids AS id\nMATCH (p:ReferralProgramme {id: id})\n"
        "RETURN collect([{id: p.id, levels: p.levels, organisation: p.organisationId, currency: p.currency,\n"
        "  window_days: p.windowDays, hold_days: p.holdDays, least: p.least},\n"
        "  [(p)<-[:RULE_OF]-(r) | {id: r.id, level: r.level, amount: r.amount, percent: r.percent, most: r.most,\n"
        "    most_each: r.mostEach, since: r.since, until: r.until}]])"
    )
    ((rows,),) = await transaction.run(text, {"ids": sorted(ids)})
    return {
        programme["id"]: Programme(**programme, rules=tuple(Rule(**rule) for rule in rules))
        for programme, rules in rows
    }


async def earnings_of(
    transaction: Transaction, work: Work, bought: Sequence[Bought], programmes: Mapping[str, Programme]
) -> Earnings:
    """What each referrer earned by each rule that has a cap for one, the purchases themselves left out; the referrers
    are held from now on:

    ```cypher
    UNWIND $pairs AS pair
    MATCH (w:ReferralReward) USING INDEX w:ReferralReward(referrerId, id)
    WHERE w.referrerId = pair[0] AND w.id IS NOT NULL AND w.ruleId = pair[1] AND w.until IS NULL
      AND NOT w.purchaseId IN $purchases
    RETURN pair[0], pair[1], sum(w.amount)
    ```
    """
    pairs: set[tuple[str, str]] = set()
    for one in bought:
        for programme in programmes.values():
            capped = [rule for rule in programme.rules if rule.most_each is not None]
            for level, link in enumerate(chain(one.links, programme.id, one.buyer) if capped else (), 1):
                pairs |= {(link.referrer, rule.id) for rule in capped if rule.level == level}
    if not pairs:
        return {}
    parties = work.model.type("Party")
    await lock(transaction, work, parties, sorted({referrer for referrer, _ in pairs}))
    text = (
        "UNWIND $pairs AS pair\nMATCH (w:ReferralReward) USING INDEX w:ReferralReward(referrerId, id)\n"
        "WHERE w.referrerId = pair[0] AND w.id IS NOT NULL AND w.ruleId = pair[1] AND w.until IS NULL\n"
        "  AND NOT w.purchaseId IN $purchases\nRETURN pair[0], pair[1], sum(w.amount)"
    )
    rows = await transaction.run(text, {"pairs": [list(p) for p in sorted(pairs)], "purchases": [b.id for b in bought]})
    return {(referrer, rule): amount for referrer, rule, amount in rows}
