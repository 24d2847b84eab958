"""How a graph that lies ready is read, and the statements that write it again, one for each kind of row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of row: how an existing graph gives them, the statement that writes them, and how many at once."""

    read: str
    write: str
    batch: int = 5_000


def _nodes(labels: str, references: Mapping[str, tuple[str, str]] | None = None, only: str = "") -> Step:
    """Nodes with the relationships each of them has: name to (relationship type, label of the far node). `only` is a
    condition on those that a graph gives.

    ```cypher
    UNWIND $rows AS row
    MATCH (party:Party {id: row.party})
    MATCH (seller:Party {id: row.seller})
    CREATE (n:Customer)
    SET n = row.properties
    CREATE (n)-[:PARTY]->(party)
    CREATE (n)-[:SELLER]->(seller)
    ```
    """
    known = references or {}
    own = labels.rpartition(":")[2]
    found = "".join(f", (n)-[:{type}]->({name}:{far})" for name, (type, far) in known.items())
    read = "".join(f", {name}: {name}.id" for name in known)
    matches = "".join(f"MATCH ({name}:{far} {{id: row.{name}}})\n" for name, (_, far) in known.items())
    links = "".join(f"\nCREATE (n)-[:{type}]->({name})" for name, (type, _) in known.items())
    where = f" WHERE {only}" if only else ""
    return Step(
        f"MATCH (n:{own}){found}{where} WITH * ORDER BY n.id RETURN {{properties: properties(n){read}}}",
        f"UNWIND $rows AS row\n{matches}CREATE (n:{labels})\nSET n = row.properties{links}",
    )


def _relationships(source: str, type: str, target: str) -> Step:
    """Relationships between nodes that are there:

    ```cypher
    UNWIND $rows AS row
    MATCH (a:Person {id: row.source})
    MATCH (b:Person {id: row.target})
    CREATE (a)-[r:REPORTS_TO]->(b)
    SET r = row.properties
    ```
    """
    return Step(
        f"MATCH (a:{source})-[r:{type}]->(b:{target}) WITH a, r, b ORDER BY r.id, a.id "
        "RETURN {source: a.id, target: b.id, properties: properties(r)}",
        f"UNWIND $rows AS row\nMATCH (a:{source} {{id: row.source}})\nMATCH (b:{target} {{id: row.target}})\n"
        f"CREATE (a)-[r:{type}]->(b)\nSET r = row.properties",
    )


_NODES = (
    *("Organisation", "OrgUnit", "Person", "Category", "Product", "Offer", "Employment", "Customer", "Purchase"),
    *("PurchaseLine", "ReferralProgramme", "RewardRule", "ReferralCode", "Referral"),
)
_REFERRAL = {
    "referrer": ("REFERRER", "Party"),
    "referred": ("REFERRED_PARTY", "Party"),
    "programme": ("REFERRAL_IN", "ReferralProgramme"),
}
_BETWEEN = (
    ("Organisation", "Organisation"),
    ("OrgUnit", "Party"),
    ("Product", "Product"),
    ("Person", "Person"),
)

STEPS = (
    _nodes("Party:Organisation"),
    _relationships("Organisation", "SUBSIDIARY_OF", "Organisation"),
    _nodes("Party:OrgUnit"),
    _relationships("OrgUnit", "PART_OF", "Party"),
    _nodes("Party:Person"),
    _nodes("Category"),
    _relationships("Category", "IN_CATEGORY", "Category"),
    _nodes("Product", {"maker": ("MADE_BY", "Organisation"), "category": ("IN_CATEGORY", "Category")}),
    _relationships("Product", "COMPONENT_OF", "Product"),
    _relationships("Product", "SUBSTITUTE_FOR", "Product"),
    _nodes("Offer", {"seller": ("OFFERED_BY", "Party"), "product": ("OFFER_OF", "Product")}),
    _relationships("Offer", "SOURCED_FROM", "Organisation"),
    _nodes("Employment", {"person": ("PARTY", "Person"), "employer": ("EMPLOYER", "Party")}),
    _relationships("Person", "WORKS_FOR", "Party"),
    _relationships("Person", "REPORTS_TO", "Person"),
    _nodes("Customer", {"party": ("PARTY", "Party"), "seller": ("SELLER", "Party")}),
    _relationships("Party", "CUSTOMER_OF", "Party"),
    _nodes("Purchase", {"buyer": ("BOUGHT_BY", "Party"), "seller": ("SOLD_BY", "Party")}),
    _nodes("PurchaseLine", {"purchase": ("LINE_OF", "Purchase"), "product": ("LINE_FOR", "Product")}),
    _nodes("ReferralProgramme", {"owner": ("PROGRAMME_OF", "Party")}),
    _nodes("RewardRule", {"programme": ("RULE_OF", "ReferralProgramme")}),
    _nodes("ReferralCode", {"programme": ("CODE_OF", "ReferralProgramme"), "owner": ("CODE_FOR", "Party")}),
    _nodes("Referral", _REFERRAL, "NOT EXISTS { (n)-[:BY_CODE]->() }"),
    _nodes("Referral", _REFERRAL | {"code": ("BY_CODE", "ReferralCode")}),
    _relationships("Party", "REFERRED", "Party"),
    *(_nodes("ExternalKey", {"node": ("IDENTIFIES", label)}) for label in _NODES),
    _nodes("Change", only="NOT EXISTS { (n)-[:CHANGE_OF]->() }"),
    *(_nodes("Change", {"node": ("CHANGE_OF", label)}, "NOT EXISTS { (n)-[:CHANGE_TOWARDS]->() }") for label in _NODES),
    *(
        _nodes("Change", {"source": ("CHANGE_OF", source), "target": ("CHANGE_TOWARDS", target)})
        for source, target in _BETWEEN
    ),
    # One of them names the nodes of a whole transaction.
    replace(_nodes("Event"), batch=50),
    _nodes("Counter"),
    _nodes("Lock"),
    _nodes("Migration"),
)
