"""Every match, output and property reference of a plan, wherever it hides."""

from __future__ import annotations

from collections.abc import Iterator

from graph.compiler.matching import Aggregated, Both, Compare, Either, IsNull, Match, Negation, Predicate, Ref, Related
from graph.compiler.plan import Aggregate, AggregateField, Edges, Group, Listed, Nodes, One, Output, Page, Plan, Record


def outputs(plan: Plan) -> Iterator[Output | AggregateField]:
    """Every output of the plan, the outer ones first."""
    for _, output in plan.outputs:
        yield from _below(output)


def matches(plan: Plan) -> Iterator[Match]:
    """Every match of the plan: of outputs, of relation filters, and of the figures that orders use."""
    for output in outputs(plan):
        for match in _own_matches(output):
            yield match
            for condition in match.where:
                yield from _inner(condition)


def refs(plan: Plan) -> Iterator[Ref]:
    """Every property that a filter or an order looks at."""
    for match in matches(plan):
        for condition in match.where:
            yield from _refs(condition)
    for output in outputs(plan):
        for key in output.order if isinstance(output, (One, Page)) else ():
            if isinstance(key.by, Ref):
                yield key.by
            elif isinstance(key.by, Aggregated) and key.by.ref:
                yield key.by.ref


def _below(output: Output | Record | AggregateField) -> Iterator[Output | AggregateField]:
    if isinstance(output, Record):
        for branch in output.branches:
            for _, inner in branch.outputs:
                yield from _below(inner)
        return
    yield output
    match output:
        case One(record=record):
            yield from _below(record)
        case Listed(matches=found):
            for _, record in found:
                yield from _below(record)
        case Group(outputs=inner_outputs):
            for _, inner in inner_outputs:
                yield from _below(inner)
        case Page(parts=parts):
            for _, part in parts:
                match part:
                    case Nodes(record=record):
                        yield from _below(record)
                    case Edges(outputs=edge_outputs):
                        for _, inner_edge in edge_outputs:
                            yield from _below(inner_edge)
                    case Aggregate(outputs=figures):
                        yield from (f for _, f in figures if isinstance(f, AggregateField))


def _own_matches(output: Output | AggregateField) -> Iterator[Match]:
    match output:
        case One(match=match) | Page(match=match):
            yield match
        case Listed(matches=found):
            yield from (match for match, _ in found)
    for key in output.order if isinstance(output, (One, Page)) else ():
        if isinstance(key.by, Aggregated):
            yield key.by.match


def _inner(condition: Predicate) -> Iterator[Match]:
    match condition:
        case Both(items=items) | Either(items=items):
            for item in items:
                yield from _inner(item)
        case Negation(item=item):
            yield from _inner(item)
        case Related(match=match, condition=inner):
            yield match
            for item in (*match.where, inner):
                yield from _inner(item)


def _refs(condition: Predicate) -> Iterator[Ref]:
    """The properties of the condition itself; those of related matches come with their matches."""
    match condition:
        case Compare(ref=ref) | IsNull(ref=ref):
            yield ref
        case Both(items=items) | Either(items=items):
            for item in items:
                yield from _refs(item)
        case Negation(item=item):
            yield from _refs(item)
        case Related(condition=inner):
            yield from _refs(inner)
