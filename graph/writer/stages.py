"""Values that move from stage to stage: which may follow which, and since when and why each of them held.

A node whose value never moved has no stages: its value has held since it began. With the first move the stage that it
was in is written too.
"""

from __future__ import annotations

from graph.client import Transaction
from graph.model.elements import NodeType, Reference, Stages
from graph.model.model import Model
from graph.writer.changes import Move
from graph.writer.errors import BadMoveError
from graph.writer.forms import Stored, form, merge
from graph.writer.versions import first_version, new_version
from graph.writer.work import NodeState, Work


async def read_stages(transaction: Transaction, work: Work, type: NodeType, ids: list[str]) -> None:
    """Loads the open stages of nodes, which are locked by now:

    ```cypher
    UNWIND $ids AS id
    MATCH (:Customer {id: id})<-[:STAGE_OF]-(s:CustomerStage) WHERE s.until IS NULL
    RETURN collect([id, properties(s)])
    ```
    """
    if type.staged is None or type.staged.stages is None:
        return
    stage, back = _stage(work.model, type.staged.stages)
    text = (
        f"UNWIND $ids AS id\nMATCH (:{type.label} {{id: id}})<-[:{back.step.type}]-(s:{stage.label})"
        " WHERE s.until IS NULL\nRETURN collect([id, properties(s)])"
    )
    ((found,),) = await transaction.run(text, {"ids": ids})
    for id, properties in found:
        held: dict[str, str | None] = {back.name: id}
        work.load(NodeState(stage, properties["id"], properties, held, dict(properties), dict(held)))
        if isinstance(state := work.state(id), NodeState):
            state.stage = properties["id"]


def is_stage(model: Model, type: NodeType) -> bool:
    """Whether nodes of this type keep the stages of others."""
    staged = (node.staged for node in model.nodes.values())
    return any(item.stages.type == type.name for item in staged if item and item.stages)


def change_stage(work: Work, state: NodeState, before: Stored, move: Move | None) -> None:
    """Ends the stage that the node was in and opens the next, where its value moved; `move` may say when and why. The
    node ends with it where nothing follows that stage.

    Raises BadMoveError, and PeriodError where the stage began after `at`.
    """
    item = form(state.type).staged
    if item is None or item.stages is None or before[item.name] == state.properties[item.name]:
        return
    old, new = before[item.name], state.properties[item.name]
    at, reason = (move.at or work.now, move.reason) if move else (work.now, None)
    allowed = item.stages.moves.get(old, ())
    if new not in allowed and not (move and move.anywhere):
        raise BadMoveError(
            type=state.type.name, field=item.name, before=old, after=new, allowed=", ".join(allowed) or "nothing"
        )
    stage, back = _stage(work.model, item.stages)
    if state.stage is None:
        _open(work, stage, back, state.id, {item.name: old, "since": before["since"], "until": at})
    else:
        ended: NodeState = work.edit(state.stage)
        ended.properties = merge(stage, ended.properties, {"until": at})
        new_version(work, ended)
    state.stage = _open(work, stage, back, state.id, {item.name: new, "since": at, "reason": reason})
    state.properties = ended_by_stage(state.type, state.properties, at)


def ended_by_stage(type: NodeType, properties: Stored, at: str | None) -> Stored:
    """The properties of a node that came to its stage at this instant; it ends with it where nothing may follow."""
    item = form(type).staged
    ends = item.stages.ends if item is not None and item.stages is not None else ()
    if item is None or "until" in properties or properties.get(item.name) not in ends:
        return properties
    return merge(type, properties, {"until": at})


def _stage(model: Model, stages: Stages) -> tuple[NodeType, Reference]:
    """The type that keeps the stages, and its reference to what they are stages of."""
    stage = model.nodes[stages.type]
    return stage, next(r for r in stage.references if not r.nullable)


def _open(work: Work, stage: NodeType, back: Reference, owner: str, values: Stored) -> str:
    base = first_version(work, stage.prefix)
    id = str(base["id"])
    key = {back.key: owner} if back.key else {}
    work.add(NodeState(stage, id, merge(stage, base, {**values, **key}), {back.name: owner}))
    return id
