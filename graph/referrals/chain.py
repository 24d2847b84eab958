"""Down and up from one party, one referral after another. Nobody has two referrers in one programme, so the ways below
a party are a tree, and each of its members is met once.

A walk looks at no more than so many members (`most`); what it tells is then less than there is, and says so. The depth
is a part of the text, because Cypher takes no parameter there: a text for each depth, of which there are few.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.client import Database
from graph.referrals.programme import Programme

_OPEN = "(r:Referral WHERE r.programmeId = $programme AND r.until IS NULL)"
_SPENT = (
    "reduce(total = 0, net IN COLLECT { MATCH (q:Purchase) USING INDEX q:Purchase(buyerId, at, id)"
    " WHERE q.buyerId = p.id AND q.at >= last.since AND q.id IS NOT NULL AND q.organisationId = $organisation"
    " AND q.currency = $currency RETURN q.net } | total + net)"
)


@dataclass(frozen=True, slots=True)
class Level:
    """All of one level; `spend` is what they bought from the programme's organisation since they were referred, in the
    programme's currency, in ten-thousandths of it. One that is not complete has more of each."""

    level: int
    people: int
    conversions: int
    spend: int
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Member:
    """One referred party: at which level below, or above where it is negative, and what became of the referral that
    leads to it. `parent` is the party one level nearer; `via` the code that was used."""

    level: int
    referral: str
    state: str
    since: str
    party: str
    name: str
    parent: str
    code: str | None = None
    channel: str | None = None


def below(first: int, last: int) -> str:
    """The walk down to the levels from `first` to `last`, and what is known at each end:

    ```cypher
    MATCH (root:Party {id: $party})
    MATCH (root) (()<-[:REFERRER]-(r:Referral WHERE r.programmeId = $programme AND r.until IS NULL)
      -[:REFERRED_PARTY]->()){1,3} (p)
    WITH size(r) AS level, last(r) AS last, p LIMIT $most
    ```
    """
    return (
        "MATCH (root:Party {id: $party})\n"
        f"MATCH (root) (()<-[:REFERRER]-{_OPEN}-[:REFERRED_PARTY]->()){{{first},{last}}} (p)\n"
        "WITH size(r) AS level, last(r) AS last, p LIMIT $most\n"
    )


def parameters(programme: Programme, party: str, **more: object) -> dict[str, Any]:
    """What every walk is given."""
    return {"programme": programme.id, "party": party, **more}


async def levels(database: Database, programme: Programme, party: str, depth: int, *, most: int) -> Sequence[Level]:
    """Each level down to the depth that has anybody:

    ```cypher
    ... WITH size(r) AS level, last(r) AS last, p LIMIT $most
    WITH level, last, reduce(total = 0, net IN COLLECT { MATCH (q:Purchase) ... RETURN q.net } | total + net) AS spend
    WITH level, count(*) AS people, count(CASE last.state WHEN 'CONVERTED' THEN 1 END) AS converted, sum(spend) AS spent
    RETURN level, people, converted, spent ORDER BY level
    ```
    """
    text = (
        f"{below(1, depth)}WITH level, last, {_SPENT} AS spend\n"
        "WITH level, count(*) AS people, count(CASE last.state WHEN 'CONVERTED' THEN 1 END) AS converted,"
        " sum(spend) AS spent\nRETURN level, people, converted, spent ORDER BY level"
    )
    given = parameters(programme, party, most=most, organisation=programme.organisation, currency=programme.currency)
    rows = await database.read(text, given)
    is_complete = sum(row[1] for row in rows) < most
    return [Level(level, people, converted, spent, is_complete) for level, people, converted, spent in rows]


async def members(
    database: Database, programme: Programme, party: str, depth: int, *, first: int, most: int
) -> Sequence[Member]:
    """Members down to the depth, nearest first, those of one level by the time they were referred:

    ```cypher
    ... WITH size(r) AS level, last(r) AS last, p LIMIT $most
    WITH level, last, p ORDER BY level, last.id LIMIT $first
    MATCH (last)-[:REFERRER]->(parent)
    RETURN {level: level, referral: last.id, state: last.state, since: last.since, ...} ORDER BY level, last.id
    ```
    """
    text = f"{below(1, depth)}WITH level, last, p ORDER BY level, last.id LIMIT $first\n{_PARENT}{_TOLD}"
    rows = await database.read(text, parameters(programme, party, most=most, first=first))
    return [member(row) for row in rows]


