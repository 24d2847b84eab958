"""Dated facts count while they are open: now, or at the time that the client asks for."""

from __future__ import annotations

from graph.compiler.matching import Both, Compare, Either, IsNull, Match, On, Period, Predicate, Ref
from graph.compiler.plan import Plan
from graph.compiler.planner.context import Audience
from graph.compiler.rules.walk import matches
from graph.model.model import Model


def only_open_facts(plan: Plan, _model: Model, _audience: Audience) -> None:
    """Adds to every match of a dated node or relationship that it was open at the match's time.

    A node that an id or an external key names is read as it is: history stays reachable.
    """
    for match in matches(plan):
        if match.relationship is not None and match.relationship.dated:
            match.rules.append(open_at(match.time, "edge"))
        if match.target.dated and not _named(match):
            match.rules.append(open_at(match.time, "node"))


def open_at(time: Period | None, on: On) -> Predicate:
    """That a dated fact is open now (`until` is missing), or was open at some time of the period.

    Now: `n.until IS NULL`; as of t: `n.since <= $t AND (n.until IS NULL OR n.until > $t)`; from a to b, without b:
    `n.since < $b AND (n.until IS NULL OR n.until > $a)`.
    """
    if time is None:
        return IsNull(Ref("until", on), missing=True)
    not_ended = Either((IsNull(Ref("until", on), missing=True), Compare(Ref("until", on), ">", time.start)))
    return Both((Compare(Ref("since", on), "<=" if time.start is time.end else "<", time.end), not_ended))


def _named(match: Match) -> bool:
    """Whether the match is a lookup, or follows a reference without a relationship of its own from a found fact."""
    if match.step is None:
        return match.external_key is not None or any(
            isinstance(c, Compare) and c.ref == Ref("id") and c.op in ("=", "IN") for c in match.where
        )
    return match.step.direction == "out" and match.relationship is None and not match.step.key
