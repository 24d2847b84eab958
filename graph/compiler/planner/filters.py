"""Filter inputs become predicates: tests of properties, and/or/not, references, some/none/all/single."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from graph.compiler.inputs import Value
from graph.compiler.matching import (
    Both,
    Compare,
    Either,
    HasLabel,
    IsNull,
    Match,
    Negation,
    On,
    Predicate,
    Ref,
    Related,
)
from graph.compiler.planner.context import Context, constant, encode_list, encoder, parameter, property_ref
from graph.errors import LimitError
from graph.model.elements import Collection, Field, NodeType, Property, Reference, RelationshipType
from graph.model.values import fold

_OPERATORS = {"eq": "=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
_TEXT = {"contains": "CONTAINS", "startsWith": "STARTS WITH"}


class FilterDepthError(LimitError):
    """Relation filters are nested too deeply."""

    code = "FILTER_DEPTH"
    text = "The filter follows relations {actual} deep; at most {limit} is allowed."
    hint = "Ask for less depth, or turn the question round and start from the other end."


def plan_filter(ctx: Context, target: NodeType, value: Value | None, depth: int = 0) -> list[Predicate]:
    """The conditions of a `<Type>Filter` on nodes of the type; none where the filter is absent or null."""
    if value is None or not value.present:
        return []
    ctx.condition(target.name)
    found: list[Predicate] = []
    for name, part in value.members().items():
        if not part.present or _logic(ctx, name, part, lambda v: plan_filter(ctx, target, v, depth), found):
            continue
        if name == "type" and target.members:
            found.append(_of_type(ctx, part))
        else:
            found.append(_field(ctx, target, target.fields[name], part, depth))
    return found


def plan_edge_filter(
    ctx: Context, relationship: RelationshipType, target: NodeType, value: Value | None, depth: int = 0
) -> list[Predicate]:
    """The conditions of a filter on relationships with properties and on the node at their far end (`node`)."""
    if value is None or not value.present:
        return []
    ctx.condition(target.name)
    found: list[Predicate] = []
    for name, part in value.members().items():
        if not part.present:
            continue
        if _logic(ctx, name, part, lambda v: plan_edge_filter(ctx, relationship, target, v, depth), found):
            continue
        if name == "node":
            found.extend(plan_filter(ctx, target, part, depth))
        else:
            found.append(_property(ctx, relationship.fields[name], part, "edge"))
    return found


def _logic(
    ctx: Context, name: str, part: Value, plan: Callable[[Value], list[Predicate]], found: list[Predicate]
) -> bool:
    """Adds `and`, `or` and `not`; tells whether the name was one of them."""
    if name not in ("and", "or", "not"):
        return False
    if name == "not":
        found.append(Negation(Both(tuple(plan(part)))))
    else:
        items = tuple(Both(tuple(plan(item))) for item in ctx.items(part))
        found.append(Both(items) if name == "and" else Either(items))
    return True


def _field(ctx: Context, target: NodeType, field: Field, part: Value, depth: int) -> Predicate:
    match field:
        case Property():
            return _property(ctx, field, part, "node")
        case Reference():
            match = relation_match(ctx, field)
            condition = plan_filter(ctx, match.target, part, _deeper(ctx, depth))
            related = Related(match, "some", Both(tuple(condition)))
            return Both((*_copied(ctx, target, field, part), related))
        case Collection():
            return _collection(ctx, field, part, depth)
        case _:
            raise TypeError(f"{field.name} cannot be filtered")


def _copied(ctx: Context, target: NodeType, field: Reference, part: Value) -> list[Predicate]:
    """What a test of the far node's id says of its copy on the node itself, which indexes know."""
    if field.key is None or not part.present:
        return []
    id = part.members().get("id")
    return [_property(ctx, target.stored(field.key), id, "node")] if id is not None and id.present else []


def _collection(ctx: Context, field: Collection, part: Value, depth: int) -> Predicate:
    deeper = _deeper(ctx, depth)
    found: list[Predicate] = []
    for quantifier, condition in part.members().items():
        if not condition.present:
            continue
        match = relation_match(ctx, field)
        planned = (
            plan_edge_filter(ctx, match.relationship, match.target, condition, deeper)
            if match.relationship
            else plan_filter(ctx, match.target, condition, deeper)
        )
        found.append(Related(match, quantifier, Both(tuple(planned))))  # type: ignore[arg-type]  # the input type has these four
    return Both(tuple(found))


def relation_match(ctx: Context, field: Collection | Reference) -> Match:
    """The nodes that a field leads to, at the time of the context."""
    where: Mapping[str, str] = field.where if isinstance(field, Collection) else {}
    relationship = ctx.model.relationships[field.step.relationship] if field.step.relationship else None
    return Match(
        target=ctx.model.type(field.target),
        step=field.step,
        relationship=relationship,
        time=ctx.time,
        where=[Compare(Ref(name), "=", constant(value)) for name, value in where.items()],
        visible_to=field.visible_to,
    )


def _deeper(ctx: Context, depth: int) -> int:
    if depth + 1 > ctx.limits.filter_depth:
        raise FilterDepthError(actual=depth + 1, limit=ctx.limits.filter_depth)
    return depth + 1


def _property(ctx: Context, item: Property, part: Value, on: On) -> Predicate:
    """The tests of one property; all of those given must hold. Equal texts have equal keys, which indexes know."""
    found: list[Predicate] = []
    encode = encoder(item.scalar)
    for operator, value in part.members().items():
        if not value.present:
            continue
        if operator == "isNull":
            found.append(IsNull(property_ref(item, on), bool(value.peek())))
        elif operator == "in":
            values = parameter(value, encode_list(encode, ctx.limits.list_max))
            found.append(Compare(property_ref(item, on), "IN", values))
            if item.folded:
                folded = parameter(value, encode_list(fold, ctx.limits.list_max))
                found.append(Compare(property_ref(item, on, key=True), "IN", folded))
        elif operator in _TEXT:
            found.append(Compare(property_ref(item, on, key=True), _TEXT[operator], parameter(value, fold)))  # type: ignore[arg-type]  # a literal of the table
        else:
            found.append(Compare(property_ref(item, on), _OPERATORS[operator], parameter(value, encode)))  # type: ignore[arg-type]  # a literal of the table
            if item.folded and operator == "eq":
                found.append(Compare(property_ref(item, on, key=True), "=", parameter(value, fold)))
    return Both(tuple(found))


def _of_type(ctx: Context, part: Value) -> Predicate:
    """The `type` test of an interface: one type or a list of them, by the names of its enum."""
    found: list[Predicate] = []
    for operator, value in part.members().items():
        if not value.present:
            continue
        members = [value.peek()] if operator == "eq" else [item.peek() for item in ctx.items(value)]
        names = [getattr(member, "name", member) for member in members]
        found.append(HasLabel(tuple(ctx.model.nodes[type_of_member(ctx, name)] for name in names)))
    return Both(tuple(found))


def type_of_member(ctx: Context, member: str) -> str:
    """The node type behind a member of a type enum: `ORG_UNIT` is `OrgUnit`."""
    return next(name for name in ctx.model.nodes if enum_member(name) == member)


def enum_member(type_name: str) -> str:
    """The member of a type enum for a node type: `OrgUnit` is `ORG_UNIT`."""
    return "".join(f"_{c}" if c.isupper() and i else c for i, c in enumerate(type_name)).upper()