async def referrals(
    database: Database,
    programme: Programme,
    party: str,
    level: int,
    *,
    state: str | None,
    after: str,
    first: int,
    most: int,
) -> Sequence[Member]:
    """The referrals of one level by the time they were made, those that were rejected or taken back too; of one state
    where it is given. The party's own are read from an index, however many there are:

    ```cypher
    MATCH (last:Referral) USING INDEX last:Referral(referrerId, id)
    WHERE last.referrerId = $party AND last.id > $after AND last.programmeId = $programme AND last.state = $state
    WITH 1 AS level, last ORDER BY last.referrerId, last.id LIMIT $first
    ```

    and those of others at the end of a walk to the level above:

    ```cypher
    ... WITH size(r) AS level, last(r) AS last, p LIMIT $most
    MATCH (p)<-[:REFERRER]-(last:Referral) WHERE last.id > $after AND ...
    WITH 2 AS level, last ORDER BY last.id LIMIT $first
    ```
    """
    only = "last.programmeId = $programme" + ("" if state is None else " AND last.state = $state")
    if level == 1:
        found = (
            "MATCH (last:Referral) USING INDEX last:Referral(referrerId, id)\n"
            f"WHERE last.referrerId = $party AND last.id > $after AND {only}\n"
            "WITH 1 AS level, last ORDER BY last.referrerId, last.id LIMIT $first\n"
        )
    else:
        found = (
            f"{below(level - 1, level - 1)}MATCH (p)<-[:REFERRER]-(other:Referral)\nWITH other AS last\n"
            f"WHERE last.id > $after AND {only}\nWITH {level} AS level, last ORDER BY last.id LIMIT $first\n"
        )
    given = parameters(programme, party, most=most, after=after, first=first, state=state)
    return [member(row) for row in await database.read(f"{found}{_ENDS}{_TOLD}", given)]


_PARENT = "MATCH (last)-[:REFERRER]->(parent)\n"
_ENDS = "MATCH (last)-[:REFERRER]->(parent)\nMATCH (last)-[:REFERRED_PARTY]->(p)\n"
_TOLD = (
    "RETURN {level: level, referral: last.id, state: last.state, since: last.since, party: p.id, name: p.name,"
    " parent: parent.id, channel: last.channel, code: head([(last)-[:BY_CODE]->(c) | c.code])}\n"
    "ORDER BY level, last.id"
)


def member(row: Sequence[Mapping[str, Any]]) -> Member:
    """A row that tells of one member."""
    return Member(**row[0])


async def above(database: Database, programme: Programme, party: str, depth: int) -> Sequence[Member]:
    """Who referred the party, who referred that one, and so on, up to the depth; `level` counts down from -1:

    ```cypher
    MATCH (root:Party {id: $party})
    MATCH (root) (()<-[:REFERRED_PARTY]-(r:Referral WHERE r.programmeId = $programme AND r.until IS NULL)
      -[:REFERRER]->()){1,3} (p)
    WITH -size(r) AS level, last(r) AS last, p
    MATCH (last)-[:REFERRED_PARTY]->(parent)
    RETURN ...
    ```
    """
    text = (
        "MATCH (root:Party {id: $party})\n"
        f"MATCH (root) (()<-[:REFERRED_PARTY]-{_OPEN}-[:REFERRER]->()){{1,{depth}}} (p)\n"
        "WITH -size(r) AS level, last(r) AS last, p\nMATCH (last)-[:REFERRED_PARTY]->(parent)\n"
        "RETURN {level: level, referral: last.id, state: last.state, since: last.since, party: p.id, name: p.name,"
        " parent: parent.id}\nORDER BY level DESC"
    )
    return [member(row) for row in await database.read(text, parameters(programme, party))]


async def codes(database: Database, programme: Programme, party: str, *, first: int) -> Sequence[str]:
    """The ids of the party's codes in the programme:

    ```cypher
    MATCH (:Party {id: $party})<-[:CODE_FOR]-(c:ReferralCode) WHERE c.programmeId = $programme
    RETURN c.id ORDER BY c.id LIMIT $first
    ```
    """
    text = (
        "MATCH (:Party {id: $party})<-[:CODE_FOR]-(c:ReferralCode) WHERE c.programmeId = $programme\n"
        "RETURN c.id ORDER BY c.id LIMIT $first"
    )
    return [str(row[0]) for row in await database.read(text, parameters(programme, party, first=first))]
