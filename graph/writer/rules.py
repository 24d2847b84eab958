"""The rules that one change of a node may break: those of the domain (domain.py) and those that follow from the model,
held by the writer inside the transaction, and proved by the check.

The writer asks a rule of each node that a batch made or changed in one of the named fields, after everything is
written. Two writers who break it together are kept apart by the locks that copies and derived values take on the nodes
behind references.
"""

from __future__ import annotations

from collections.abc import Iterator

from graph.client import Transaction
from graph.model.elements import NodeType, Reference, Role
from graph.model.model import Model
from graph.writer.domain import RULES, Rule
from graph.writer.errors import AlreadyOpenError, CircleError, RuleBrokenError
from graph.writer.work import NodeState, Work


def rules(model: Model) -> Iterator[Rule]:
    """Every rule of the model: those of the domain, that nodes which are alike are not open at once, and that roles
    which form a forest lead nobody back to itself."""
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
    """The nodes of the batch that break a rule, by id, each with its error; rules that concern the same nodes are asked
    together:

    ```cypher
    UNWIND $ids AS id
    MATCH (n:Refund {id: id})
    WITH n, [CASE WHEN n.amount <= 0 THEN 'amount' END] AS broken
    WHERE any(other IN broken WHERE other IS NOT NULL)
    RETURN collect([n.id, broken])
    ```
    """
    found: dict[str, RuleBrokenError] = {}
    states = work.nodes_by_type()
    asked: dict[tuple[str, ...], list[Rule]] = {}
    for rule in rules(work.model):
        ids = tuple(state.id for state in states.get(rule.node, ()) if _concerns(rule, state))
        if ids and rule.error.code not in waived:
            asked.setdefault(ids, []).append(rule)
    for ids, together in asked.items():
        type = work.model.nodes[together[0].node]
        text = (
            f"UNWIND $ids AS id\nMATCH (n:{type.label} {{id: id}})\n"
            f"WITH n, [{', '.join(rule.broken for rule in together)}] AS broken\n"
            "WHERE any(other IN broken WHERE other IS NOT NULL)\nRETURN collect([n.id, broken])"
        )
        ((rows,),) = await transaction.run(text, {"ids": ids, "now": work.now})
        for id, others in rows:
            rule, other = next((r, o) for r, o in zip(together, others, strict=True) if o is not None)
            found.setdefault(id, rule.error(type=type.name, id=id, other=other))
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
    """Who comes back to itself has a role below it. The walk goes up from the party, where each node has one role at
    most, however wide the forest is below:

    ```cypher
    CASE WHEN n.until IS NULL AND EXISTS {
      MATCH (n)-[:REFERRED_PARTY]->()<-[:REFERRER]-(o:Referral) WHERE o.until IS NULL
        AND o.programmeId = n.programmeId
    } THEN head(COLLECT {
      MATCH (n)-[:REFERRER]->(a) MATCH (a) (()<-[:REFERRED_PARTY]-(o:Referral WHERE o.until IS NULL
        AND o.programmeId = n.programmeId)-[:REFERRER]->()){0,} (top)
      WITH top WHERE top.id = n.referredId RETURN top.id LIMIT 1 }) END
    ```
    """
    party, counterpart, key = node.reference(role.party), node.reference(role.counterpart), node.reference(within).key
    open_in = f"o.until IS NULL AND o.{key} = n.{key}"
    below = f"MATCH (n)-[:{counterpart.step.type}]->()<-[:{party.step.type}]-(o:{node.label}) WHERE {open_in}"
    up = f"()<-[:{counterpart.step.type}]-(o:{node.label} WHERE {open_in})-[:{party.step.type}]->()"
    walk = f"MATCH (n)-[:{party.step.type}]->(a) MATCH (a) ({up}){{0,}} (top)"
    found = f"{walk} WITH top WHERE top.id = n.{counterpart.key} RETURN top.id LIMIT 1"
    return Rule(
        node.name,
        f"No {node.name} leads its {role.party} back to itself within one {within}.",
        (role.party, role.counterpart, within, "until"),
        f"CASE WHEN n.until IS NULL AND EXISTS {{ {below} }} THEN head(COLLECT {{ {found} }}) END",
        CircleError,
        locks=(within,),
    )
