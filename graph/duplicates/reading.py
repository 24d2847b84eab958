"""The two statements: parties one after another, and what indexes find beside each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graph.client import Database
from graph.duplicates.blocking import Sought
from graph.duplicates.names import Kind, read_name
from graph.duplicates.places import Where
from graph.duplicates.score import Facts
from graph.errors import InputError
from graph.migrations.definitions import SEARCH_INDEX

KINDS: tuple[Kind, ...] = ("Organisation", "OrgUnit", "Person")
WINDOW = 100
"""Best names that are looked at for one party."""
SHARING = 50
"""Parties that are looked at for one e-mail address, phone number or contact point: more than share it in earnest."""
_POINTS = 20
"""Contact points and addresses of one party."""
_SECONDS = 60.0


class NoPartyError(InputError):
    """No party has this id."""

    code = "NO_SUCH_PARTY"
    text = "There is no party {id!r}."
    hint = (
        "The id of a person, an organisation or a unit is needed; a party that was merged has no duplicates any more."
    )


async def read_party(database: Database, id: str) -> Facts:
    """What is known of one party.

    ```cypher
    MATCH (p:Party) WHERE p.id = $id RETURN <facts of p>
    ```

    Raises NoPartyError.
    """
    rows = await database.read(f"MATCH (p:Party) WHERE p.id = $id RETURN {_facts('p')}", {"id": id})
    if not rows:
        raise NoPartyError(id=id)
    return _read(rows[0][0])


async def read_batch(database: Database, after: str, size: int) -> list[Facts]:
    """The next parties behind an id, in the order of ids.

    ```cypher
    MATCH (p:Party) WHERE p.id > $after WITH p ORDER BY p.id LIMIT $size RETURN <facts of p>
    ```
    """
    text = f"MATCH (p:Party) WHERE p.id > $after WITH p ORDER BY p.id LIMIT $size RETURN {_facts('p')}"
    rows = await database.read(text, {"after": after, "size": size}, seconds=_SECONDS)
    return [_read(row) for (row,) in rows]


async def read_beside(database: Database, parties: Sequence[tuple[Kind, Sought]]) -> dict[str, list[Facts]]:
    """What indexes find beside each of the parties: one statement for each kind among them, no party beside itself."""
    found: dict[str, list[Facts]] = {}
    for kind in KINDS:
        some = [sought.parameters for its, sought in parties if its == kind]
        if some:
            parameters = {"parties": some, "window": WINDOW, "sharing": SHARING}
            for id, rows in await database.read(beside_text(kind), parameters, seconds=_SECONDS):
                found[id] = [_read(row) for row in rows]
    return found


def beside_text(kind: Kind) -> str:
    """The parties of a kind that an index leads to from each of the given ones:

    ```cypher
    UNWIND $parties AS p
    CALL (p) {
      WITH p WHERE p.query IS NOT NULL
      CALL db.index.fulltext.queryNodes('search', p.query, {limit: $window}) YIELD node
      WITH node AS q WHERE q:Person RETURN q
      UNION
      MATCH (q:Party) WHERE q.email IN p.emails AND q:Person RETURN q LIMIT $sharing
      UNION
      MATCH (q:Party) WHERE q.phone IN p.phones AND q:Person RETURN q LIMIT $sharing
      UNION
      MATCH (c:ContactPoint) WHERE c.value IN p.values WITH c LIMIT $sharing
      MATCH (c)-[:REACHES]->(q:Person) RETURN q
    }
    WITH p, q WHERE q.id <> p.id
    RETURN p.id, collect(<facts of q>)
    ```

    For organisations one branch more: `MATCH (q:Organisation) WHERE q.taxId IN p.taxIds RETURN q`.
    """
    named = (
        "WITH p WHERE p.query IS NOT NULL\n"
        f"  CALL db.index.fulltext.queryNodes('{SEARCH_INDEX}', p.query, {{limit: $window}}) YIELD node\n"
        f"  WITH node AS q WHERE q:{kind} RETURN q"
    )
    reached = (
        "MATCH (c:ContactPoint) WHERE c.value IN p.values WITH c LIMIT $sharing\n"
        f"  MATCH (c)-[:REACHES]->(q:{kind}) RETURN q"
    )
    branches = [
        named,
        f"MATCH (q:Party) WHERE q.email IN p.emails AND q:{kind} RETURN q LIMIT $sharing",
        f"MATCH (q:Party) WHERE q.phone IN p.phones AND q:{kind} RETURN q LIMIT $sharing",
        reached,
    ]
    if kind == "Organisation":
        branches.append("MATCH (q:Organisation) WHERE q.taxId IN p.taxIds RETURN q")
    inner = "\n  UNION\n  ".join(branches)
    return (
        f"UNWIND $parties AS p\nCALL (p) {{\n  {inner}\n}}\n"
        f"WITH p, q WHERE q.id <> p.id\nRETURN p.id, collect({_facts('q')})"
    )


def _facts(name: str) -> str:
    """What is read of a party, ended contact points and addresses too, as an old number still tells who it is:

    ```cypher
    [q.id, q.name, q.email, ..., COLLECT { MATCH (q)<-[:REACHES]-(c:ContactPoint) RETURN [c.kind, c.value] LIMIT 20 },
     COLLECT { MATCH (q)<-[:ADDRESS_OF]-(a:Address) RETURN [a.street, a.city, a.country] LIMIT 20 }]
    ```
    """
    kinds = " ".join(f"WHEN {name}:{kind} THEN '{kind}'" for kind in KINDS)
    own = ", ".join(f"{name}.{item}" for item in _OWN)
    return (
        f"[CASE {kinds} END, {own}, "
        f"COLLECT {{ MATCH ({name})<-[:REACHES]-(c:ContactPoint) RETURN [c.kind, c.value] LIMIT {_POINTS} }}, "
        f"COLLECT {{ MATCH ({name})<-[:ADDRESS_OF]-(a:Address) RETURN [a.street, a.city, a.country] LIMIT {_POINTS} }}]"
    )


_OWN = (
    "id",
    "name",
    "email",
    "phone",
    "address",
    "city",
    "country",
    "taxId",
    "birthDate",
    "website",
    "organisationId",
)


def _read(row: Sequence[Any]) -> Facts:
    kind, id, name, email, phone, street, city, country, tax, birth, website, organisation, points, addresses = row
    held = [("EMAIL", email), ("PHONE", phone), *points]
    places = [Where(street, city, country), *(Where(*address) for address in addresses)]
    return Facts(
        id,
        kind,
        read_name(kind, name),
        tuple(dict.fromkeys(value for kind, value in held if kind == "EMAIL" and value)),
        tuple(dict.fromkeys(value for kind, value in held if kind == "PHONE" and value)),
        tuple(dict.fromkeys(place for place in places if place.street or place.city or place.country)),
        tax,
        birth,
        website,
        organisation,
    )
