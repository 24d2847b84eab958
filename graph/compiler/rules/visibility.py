"""A viewer sees what its audience may see: in rows, filters, counts, figures and search alike."""

from __future__ import annotations

from collections.abc import Mapping

from graph.compiler.matching import (
    Binding,
    Both,
    Compare,
    Either,
    HasLabel,
    Match,
    Negation,
    Param,
    Predicate,
    Ref,
    Related,
)
from graph.compiler.plan import AggregateField, ChangedLeaf, Leaf, MoneyLeaf, One, Page, Plan
from graph.compiler.planner.context import Audience
from graph.compiler.rules.walk import matches, outputs, refs
from graph.errors import NotAllowedError
from graph.model.elements import Behind, Field, NodeType, Path, Property, Reference, RelationshipType, Scope, Without
from graph.model.model import Model

NOBODY = Either(())


def _scope(binding: Binding) -> list[str]:
    return list(binding.scope)


SCOPE = Param(_scope)


def only_what_may_be_seen(plan: Plan, model: Model, audience: Audience) -> None:
    """Masks fields, refuses filters and orders on them, and limits every match to the nodes that may be seen. What a
    field hides is hidden in its history too.

    Masked fields are null; a filter, order or figure on one would tell its value, so it is NotAllowedError.
    """
    sight = _Sight(model, audience)
    for output in outputs(plan):
        match output:
            case Leaf(property=item) | MoneyLeaf(property=item):
                output.masked = not _allowed(item.visible_to, audience)
                output.guard = sight.of_value(item.scope)
            case ChangedLeaf():
                output.unseen = sight.unseen()
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
        owners: dict[str, list[tuple[NodeType, str, Behind | None]]] = {}
        for node in model.nodes.values():
            for reference in node.references:
                way = _seen_behind(node, reference.name)
                owners.setdefault(reference.step.type, []).append((node, reference.name, way))
        self._together = {
            type: {node.name: (node, name, way) for node, name, way in found if way is not None}
            for type, found in owners.items()
            if all(way is not None for *_, way in found)
        }

    def of_match(self, match: Match) -> Predicate | None:
        """That the nodes of a match may be seen. Where an owner is seen behind a reference, the one of its ends that
        was met first has been seen: with the owner all that it is seen behind, with a far node that part of it."""
        owners = self._together.get(match.step.type) if match.step is not None else None
        if match.step is None or owners is None:
            return self.of(match.target)
        if not _allowed(match.target.visible_to, self._audience):
            return NOBODY
        if match.step.direction == "out" or not self._audience.limited:
            return None
        owner, known, way = owners[match.target.name]
        rest = self._all_behind(owner, way, frozenset({owner.name}), known)
        return Both(rest) if rest else None

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

    def unseen(self) -> Mapping[str, frozenset[str]]:
        """The fields, by type, whose past values the audience may not learn: those that it may not see at all, or not
        on every node; the change does not tell what else stood around the node at its time."""
        owners: tuple[NodeType | RelationshipType, ...] = (
            *self._model.nodes.values(),
            *self._model.relationships.values(),
        )
        return {o.name: frozenset(name for name, item in o.fields.items() if self._hides(o, item)) for o in owners}

    def _hides(self, owner: NodeType | RelationshipType, item: Field) -> bool:
        if isinstance(owner, NodeType) and not _allowed(owner.visible_to, self._audience):
            return True
        match item:
            case Property():
                some = item.scope is not None and self._audience.limited
            case Reference():
                some = self.of(self._model.type(item.target)) is not None
            case _:
                return True
        return some or not _allowed(item.visible_to, self._audience)

    def _of_type(self, target: NodeType, within: frozenset[str]) -> Predicate | None:
        if not _allowed(target.visible_to, self._audience) or target.name in within:
            return NOBODY
        if "Node" in within and any(r.target == "Node" and _seen_behind(target, r.name) for r in target.references):
            # What is seen behind anything is no part of that anything: the condition would hold itself once more.
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
        if isinstance(way, Without):
            return Related(self._far(target, way.reference)[0], "none", Both(()))
        return Both(self._all_behind(target, way, within))

    def _all_behind(
        self, target: NodeType, way: Behind, within: frozenset[str], known: str = ""
    ) -> tuple[Predicate, ...]:
        """That what a node is seen behind may be seen, without what is known to be: the node behind its reference, and
        none of the others hidden.

        `EXISTS { (n)-[:CHANGE_OF]->(m) WHERE ... }`, `NOT EXISTS { (n)-[:CHANGE_TOWARDS]->(m) WHERE NOT ... }`
        """
        found: list[Predicate] = []
        for name in (way.reference, *way.also):
            if name == known:
                continue
            far, other = self._far(target, name)
            limit = self.of(other, within | ({other.name} & {"Node"})) or Both(())
            is_needed = name == way.reference
            found.append(Related(far, "some", limit) if is_needed else Related(far, "none", Negation(limit)))
        return tuple(found)

    def _far(self, target: NodeType, name: str) -> tuple[Match, NodeType]:
        """The nodes behind a reference, and their type."""
        reference = target.fields[name]
        if not isinstance(reference, Reference):
            raise TypeError(f"{target.name}.{name} is no reference")
        return Match(target=self._model.anything, step=reference.step), self._model.behind(reference)


def _seen_behind(node: NodeType, reference: str) -> Behind | None:
    """The only way to see a node of the type, where it needs what the reference leads to to be seen."""
    ways = [way for way in node.scope or () if isinstance(way, Behind) and reference in (way.reference, *way.also)]
    return ways[0] if ways and node.scope == (ways[0],) else None
