"""A viewer sees what its audience may see: in rows, filters, counts, figures and search alike."""

from __future__ import annotations

from graph.compiler.plan import AggregateField, ChangedLeaf, Leaf, MoneyLeaf, One, Page, Plan
from graph.compiler.planner.context import Audience
from graph.compiler.rules.sight import Sight
from graph.compiler.rules.walk import matches, outputs, refs
from graph.errors import NotAllowedError
from graph.model.model import Model


def only_what_may_be_seen(plan: Plan, model: Model, audience: Audience) -> None:
    """Masks fields, refuses filters and orders on them, and limits every match to the nodes that may be seen. What a
    field hides is hidden in its history too.

    Masked fields are null; a filter, order or figure on one would tell its value, so it is NotAllowedError.
    """
    sight = Sight(model, audience)
    for output in outputs(plan):
        match output:
            case Leaf(property=item) | MoneyLeaf(property=item):
                output.masked = not sight.allows_some(item.visible_to)
                output.guard = None if output.masked else sight.of_value(item)
            case ChangedLeaf():
                output.unseen = sight.unseen()
            case One() | Page():
                output.masked = not sight.allows_some(output.visible_to)
            case AggregateField(property=item):
                if not sight.allows(item.visible_to):
                    raise NotAllowedError(action=f"ask for figures of {item.name}")
                output.guard = sight.of_value(item)
    for ref in refs(plan):
        if not sight.allows(ref.visible_to):
            raise NotAllowedError(action=f"filter or order by {ref.name}")
    shown = {id(output.match) for output in outputs(plan) if isinstance(output, (One, Page))}
    for match in matches(plan):
        if id(match) not in shown and not sight.allows_some(match.visible_to):
            raise NotAllowedError(action=f"filter or order by {match.target.name}")
        if match.external_key is not None and not sight.allows(model.nodes["ExternalKey"].visible_to):
            raise NotAllowedError(action="look anything up by externalKey")
        limit = sight.of_match(match)
        if limit is not None:
            match.rules.append(limit)
