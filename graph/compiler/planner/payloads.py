"""What a mutation's payload shows of the graph: the nodes that it wrote."""

from __future__ import annotations

from collections.abc import Mapping

from graph.compiler.matching import Compare, Match, Param, Ref
from graph.compiler.plan import One, Output, Plan
from graph.compiler.planner.context import Context
from graph.compiler.planner.records import plan_record
from graph.compiler.selection import Selected, below
from graph.model.elements import NodeType, RelationshipType
from graph.model.model import Model


def payload_nodes(model: Model, type: NodeType | RelationshipType) -> Mapping[str, tuple[str, NodeType]]:
    """Field of a payload to what the mutation calls the node (`node`, `source`, `target`), and its type."""
    if isinstance(type, NodeType):
        return {type.name[0].lower() + type.name[1:]: ("node", type)}
    return {"source": ("source", model.type(type.source)), "target": ("target", model.type(type.target))}


def plan_payload(ctx: Context, type: NodeType | RelationshipType, fields: tuple[Selected, ...]) -> Plan:
    """The plan of the selected nodes; the other fields of a payload need no database."""
    known = payload_nodes(ctx.model, type)
    return Plan(tuple((field.key, _node(ctx, *known[field.name], field)) for field in fields if field.name in known))


def _node(ctx: Context, name: str, target: NodeType, field: Selected) -> Output:
    id = Param(lambda binding: binding.written.get(name))
    return One(Match(target=target, where=[Compare(Ref("id"), "=", id)]), plan_record(ctx, below(field)))
