"""What follows from a change by a rule of the domain: more changes, written in the same transaction by the same writer.

| after | follows |
|---|---|
| a first purchase | a POTENTIAL customer of that seller becomes CURRENT |
| a purchase | a CURRENT customer becomes LOYAL once it bought as often, within the days, that its seller asks for |
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from graph.client import Transaction
from graph.model.values import instant_text
from graph.writer.changes import Change, Move
from graph.writer.work import Work

FIRST_PURCHASE = "first purchase"
LOYALTY_RULE = "loyalty rule of the seller"


async def reactions(transaction: Transaction, work: Work) -> list[Change]:
    """The changes that follow from what the batch wrote."""
    bought = [s.id for s in work.nodes() if s.type.name == "Purchase" and s.is_new]
    return await _customers(transaction, bought) if bought else []


async def _customers(transaction: Transaction, purchases: list[str]) -> list[Change]:
    """The moves of the customers whose purchases are new:

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
    start = "" if days is None else instant_text((datetime.fromisoformat(end) - timedelta(days=days)).isoformat())
    text = (
        "MATCH (q:Purchase) USING INDEX q:Purchase(buyerId, at, id)\n"
        "WHERE q.buyerId = $party AND q.at >= $start AND q.at <= $end AND q.id IS NOT NULL AND q.sellerId = $seller\n"
        "RETURN count(q)"
    )
    values = {"party": customer["party"], "seller": customer["seller"], "start": start, "end": end}
    ((count,),) = await transaction.run(text, values)
    return bool(count >= often)
