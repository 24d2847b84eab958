"""What is asked before two nodes become one, and the note that one of them is on its way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from graph.client import Transaction
from graph.merging.errors import MergeUnfinishedError, SelfMergeError
from graph.merging.found import ends
from graph.merging.values import Choices
from graph.model.elements import NodeType, Role
from graph.model.model import Model
from graph.model.values import id_prefix, now_text
from graph.writer.cycles import Cycles
from graph.writer.errors import CircleError, CycleError, NotFoundError, UnknownFieldError, WrongTypeError
from graph.writer.forms import form
from graph.writer.reading import resolve
from graph.writer.work import Work

_NOTE = "MERGE (m:UnfinishedMerge {id: $id}) ON CREATE SET m.into = $into"


async def begin(
    transaction: Transaction, model: Model, target: str, kept: str, merged: str, choices: Choices, *, dry_run: bool
) -> tuple[NodeType, str, str] | None:
    """Type and ids of the two nodes, where they may become one; None where they are one already.

    Notes what becomes which:

    ```cypher
    MERGE (m:UnfinishedMerge {id: $id}) ON CREATE SET m.into = $into
    RETURN m.into, COLLECT { MATCH (o:UnfinishedMerge {id: $into}) RETURN o.into }
    ```
    """
    work = Work(model, now_text())
    await resolve(transaction, work, [kept, merged])
    keep, gone = work.id_of(kept), work.id_of(merged)
    for name, id in ((kept, keep), (merged, gone)):
        if id is None or model.by_prefix[id_prefix(id) or ""] not in model.concrete(target):
            raise NotFoundError(type=target, value=name)
    if keep is None or gone is None or kept == merged:
        raise SelfMergeError(value=kept)
    type, other = model.by_prefix[id_prefix(keep) or ""], model.by_prefix[id_prefix(gone) or ""]
    known = form(type).writable
    for name in choices:
        if name not in known:
            raise UnknownFieldError(type=type.name, field=name, known=", ".join(known))
    if keep == gone:
        return None
    if type is not other:
        raise WrongTypeError(type=target, field="merge", expected=type.name, value=merged, actual=other.name)
    await _expect_no_circle(transaction, model, type, keep, gone)
    verb = "OPTIONAL MATCH (m:UnfinishedMerge {id: $id})" if dry_run else _NOTE
    text = f"{verb}\nRETURN m.into, COLLECT {{ MATCH (o:UnfinishedMerge {{id: $into}}) RETURN o.into }}"
    ((into, others),) = await transaction.run(text, {"id": gone, "into": keep})
    if into not in (None, keep):
        raise MergeUnfinishedError(id=gone, into=into)
    if others:
        raise MergeUnfinishedError(id=keep, into=others[0])
    return type, keep, gone


async def _expect_no_circle(transaction: Transaction, model: Model, type: NodeType, keep: str, gone: str) -> None:
    for relationship in dict.fromkeys(r.name for r, _ in ends(model, type)):
        item = model.relationships[relationship]
        if item.acyclic:
            cycles = Cycles()
            await cycles.read(transaction, model, item, [keep, gone])
            if cycles.would_close(item, keep, gone):
                raise CycleError(type=item.name, source=keep, target=gone)
    for owner, role in ((n, n.role) for n in model.nodes.values() if n.role is not None and n.role.forest_in):
        if type in model.concrete(owner.reference(role.party).target):
            await _expect_forest(transaction, type, owner, role, [keep, gone])


async def _expect_forest(
    transaction: Transaction, type: NodeType, owner: NodeType, role: Role, pair: Sequence[str]
) -> None:
    """Raises CircleError where one of the two stands above the other:

    ```cypher
    UNWIND $pair AS id
    MATCH (a:Person {id: id})
    MATCH (a) (()<-[:REFERRED_PARTY]-(r:Referral WHERE r.until IS NULL)-[:REFERRER]->()){1,} (top)
    WITH a, r, top WHERE top.id IN $pair AND top <> a AND all(o IN r WHERE o.programmeId = r[0].programmeId)
    RETURN r[0].id, top.id LIMIT 1
    ```
    """
    party, counterpart = owner.reference(role.party), owner.reference(role.counterpart)
    key = owner.reference(role.forest_in or "").key
    text = (
        f"UNWIND $pair AS id\nMATCH (a:{type.label} {{id: id}})\n"
        f"MATCH (a) (()<-[:{counterpart.step.type}]-(r:{owner.label} WHERE r.until IS NULL)-[:{party.step.type}]->())"
        "{1,} (top)\n"
        f"WITH a, r, top WHERE top.id IN $pair AND top <> a AND all(o IN r WHERE o.{key} = r[0].{key})\n"
        "RETURN r[0].id, top.id LIMIT 1"
    )
    for id, top in await transaction.run(text, {"pair": list(pair)}):
        raise CircleError(type=owner.name, id=id, other=top)


async def end(transaction: Transaction, ids: Iterable[str]) -> None:
    """Takes the notes back: `MATCH (m:UnfinishedMerge) WHERE m.id IN $ids DELETE m`"""
    await transaction.run("MATCH (m:UnfinishedMerge) WHERE m.id IN $ids DELETE m", {"ids": list(ids)})


async def expect_settled(transaction: Transaction, id: str) -> None:
    """Raises MergeUnfinishedError where a node is on its way to another one, or another one to it:

    ```cypher
    MATCH (m:UnfinishedMerge) WHERE m.id = $id OR m.into = $id RETURN m.id, m.into
    ```
    """
    text = "MATCH (m:UnfinishedMerge) WHERE m.id = $id OR m.into = $id RETURN m.id, m.into"
    for gone, into in await transaction.run(text, {"id": id}):
        raise MergeUnfinishedError(id=gone, into=into)
