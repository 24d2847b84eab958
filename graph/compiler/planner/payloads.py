"""What a payload shows of the graph: the nodes that a mutation wrote, or that a procedure answered with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from graph.compiler.matching import Binding, Compare, Match, Param, Ref
from graph.compiler.plan import Branch, Leaf, Listed, One, Output, Plan, Record
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


def shown_nodes(model: Model, fields: Iterable[Selected]) -> Iterator[Selected]:
    """The selected fields, at any depth, that lead to nodes; the order tells them apart."""
    for field in fields:
        for names, inner in (field.below or {}).items():
            if all(name in model.nodes for name in names):
                yield field
                break
            yield from shown_nodes(model, inner)


def plan_shown(ctx: Context, fields: Iterable[Selected]) -> Plan:
    """The plan of the nodes that the fields lead to, by the ids that `written` has for the place of each."""
    return Plan(tuple((str(place), _listed(ctx, str(place), field)) for place, field in enumerate(fields)))


def plan_ids(types: Iterable[NodeType]) -> Plan:
    """The plan of the ids that `written` has for each type: those whose nodes are found, null for the others."""
    outputs = []
    for type in types:
        ids = Param(partial(_written, type.name))
        match = Match(target=type, where=[Compare(Ref("id"), "IN", ids)])
        record = Record((Branch((type,), (("id", Leaf(type.stored("id"))),)),))
        outputs.append((type.name, Listed(ids, ((match, record),))))
    return Plan(tuple(outputs))


def _written(name: str, binding: Binding) -> Any:
    return binding.written[name]


def _listed(ctx: Context, place: str, field: Selected) -> Listed:
    ids = Param(lambda binding: binding.written.get(place, ()))
    found = []
    for names, fields in below(field).items():
        for name in names:
            match = Match(target=ctx.model.nodes[name], where=[Compare(Ref("id"), "IN", ids)])
            found.append((match, plan_record(ctx.nested(), {(name,): fields})))
    return Listed(ids, tuple(found))


def _node(ctx: Context, name: str, target: NodeType, field: Selected) -> Output:
    id = Param(lambda binding: binding.written.get(name))
    return One(Match(target=target, where=[Compare(Ref("id"), "=", id)]), plan_record(ctx, below(field)))
