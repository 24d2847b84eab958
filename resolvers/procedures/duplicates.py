"""`duplicateCandidates`: parties that may be one and the same, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from strawberry.types.field import StrawberryField

from graph.compiler.planner.context import ArgumentConflictError, PageSizeError
from graph.duplicates import DEFAULT_SCORE, Candidate, CandidatePage, Evidence, candidates, candidates_of
from graph.merging import resolved
from graph.mutations.drafts import name_of
from resolvers.procedures.base import Call, NodeRef, Payload, Procedure
from resolvers.types.connections import page_info
from resolvers.types.objects import node_by, object_type
from resolvers.types.registry import Registry, Type, argument, field, many, optional, set_fields

_NAME = "duplicateCandidates"


async def _run(call: Call) -> Payload:
    call.viewer.must_see_personal("compare parties")
    given = {name: value for name, value in call.arguments.items() if value is not None}
    first = given.get("first", call.limits.page_default)
    if not 0 <= first <= call.limits.page_max:
        raise PageSizeError(argument="first", actual=first, limit=call.limits.page_max)
    page = await _page(call, given, first, given.get("minScore", DEFAULT_SCORE))
    edges = [_edge(candidate) for candidate in page.candidates]
    return {
        "__typename": "DuplicateCandidateConnection",
        "edges": edges,
        "nodes": [edge["node"] for edge in edges],
        "pageInfo": {
            "__typename": "PageInfo",
            "hasNextPage": page.has_more,
            "hasPreviousPage": "after" in given,
            "startCursor": edges[0]["cursor"] if edges else None,
            "endCursor": page.position or None,
            "stoppedEarly": page.stopped_early,
        },
    }


async def _page(call: Call, given: dict[str, Any], first: int, score: float) -> CandidatePage:
    if "by" not in given:
        return await candidates(
            call.database, after=given.get("after"), first=first, scan=call.limits.duplicates_max, min_score=score
        )
    if "after" in given:
        raise ArgumentConflictError(first="by", second="after")
    party = await resolved(call.database, call.model, name_of(given["by"]))
    found: Sequence[Candidate] = await candidates_of(call.database, party, min_score=score, limit=first + 1)
    shown = tuple(found[:first])
    return CandidatePage(shown, shown[-1].cursor if shown else "", len(found) > first, stopped_early=False)


def _edge(candidate: Candidate) -> Payload:
    node = {
        "__typename": "DuplicateCandidate",
        "party": NodeRef(candidate.party),
        "other": NodeRef(candidate.other),
        "score": candidate.score,
        "reasons": [
            {
                "__typename": "DuplicateReason",
                "kind": reason.kind.name,
                "score": reason.score,
                "weight": reason.weight,
                "value": reason.value,
                "other": reason.other,
            }
            for reason in candidate.reasons
        ],
    }
    return {"__typename": "DuplicateCandidateEdge", "cursor": candidate.cursor, "node": node}


def _field(registry: Registry) -> StrawberryField:
    text = (
        "Parties that may be one and the same: those like one party, the likeliest first, or pairs among all. "
        "A page among all looks at so many parties and no more; where it stops early, endCursor goes on. "
        "mergeParties makes two one."
    )
    arguments = [
        argument("by", optional(node_by(registry)), "Only those that may be the same as this party."),
        argument(
            "minScore",
            optional(float),
            f"Only those at least so likely the same, from 0 to 1; else {DEFAULT_SCORE}.",
        ),
        argument("first", optional(int), "How many; else a default."),
        argument("after", optional(str), "Only what comes after this cursor; not together with by."),
    ]
    return field(_NAME, _connection(registry), text, arguments)


def _connection(registry: Registry) -> Type:
    def fill(made: Type) -> None:
        set_fields(
            made,
            [
                field("edges", many(_edge_type(registry)), "The pairs, each with its cursor."),
                field("nodes", many(_candidate(registry)), "The pairs alone."),
                field("pageInfo", page_info(registry), "Where the page stands."),
            ],
        )

    return registry.output("DuplicateCandidateConnection", "Pairs of parties that may be one and the same.", fill)


def _edge_type(registry: Registry) -> Type:
    def fill(made: Type) -> None:
        set_fields(
            made,
            [
                field("cursor", str, "The place of the pair, for after."),
                field("node", _candidate(registry), "The pair."),
            ],
        )

    return registry.output("DuplicateCandidateEdge", "A pair and its place.", fill)


def _candidate(registry: Registry) -> Type:
    def fill(made: Type) -> None:
        party = optional(object_type(registry, registry.model.type("Party")))
        set_fields(
            made,
            [
                field("party", party, "One of the two."),
                field("other", party, "The other one."),
                field("score", float, "How likely they are the same, from 0 to 1."),
                field("reasons", many(_reason(registry)), "What speaks for it and against it."),
            ],
        )

    return registry.output("DuplicateCandidate", "Two parties that may be one and the same.", fill)


def _reason(registry: Registry) -> Type:
    def fill(made: Type) -> None:
        set_fields(
            made,
            [
                field("kind", registry.choice(Evidence), "What was compared."),
                field("score", float, "How alike the two values are, from 0 to 1."),
                field("weight", float, "What it adds to the evidence, in bits; below 0 it speaks against."),
                field("value", str, "What party has."),
                field("other", str, "What other has."),
            ],
        )

    return registry.output("DuplicateReason", "One comparison of two parties.", fill)


PROCEDURE = Procedure(_NAME, "Query", _field, _run)
