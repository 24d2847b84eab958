"""The rules of the domain that one change of a node may break: one declaration each, held by the writer inside the
transaction, and proved by the check.

A rule is a Cypher expression over the node `n`: null where it holds, else what it is broken with. The writer asks it of
each node that a batch made or changed in one of the named fields, after everything is written. Two writers who break it
together are kept apart by the locks that copies and derived values take on the nodes behind references.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.client import Transaction
from graph.model.elements import NodeType, Reference, Role
from graph.model.model import Model
from graph.model.values import SCALE
from graph.writer.errors import (
    AlreadyOpenError,
    BadProgrammeError,
    BadRewardRuleError,
    CircleError,
    CodeNotValidError,
    NotOfferedError,
    NotPositiveError,
    ProgrammeClosedError,
    RefundTooLargeError,
    RuleBrokenError,
)
from graph.writer.work import NodeState, Work


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
        "A programme has 1 to 10 levels, no fewer than its rules are for, and its window at least a day.",
        ("levels", "windowDays"),
        "CASE WHEN NOT 1 <= n.levels <= 10 OR EXISTS { (n)<-[:RULE_OF]-(r WHERE r.level > n.levels) } THEN 'levels'"
        " WHEN n.windowDays < 1 THEN 'windowDays' END",
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
)


FACTS = frozenset(rule.error.code for rule in RULES if rule.waivable)
"""Rules that are set aside for what is imported: it has happened, whatever they say. Nor does anything follow from it:
where a customer stands is what its source says."""


def rules(model: Model) -> Iterator[Rule]:
    """Every rule of the model: those above, that nodes which are alike are not open at once, and that roles which form
    a forest lead nobody back to itself."""
    yield from (rule for rule in RULES if rule.node in model.nodes)
    for node in model.nodes.values():
        if node.once_open:
            yield _once_open(node)
        if node.role is not None and node.role.forest_in is not None:
            yield _forest(node, node.role, node.role.forest_in)


def waivable(model: Model) -> dict[str, str]:
    """Code to sentence of the rules that may be set aside."""
    return {rule.error.code: rule.sentence for rule in rules(model) if rule.waivable}


async def broken(transaction: Transaction, work: Work, waived: frozenset[str]) -> dict[str, RuleBrokenError]:
    """The nodes of the batch that break a rule, by id, each with its error:

    ```cypher
    UNWIND $ids AS id
    MATCH (n:Refund {id: id})
    WITH n, CASE WHEN n.amount <= 0 THEN 'amount' END AS broken
    WHERE broken IS NOT NULL
    RETURN collect([n.id, broken])
    ```
    """
    found: dict[str, RuleBrokenError] = {}
    states = work.nodes_by_type()
    for rule in rules(work.model):
        ids = [state.id for state in states.get(rule.node, ()) if _concerns(rule, state)]
        if not ids or rule.error.code in waived:
            continue
        label = work.model.nodes[rule.node].label
        text = (
            f"UNWIND $ids AS id\nMATCH (n:{label} {{id: id}})\nWITH n, {rule.broken} AS broken\n"
            "WHERE broken IS NOT NULL\nRETURN collect([n.id, broken])"
        )
        ((rows,),) = await transaction.run(text, {"ids": ids})
        for id, other in rows:
            found.setdefault(id, rule.error(type=rule.node, id=id, other=other))
    return found


def _concerns(rule: Rule, state: NodeState) -> bool:
    if state.deleted:
        return False
    if state.is_new:
        return not rule.of_others
    moved = {name for name, _, _ in state.moved()}
    return bool(moved.union(state.changes()).intersection(rule.fields))


def _once_open(node: NodeType) -> Rule:
    """`CASE WHEN n.until IS NULL THEN head(COLLECT { MATCH (o:Employment) ... RETURN o.id LIMIT 1 }) END`"""
    return Rule(
        node.name,
        f"One {node.name} is open with the same {', '.join(node.once_open)}.",
        (*node.once_open, "until"),
        f"CASE WHEN n.until IS NULL THEN head(COLLECT {{ {alike(node)} RETURN o.id LIMIT 1 }}) END",
        AlreadyOpenError,
        locks=node.once_open[:1],
    )


def alike(node: NodeType, moved: str | None = None, to: str = "") -> str:
    """Finds the other nodes `o` that are open and alike; for the time when the reference `moved` of `n` leads to the
    node whose id `to` stands for:

    ```cypher
    MATCH (o:Employment) USING INDEX o:Employment(personId, id)
    WHERE o.id <> n.id AND o.id IS NOT NULL AND o.until IS NULL AND o.personId = n.personId AND o.employerId = $to
    ```
    """
    conditions = []
    for name in node.once_open:
        field = node.fields[name]
        if not isinstance(field, Reference):
            conditions.append(f"coalesce(o.{name}, '') = coalesce(n.{name}, '')")
        elif field.key:
            conditions.append(f"o.{field.key} = {to if name == moved else f'n.{field.key}'}")
        else:
            far = f"coalesce(head([({{0}})-[:{field.step.type}]->(t) | t.id]), '')"
            conditions.append(f"{far.format('o')} = {to if name == moved else far.format('n')}")
    first = next(r.key for r in node.references if r.name in node.once_open and r.key)
    where = " AND ".join(("o.id <> n.id", "o.id IS NOT NULL", "o.until IS NULL", *conditions))
    return f"MATCH (o:{node.label}) USING INDEX o:{node.label}({first}, id) WHERE {where}"


def _forest(node: NodeType, role: Role, within: str) -> Rule:
    """The walk goes up from the party, where each node has one role at most, however wide the forest is below:

    ```cypher
    CASE WHEN n.until IS NULL THEN head(COLLECT {
      MATCH (n)-[:REFERRER]->(a) MATCH (a) (()<-[:REFERRED_PARTY]-(o:Referral WHERE o.until IS NULL
        AND o.programmeId = n.programmeId)-[:REFERRER]->()){0,} (top)
      WITH top WHERE top.id = n.referredId RETURN top.id LIMIT 1 }) END
    ```
    """
    party, counterpart, key = node.reference(role.party), node.reference(role.counterpart), node.reference(within).key
    up = (
        f"()<-[:{counterpart.step.type}]-(o:{node.label} WHERE o.until IS NULL AND o.{key} = n.{key})"
        f"-[:{party.step.type}]->()"
    )
    walk = f"MATCH (n)-[:{party.step.type}]->(a) MATCH (a) ({up}){{0,}} (top)"
    found = f"{walk} WITH top WHERE top.id = n.{counterpart.key} RETURN top.id LIMIT 1"
    return Rule(
        node.name,
        f"No {node.name} leads its {role.party} back to itself within one {within}.",
        (role.party, role.counterpart, within, "until"),
        f"CASE WHEN n.until IS NULL THEN head(COLLECT {{ {found} }}) END",
        CircleError,
        locks=(within,),
    )
