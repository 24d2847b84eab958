"""The counter that numbers events starts at zero, so that writers find it and never race to make it."""

from __future__ import annotations

from graph.client import Transaction


async def migrate(transaction: Transaction) -> None:
    """Makes the counter:

    ```cypher
    MERGE (c:Counter {id: 'events'}) ON CREATE SET c.seq = 0
    ```
    """
    await transaction.run("MERGE (c:Counter {id: 'events'}) ON CREATE SET c.seq = 0")
