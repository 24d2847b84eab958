"""Connections become pages: edges, nodes, pageInfo, totalCount and figures over one match."""

from __future__ import annotations

from graph.compiler.matching import Match, OrderKey
from graph.compiler.plan import (
    Aggregate,
    AggregateField,
    Bounds,
    CursorLeaf,
    Edges,
    Nodes,
    Output,
    Page,
    PageInfo,
    PagePart,
    Record,
    ScoreLeaf,
    Typename,
)
from graph.compiler.planner.context import Context, Limits, constant
from graph.compiler.planner.filters import plan_edge_filter, plan_filter, relation_match
from graph.compiler.planner.orders import order_digest, plan_order
from graph.compiler.planner.records import plan_property, plan_record
from graph.compiler.planner.windows import plan_window
from graph.compiler.selection import Selected, below, only
from graph.model.elements import Collection, NodeType


def plan_collection(ctx: Context, field: Collection, selected: Selected) -> Page:
    """The page of a declared collection of the node around."""
    return plan_page(ctx, relation_match(ctx, field), selected, field.visible_to)


def plan_page(ctx: Context, match: Match, selected: Selected, visible_to: frozenset[str] = frozenset()) -> Page:
    """The page of any match, with the filter, order and window of the field's arguments."""
    arguments = selected.arguments
    condition = arguments.get("filter")
    if match.relationship:
        match.where.extend(plan_edge_filter(ctx, match.relationship, match.target, condition))
    else:
        match.where.extend(plan_filter(ctx, match.target, condition))
    order = plan_order(ctx, match.target, match.relationship, arguments.get("orderBy"))
    return make_page(ctx, match, order, selected, visible_to)


def make_page(
    ctx: Context,
    match: Match,
    order: tuple[OrderKey, ...],
    selected: Selected,
    visible_to: frozenset[str] = frozenset(),
) -> Page:
    """The page of a match whose order is already planned."""
    own = order_digest(ctx, match.target, order, selected.arguments.get("orderBy"))
    parts = tuple((part.key, _part(ctx.nested(), match, part)) for part in only(selected.below))
    return Page(
        match=match,
        order=order,
        window=plan_window(ctx, selected.arguments, order, own, peeks=any(_peeks(part) for _, part in parts)),
        parts=parts,
        digest=own,
        key=selected.key,
        bounds=_bounds(ctx.limits),
        visible_to=visible_to,
    )


def _bounds(limits: Limits) -> Bounds:
    return Bounds(
        count=constant(limits.count_cap + 1),
        scan=constant(limits.scan_max),
        scan_before=constant(limits.scan_max - 1),
        cover=constant(limits.set_max + 1),
    )


def _peeks(part: PagePart) -> bool:
    """Whether the part tells if there are more rows than the page holds."""
    return isinstance(part, PageInfo) and any(name in ("hasNextPage", "hasPreviousPage") for _, name in part.keys)


def _part(ctx: Context, match: Match, part: Selected) -> PagePart:
    match part.name:
        case "__typename":
            return Typename(connection_name(match))
        case "totalCount" | "totalCountIsExact":
            return part.name
        case "pageInfo":
            return PageInfo(tuple((p.key, p.name) for p in only(part.below)))
        case "nodes":
            return Nodes(plan_record(ctx, below(part)))
        case "edges":
            return Edges(tuple((p.key, _edge_output(ctx, match, p)) for p in only(part.below)))
        case _:
            return _aggregate(match.target, part)


def connection_stem(match: Match) -> str:
    """The name that a connection's types start with: `Customer`, `PartOfOrgUnit`, `SearchResult`."""
    if match.full_text:
        return "SearchResult"
    return (match.relationship.name if match.relationship else "") + match.target.name


def connection_name(match: Match) -> str:
    """The name of the connection type of a match."""
    return f"{connection_stem(match)}Connection"


def _edge_output(ctx: Context, match: Match, field: Selected) -> Output | Record:
    from graph.compiler.planner.search import matched_field  # noqa: PLC0415  # search is made of pages

    match field.name:
        case "__typename":
            return Typename(f"{connection_stem(match)}Edge")
        case "cursor":
            return CursorLeaf()
        case "node":
            return plan_record(ctx, below(field))
        case "score" if match.full_text:
            return ScoreLeaf()
        case "matchedField" if match.full_text:
            return matched_field(ctx, match.full_text)
        case name:
            if match.relationship is None:
                raise KeyError(name)
            return plan_property(match.relationship.fields[name], "edge", field)


def _aggregate(target: NodeType, part: Selected) -> Aggregate:
    outputs: list[tuple[str, Typename | str | AggregateField]] = []
    for field in only(part.below):
        match field.name:
            case "__typename":
                outputs.append((field.key, Typename(f"{target.name}Aggregate")))
            case "count":
                outputs.append((field.key, "count"))
            case name:
                keys = tuple((p.key, p.name) for p in only(field.below))
                outputs.append((field.key, AggregateField(target.stored(name), keys)))
    return Aggregate(tuple(outputs))  # type: ignore[arg-type]  # the only text is "count"
