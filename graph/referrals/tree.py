"""The tree below a party, as nodes and edges: level by level, so many of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from graph.client import Database, Transaction
from graph.referrals.chain import Member, member, parameters
from graph.referrals.programme import Programme

_BELOW = (
    "UNWIND $parents AS id\nMATCH (parent:Party {id: id})<-[:REFERRER]-(last:Referral)-[:REFERRED_PARTY]->(p)\n"
    "WHERE last.programmeId = $programme AND last.until IS NULL\n"
    "WITH parent, last, p ORDER BY last.id LIMIT $most\n"
    "WITH collect([parent, last, p]) AS rows\n"
    "UNWIND rows[..$first] AS row\n"
    "WITH size(rows) AS found, row[0] AS parent, row[1] AS last, row[2] AS p\n"
    "RETURN {level: $level, referral: last.id, state: last.state, since: last.since, party: p.id, name: p.name,"
    " parent: parent.id}, found"
)


@dataclass(slots=True)
class Tree:
    """Members, each below its parent; `left` tells how many of a level are not among them. Who comes through those is
    not looked for. Where as many as a walk may look at were found, there may be more."""

    members: list[Member] = field(default_factory=list)
    left: dict[int, int] = field(default_factory=dict)


async def tree(database: Database, programme: Programme, party: str, depth: int, *, first: int, most: int) -> Tree:
    """The tree below the party down to the depth, with the `first` of each level that were referred earliest:

    ```cypher
    UNWIND $parents AS id
    MATCH (parent:Party {id: id})<-[:REFERRER]-(last:Referral)-[:REFERRED_PARTY]->(p)
    WHERE last.programmeId = $programme AND last.until IS NULL
    WITH parent, last, p ORDER BY last.id LIMIT $most
    WITH collect([parent, last, p]) AS rows
    UNWIND rows[..$first] AS row
    WITH size(rows) AS found, row[0] AS parent, row[1] AS last, row[2] AS p
    RETURN {level: $level, referral: last.id, ..., parent: parent.id}, found
    ```
    """

    async def work(transaction: Transaction) -> Tree:
        found = Tree()
        parents: Sequence[str] = [party]
        for level in range(1, depth + 1):
            given = parameters(programme, party, parents=parents, level=level, first=first, most=most)
            rows = await transaction.run(_BELOW, given)
            if not rows:
                break
            here = [member(row) for row in rows]
            found.members += here
            if rows[0][1] > len(here):
                found.left[level] = int(rows[0][1]) - len(here)
            parents = [one.party for one in here]
        return found

    return await database.read_together(work)
