"""Object selections become records: properties, money, computed values, references, collections."""

from __future__ import annotations

from typing import Any

from graph.compiler.matching import Compare, On, OrderKey, Ref
from graph.compiler.plan import Branch, ChangedLeaf, ComputedLeaf, Leaf, MoneyLeaf, One, Output, Record, Typename
from graph.compiler.planner.context import Context, parameter
from graph.compiler.planner.filters import relation_match
from graph.compiler.selection import Selected, Selection, below, only
from graph.model.elements import Changed, Collection, Computed, Field, NodeType, Pick, Property, Reference


def plan_record(ctx: Context, selection: Selection) -> Record:
    """The record of a position that can hold nodes of the selection's types."""
    branches = []
    for names, fields in selection.items():
        types = tuple(ctx.model.nodes[name] for name in names)
        outputs = tuple((field.key, _output(ctx, types, field)) for field in fields)
        branches.append(Branch(types, outputs))
    return Record(tuple(branches))


def _output(ctx: Context, types: tuple[NodeType, ...], field: Selected) -> Output:
    if field.name == "__typename":
        return Typename(types[0].name if len(types) == 1 else None)
    return plan_field(ctx, types[0], types[0].fields[field.name], field)


def plan_field(ctx: Context, owner: NodeType, field: Field, selected: Selected) -> Output:
    """What one declared field of a node gives."""
    from graph.compiler.planner.pages import plan_collection  # noqa: PLC0415  # records and pages nest in each other

    match field:
        case Property():
            return plan_property(field, "node", selected)
        case Computed():
            return ComputedLeaf(field)
        case Changed():
            return ChangedLeaf(field, tuple((part.key, part.name) for part in only(selected.below)))
        case Reference():
            return _reference(ctx.at(selected.arguments), field, selected)
        case Collection():
            return plan_collection(ctx.at(selected.arguments), field, selected)
        case Pick():
            return _pick(ctx.at(selected.arguments), owner, field, selected)


def plan_property(item: Property, on: On, selected: Selected) -> Output:
    """A stored property of a node or relationship."""
    if item.scalar.name != "Money":
        return Leaf(item, on)
    return MoneyLeaf(item, on, tuple((part.key, part.name) for part in only(selected.below)))


def _reference(ctx: Context, field: Reference, selected: Selected) -> One:
    match = relation_match(ctx, field)
    order: tuple[OrderKey, ...] = ()
    if match.relationship:
        order = (OrderKey(Ref("since", "edge"), descending=True, nullable=False, kind=str), _by_id())
    return One(match, plan_record(ctx, below(selected)), order, field.visible_to)


def _pick(ctx: Context, owner: NodeType, field: Pick, selected: Selected) -> One:
    collection: Any = owner.fields[field.collection]
    match = relation_match(ctx, collection)
    match.where.append(Compare(Ref(field.property), "=", parameter(selected.arguments[field.argument])))
    order = (OrderKey(Ref("since"), descending=False, nullable=False, kind=str), _by_id())
    return One(match, plan_record(ctx, below(selected)), order, collection.visible_to)


def _by_id() -> OrderKey:
    return OrderKey(Ref("id"), descending=False, nullable=False, kind=str)
