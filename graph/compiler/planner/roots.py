"""The root fields of queries: lookups, connections, node and nodes, search, viewer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from graph.compiler.inputs import Value
from graph.compiler.matching import Binding, Compare, Match, Param, Ref
from graph.compiler.plan import Fixed, Group, Listed, One, Output, Plan, Typename
from graph.compiler.planner.context import Context, encode_list, parameter
from graph.compiler.planner.pages import plan_page
from graph.compiler.planner.records import plan_record
from graph.compiler.planner.search import plan_search
from graph.compiler.selection import Selected, Selection, below, only
from graph.model.elements import NodeType
from graph.model.model import Model
from graph.model.values import id_prefix


@dataclass(frozen=True, slots=True)
class Root:
    """A root field that follows from the model: a lookup or a connection of one type, or one of the fixed ones."""

    kind: Literal["lookup", "connection", "node", "nodes", "search", "viewer"]
    type: NodeType | None = None


def roots(model: Model) -> Mapping[str, Root]:
    """Name of each root field to what it is: two for each type that has a plural, and `node`, `nodes`, `search`,
    `viewer`."""
    found: dict[str, Root] = {"viewer": Root("viewer"), "node": Root("node"), "nodes": Root("nodes")}
    for node in (*model.interfaces.values(), *model.nodes.values()):
        if node.plural:
            found[node.name[0].lower() + node.name[1:]] = Root("lookup", node)
            found[node.plural] = Root("connection", node)
    found["search"] = Root("search")
    return found


def plan_operation(ctx: Context, fields: tuple[Selected, ...]) -> Plan:
    """The plan of a query operation from its root fields."""
    known = roots(ctx.model)
    return Plan(tuple((field.key, _root(ctx, known, field)) for field in fields))


def _root(ctx: Context, known: Mapping[str, Root], field: Selected) -> Output:
    if field.name == "__typename":
        return Typename("Query")
    root = known[field.name]
    here = ctx.at(field.arguments)
    match root.kind:
        case "lookup" if root.type:
            return _lookup(here, root.type, field)
        case "connection" if root.type:
            return plan_page(here, Match(target=root.type, time=here.time), field)
        case "node":
            return _node(here, field)
        case "nodes":
            return _nodes(here, field)
        case "search":
            return plan_search(here, field)
        case _:
            return _viewer(here, field)


def _lookup(ctx: Context, target: NodeType, field: Selected) -> One:
    [(name, value)] = [(n, v) for n, v in field.arguments["by"].members().items() if v.given]
    match = Match(target=target)
    if name == "id":
        match.where.append(Compare(Ref("id"), "=", _looked_up(ctx, field.key, value)))
    else:
        match.external_key = parameter(value)
    return One(match, plan_record(ctx, below(field)))


def _node(ctx: Context, field: Selected) -> Output:
    """`node(id)`: the id's prefix tells the label, so it is the one part of the id that the plan depends on."""
    value = field.arguments["id"]
    target = _type_of(ctx, value.look("prefix", _prefix))
    if target is None:
        return Fixed(None)
    match = Match(target=target, where=[Compare(Ref("id"), "=", _looked_up(ctx, field.key, value))])
    return One(match, plan_record(ctx, _narrow(below(field), target)))


def _looked_up(ctx: Context, key: str, value: Value) -> Param:
    """The id that a root field looks up, or the one that it leads to."""
    read = value.read
    ctx.lookups.append((key, parameter(value)))

    def led(binding: Binding) -> Any:
        id = read(binding.variables)
        return binding.led.get(id, id)

    return Param(led)


def _nodes(ctx: Context, field: Selected) -> Listed:
    value = field.arguments["ids"]
    checked = encode_list(None, ctx.limits.list_max)
    found = []
    for prefix in value.look("prefixes", lambda ids: tuple(sorted({_prefix(i) or "" for i in ids}))):
        target = _type_of(ctx, prefix)
        if target is None:
            continue
        match = Match(target=target, where=[Compare(Ref("id"), "IN", _of_prefix(value, prefix))])
        found.append((match, plan_record(ctx.nested(), _narrow(below(field), target))))
    ctx.lookups.append((field.key, parameter(value)))
    return Listed(Param(lambda binding: _led(checked(value.read(binding.variables)), binding)), tuple(found))


def _led(ids: list[str], binding: Binding) -> list[str]:
    return [binding.led.get(id, id) for id in ids] if binding.led else ids


def _of_prefix(value: Value, prefix: str) -> Param:
    read = value.read
    start = f"{prefix}_"

    def ids(binding: Binding) -> list[str]:
        return _led([i for i in read(binding.variables) if i.startswith(start)], binding)

    return Param(ids)


def _prefix(text: object) -> str | None:
    return id_prefix(str(text))


def _type_of(ctx: Context, prefix: str | None) -> NodeType | None:
    return ctx.model.by_prefix.get(prefix) if prefix else None


def _narrow(selection: Selection, target: NodeType) -> Selection:
    fields = next(fields for names, fields in selection.items() if target.name in names)
    return {(target.name,): fields}


def _viewer(ctx: Context, field: Selected) -> Group:
    """`viewer`: who asks; its roles come from the request and need no database."""
    outputs: list[tuple[str, Output]] = []
    for part in only(field.below):
        match part.name:
            case "__typename":
                outputs.append((part.key, Typename("Viewer")))
            case "party":
                match = Match(target=ctx.model.type("Party"))
                match.where.append(Compare(Ref("id"), "=", Param(lambda binding: binding.party)))
                outputs.append((part.key, One(match, plan_record(ctx, below(part)))))
            case "roles":
                outputs.append((part.key, Fixed(sorted(ctx.audience.roles))))
            case _:
                outputs.append((part.key, Fixed(ctx.audience.sight == "organisations")))
    return Group(tuple(outputs))
