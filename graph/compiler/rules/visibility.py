"""A viewer sees what its audience may see: in rows, filters, counts, figures and search alike."""

from __future__ import annotations

from graph.compiler.matching import Binding, Both, Compare, Either, HasLabel, Match, Param, Predicate, Ref, Related
from graph.compiler.plan import AggregateField, Leaf, MoneyLeaf, One, Page, Plan
from graph.compiler.planner.context import Audience
from graph.compiler.rules.walk import matches, outputs, refs
from graph.errors import NotAllowedError
from graph.model.elements import Behind, NodeType, Path, Reference, Scope, Without
from graph.model.model import Model

NOBODY = Either(())


def _scope(binding: Binding) -> list[str]:
    return list(binding.scope)


SCOPE = Param(_scope)


def only_what_may_be_seen(plan: Plan, model: Model, audience: Audience) -> None:
    """Masks fields, refuses filters and orders on them, and limits every match to the nodes that may be seen.

    Masked fields are null; a filter, order or figure on one would tell its value, so it is NotAllowedError.
    """
    sight = _Sight(model, audience)
    for output in outputs(plan):
        match output:
            case Leaf(property=item) | MoneyLeaf(property=item):
                output.masked = not _allowed(item.visible_to, audience)
                output.guard = sight.of_value(item.scope)
            case One() | Page():
                output.masked = not _allowed(output.visible_to, audience)
            case AggregateField(property=item):
                if not _allowed(item.visible_to, audience):
                    raise NotAllowedError(action=f"ask for figures of {item.name}")
                output.guard = sight.of_value(item.scope)
    for ref in refs(plan):
        if not _allowed(ref.visible_to, audience):
            raise NotAllowedError(action=f"filter or order by {ref.name}")
    shown = {id(output.match) for output in outputs(plan) if isinstance(output, (One, Page))}
    for match in matches(plan):
        if id(match) not in shown and not _allowed(match.visible_to, audience):
            raise NotAllowedError(action=f"filter or order by {match.target.name}")
        if match.external_key is not None and not _allowed(model.nodes["ExternalKey"].visible_to, audience):
            raise NotAllowedError(action="look anything up by externalKey")
        limit = sight.of_match(match)
        if limit is not None:
            match.rules.append(limit)


def _allowed(visible_to: frozenset[str], audience: Audience) -> bool:
    return not visible_to or bool(visible_to & audience.roles)


class _Sight:
    """What an audience may see, as conditions on nodes; None where it may see all."""

    def __init__(self, model: Model, audience: Audience) -> None:
        self._model = model
        self._audience = audience
        owners: dict[str, list[bool]] = {}
        for node in model.nodes.values():
            for reference in node.references:
                owners.setdefault(reference.step.type, []).append(node.scope == (Behind(reference.name),))
        self._together = {type for type, is_behind in owners.items() if all(is_behind)}

    def of_match(self, match: Match) -> Predicate | None:
        """That the nodes of a match may be seen. Along a reference that its owner is seen behind, both ends are seen or
        neither, and the one that was met first has been seen."""
        if match.step is not None and match.step.type in self._together:
            return None if _allowed(match.target.visible_to, self._audience) else NOBODY
        return self.of(match.target)

    def of(self, target: NodeType, within: frozenset[str] = frozenset()) -> Predicate | None:
        """That a node of the type may be seen. `within` names the types whose sight is being asked for: none of them
        is seen through itself.

        `n.organisationId IN $scope OR EXISTS { (n)<-[:PARTY]-(m) WHERE m.organisationId IN $scope } ...`
        """
        groups: dict[object, list[NodeType]] = {}
        for member in map(self._model.nodes.__getitem__, target.members or (target.name,)):
            is_shared = all(isinstance(way, Path) for way in member.scope or ())
            key = (member.scope, member.visible_to) if is_shared else member.name
            groups.setdefault(key, []).append(member)
        found = [(tuple(members), self._of_type(members[0], within)) for members in groups.values()]
        if len(found) == 1 or all(limit is None for _, limit in found):
            return found[0][1]
        free = tuple(member for members, limit in found if limit is None for member in members)
        seen = [(members, limit) for members, limit in found if limit is not None and limit is not NOBODY]
        return Either((HasLabel(free), *(Both((HasLabel(members), limit)) for members, limit in seen)))

    def of_value(self, scope: Scope | None) -> Predicate | None:
        """That the viewer may see a value of this scope, on a node of any type that has it."""
        if scope is None or not self._audience.limited:
            return None
        return Either(tuple(self._way(self._model.anything, way, frozenset()) for way in scope))

    def _of_type(self, target: NodeType, within: frozenset[str]) -> Predicate | None:
        if not _allowed(target.visible_to, self._audience) or target.name in within:
            return NOBODY
        if target.scope is None or not self._audience.limited:
            return None
        return Either(tuple(self._way(target, way, within | {target.name}) for way in target.scope))

    def _way(self, target: NodeType, way: Path | Behind | Without, within: frozenset[str]) -> Predicate:
        if isinstance(way, Path):
            found: Predicate = Compare(Ref("organisationId"), "IN", SCOPE)
            for step in reversed(way.steps):
                found = Related(Match(target=self._model.anything, step=step), "some", found)
            return found
        reference = target.fields[way.reference]
        if not isinstance(reference, Reference):
            raise TypeError(f"{target.name}.{way.reference} is no reference")
        far = Match(target=self._model.anything, step=reference.step)
        if isinstance(way, Without):
            return Related(far, "none", Both(()))
        limit = self.of(self._model.type(reference.target), within)
        return Related(far, "some", limit or Both(()))
