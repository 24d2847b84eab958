"""A viewer sees what its audience may see: in rows, filters, counts, figures and search alike."""

from __future__ import annotations

from graph.compiler.matching import Binding, Both, Compare, Either, HasLabel, Match, Param, Predicate, Ref, Related
from graph.compiler.plan import AggregateField, Leaf, MoneyLeaf, One, Page, Plan
from graph.compiler.planner.context import Audience
from graph.compiler.rules.walk import matches, outputs, refs
from graph.errors import NotAllowedError
from graph.model.elements import NodeType, Path
from graph.model.model import Model


def _scope(binding: Binding) -> list[str]:
    return list(binding.scope)


SCOPE = Param(_scope)


def only_what_may_be_seen(plan: Plan, model: Model, audience: Audience) -> None:
    """Masks fields, refuses filters and orders on them, and limits every match to the viewer's organisations.

    Masked fields are null; a filter, order or figure on one would tell its value, so it is NotAllowedError.
    """
    for output in outputs(plan):
        match output:
            case Leaf(property=item) | MoneyLeaf(property=item):
                output.masked = not _allowed(item.visible_to, audience)
            case One() | Page():
                output.masked = not _allowed(output.visible_to, audience)
            case AggregateField(property=item) if not _allowed(item.visible_to, audience):
                raise NotAllowedError(action=f"ask for figures of {item.name}")
    for ref in refs(plan):
        if not _allowed(ref.visible_to, audience):
            raise NotAllowedError(action=f"filter or order by {ref.name}")
    shown = {id(output.match) for output in outputs(plan) if isinstance(output, (One, Page))}
    for match in matches(plan):
        if id(match) not in shown and not _allowed(match.visible_to, audience):
            raise NotAllowedError(action=f"filter or order by {match.target.name}")
    if audience.limited:
        for match in matches(plan):
            limit = within_scope(model, match.target)
            if limit is not None:
                match.rules.append(limit)


def _allowed(visible_to: frozenset[str], audience: Audience) -> bool:
    return not visible_to or bool(visible_to & audience.roles)


def within_scope(model: Model, target: NodeType) -> Predicate | None:
    """That a node of the type leads to one of the viewer's organisations by one of the declared paths; None where
    every viewer may see the type.

    `n.organisationId IN $scope OR EXISTS { (n)<-[:PARTY]-(m) WHERE m.organisationId IN $scope } ...`
    """
    if target.scope is not None:
        return Either(tuple(_leads_to_scope(model, path) for path in target.scope))
    limited = [(member, within_scope(model, member)) for member in model.concrete(target.name) if member != target]
    if all(limit is None for _, limit in limited):
        return None
    free = tuple(member for member, limit in limited if limit is None)
    ways: list[Predicate] = [HasLabel(free)] if free else []
    ways.extend(Both((HasLabel((member,)), limit)) for member, limit in limited if limit is not None)
    return Either(tuple(ways))


def _leads_to_scope(model: Model, path: Path) -> Predicate:
    found: Predicate = Compare(Ref("organisationId"), "IN", SCOPE)
    for step in reversed(path.steps):
        found = Related(Match(target=model.anything, step=step), "some", found)
    return found
