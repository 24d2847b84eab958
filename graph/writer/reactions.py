"""What follows from a change by a rule of the domain: more changes, written in the same transaction by the same writer.

| after | follows |
|---|---|
| the end of an employment | reporting lines and care for customers there end too, or go to the successor |
| a first purchase | a POTENTIAL customer of that seller becomes CURRENT |
| a purchase | a CURRENT customer becomes LOYAL once it bought as often, within the days, that its seller asks for |
| a purchase that changes, and the end of a referral | what referrers earn by it (rewarding.py) |
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from graph.client import Transaction
from graph.model.values import earlier
from graph.writer.changes import Change, End, Move, Put, Relate
from graph.writer.derive import Derivation
from graph.writer.reading import lock
from graph.writer.rewarded import below
from graph.writer.rewarding import settle
from graph.writer.work import NodeState, Work

FIRST_PURCHASE = "first purchase"
LOYALTY_RULE = "loyalty rule of the seller"


_OF_PURCHASES = ("at", "net", "currency", "buyer", "seller")
_OF_REFERRALS = ("since", "until", "referrer", "referred", "programme")


async def reactions(transaction: Transaction, work: Work, derivation: Derivation) -> list[Change]:
    """The changes that follow from what the batch wrote."""
    bought = [s.id for s in work.nodes() if s.type.name == "Purchase" and s.is_new]
    found = await _customers(transaction, work, bought) if bought else []
    for state in work.nodes():
        if state.type.name == "Employment" and not state.is_new and "until" in state.changes():
            found += await _left(transaction, state)
    return found + await _rewards(transaction, work, derivation)


async def _rewards(transaction: Transaction, work: Work, derivation: Derivation) -> list[Change]:
    """What referrers earn by the purchases that changed, or whose buyers' referrals did."""
    purchases = derivation.changed("Purchase", _OF_PURCHASES)
    new = {state.id for state in work.nodes() if state.is_new}
    referrals = derivation.changed("Referral", _OF_REFERRALS) - new
    purchases |= await below(transaction, work, referrals)
    return await settle(transaction, work, purchases) if purchases else []


async def _left(transaction: Transaction, employment: NodeState) -> list[Change]:
    """What ends with an employment, or goes to the successor:

    ```cypher
    MATCH (e:Employment {id: $id})-[:PARTY]->(p) WHERE e.until IS NOT NULL
    RETURN e.until,
      COLLECT { MATCH (p)-[r:REPORTS_TO]-(o) WHERE r.until IS NULL AND EXISTS { (o)<-[:PARTY]-(w:Employment)
                WHERE w.organisationId = e.organisationId } RETURN [r.id, o.id, startNode(r) = o] },
      COLLECT { MATCH (c:Customer)-[:OWNED_BY]->(p)
                WHERE c.organisationId = e.organisationId AND c.until IS NULL RETURN c.id }
    ```
    """
    text = (
        "MATCH (e:Employment {id: $id})-[:PARTY]->(p) WHERE e.until IS NOT NULL\nRETURN e.until,\n"
        "  COLLECT { MATCH (p)-[r:REPORTS_TO]-(o) WHERE r.until IS NULL AND EXISTS { (o)<-[:PARTY]-(w:Employment)\n"
        "            WHERE w.organisationId = e.organisationId } RETURN [r.id, o.id, startNode(r) = o] },\n"
        "  COLLECT { MATCH (c:Customer)-[:OWNED_BY]->(p)\n"
        "            WHERE c.organisationId = e.organisationId AND c.until IS NULL RETURN c.id }"
    )
    found: list[Change] = []
    for until, lines, customers in await transaction.run(text, {"id": employment.id}):
        for id, other, is_report in sorted(lines):
            found.append(End("ReportsTo", id, until))
            if is_report and employment.successor not in (None, other):
                found.append(Relate("ReportsTo", other, str(employment.successor), {"since": until}))
        found += [Put("Customer", id, references={"owner": employment.successor}) for id in sorted(customers)]
    return found


async def _customers(transaction: Transaction, work: Work, purchases: list[str]) -> list[Change]:
    """The moves of the customers whose purchases are new; of two writers the second counts what the first one wrote:

    ```cypher
    UNWIND $ids AS id
    MATCH (p:Purchase {id: id})
    MATCH (c:Customer) USING INDEX c:Customer(partyId, id)
    WHERE c.partyId = p.buyerId AND c.id IS NOT NULL AND c.sellerId = p.sellerId AND c.until IS NULL
      AND c.lifecycle IN ['POTENTIAL', 'CURRENT']
    WITH c, min(p.at) AS first, max(p.at) AS last
    MATCH (c)-[:SELLER]->(s)
    RETURN collect({id: c.id, ..., often: s.loyalAfterPurchases, days: s.loyalWithinDays})
    ```
    """
    text = (
        "UNWIND $ids AS id\nMATCH (p:Purchase {id: id})\nMATCH (c:Customer) USING INDEX c:Customer(partyId, id)\n"
        "WHERE c.partyId = p.buyerId AND c.id IS NOT NULL AND c.sellerId = p.sellerId AND c.until IS NULL\n"
        "  AND c.lifecycle IN ['POTENTIAL', 'CURRENT']\nWITH c, min(p.at) AS first, max(p.at) AS last\n"
        "MATCH (c)-[:SELLER]->(s)\nRETURN collect({id: c.id, lifecycle: c.lifecycle, first: first, last: last,\n"
        "  since: coalesce(head([(c)<-[:STAGE_OF]-(g WHERE g.until IS NULL) | g.since]), c.since),\n"
        "  party: c.partyId, seller: c.sellerId, often: s.loyalAfterPurchases, days: s.loyalWithinDays})"
    )
    ((customers,),) = await transaction.run(text, {"ids": purchases})
    if customers:
        await lock(transaction, work, work.model.nodes["Customer"], sorted(customer["id"] for customer in customers))
        ((customers,),) = await transaction.run(text, {"ids": purchases})
    found: list[Change] = []
    for customer in sorted(customers, key=lambda c: str(c["id"])):
        since = customer["since"]
        if customer["lifecycle"] == "POTENTIAL":
            since = max(since, customer["first"])
            found.append(Move("Customer", customer["id"], "CURRENT", since, FIRST_PURCHASE))
        if await _is_loyal(transaction, customer):
            found.append(Move("Customer", customer["id"], "LOYAL", max(since, customer["last"]), LOYALTY_RULE))
    return found


async def _is_loyal(transaction: Transaction, customer: Mapping[str, Any]) -> bool:
    """Whether the customer bought as often as its seller's rule asks for, up to its last purchase:

    ```cypher
    MATCH (q:Purchase) USING INDEX q:Purchase(buyerId, at, id)
    WHERE q.buyerId = $party AND q.at >= $start AND q.at <= $end AND q.id IS NOT NULL AND q.sellerId = $seller
    RETURN count(q)
    ```
    """
    often, days, end = customer["often"], customer["days"], customer["last"]
    if often is None:
        return False
    start = "" if days is None else earlier(end, timedelta(days=days))
    text = (
        "MATCH (q:Purchase) USING INDEX q:Purchase(buyerId, at, id)\n"
        "WHERE q.buyerId = $party AND q.at >= $start AND q.at <= $end AND q.id IS NOT NULL AND q.sellerId = $seller\n"
        "RETURN count(q)"
    )
    values = {"party": customer["party"], "seller": customer["seller"], "start": start, "end": end}
    ((count,),) = await transaction.run(text, values)
    return bool(count >= often)
