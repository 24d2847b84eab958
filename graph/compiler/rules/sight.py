"""What an audience may see, as conditions on nodes; None where it may see all."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

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
from graph.compiler.planner.context import Audience
from graph.compiler.rules.home import NOBODY, Home
from graph.model.elements import Collection, Field, NodeType, Property, Reference, RelationshipType
from graph.model.model import Model
from graph.model.ways import SELF, About, Behind, Everybody, Path, Scope, Step, Way, With, Without


def _scope(binding: Binding) -> list[str]:
    return list(binding.scope)


def _party(binding: Binding) -> str | None:
    return binding.party


SCOPE = Param(_scope)
PARTY = Param(_party)


class Sight:
    """The eyes of one audience: a viewer with all rights, one limited to organisations, one who sees only its own."""

    def __init__(self, model: Model, audience: Audience) -> None:
        self._model = model
        self._audience = audience
        own = audience.sight == "own"
        self._home = Home(model, "id", "=", PARTY) if own else Home(model, "organisationId", "IN", SCOPE)
        owners: dict[str, list[tuple[NodeType, str, Behind | None]]] = {}
        for node in model.nodes.values():
            for reference in node.references:
                way = self._seen_behind(node, reference.name)
                owners.setdefault(reference.step.type, []).append((node, reference.name, way))
        self._together = {
            type: {node.name: (node, name, way) for node, name, way in found if way is not None}
            for type, found in owners.items()
            if all(way is not None for *_, way in found)
        }

    def allows(self, visible_to: frozenset[str]) -> bool:
        """Whether the audience's roles may see something wherever they meet it."""
        return not visible_to or bool(visible_to & self._audience.roles)

    def allows_some(self, visible_to: frozenset[str]) -> bool:
        """Whether the audience may see something at least where it tells of the viewer itself."""
        return self.allows(visible_to) or (self._audience.sight == "own" and SELF in visible_to)

    def of_match(self, match: Match) -> Predicate | None:
        """That the nodes of a match may be seen. Where an owner is seen behind a reference, the one of its ends that
        was met first has been seen: with the owner all that it is seen behind, with a far node that part of it."""
        owners = self._together.get(match.step.type) if match.step is not None else None
        if match.step is None or owners is None:
            return (
                None
                if match.step is not None and self._is_shown_by(match.step, match.target)
                else self.of(match.target)
            )
        if not self.allows_some(match.target.visible_to):
            return NOBODY
        if match.step.direction == "out" or self._audience.sight == "all":
            return None
        owner, known, way = owners[match.target.name]
        rest = self._all_behind([owner], way, frozenset({owner.name}), known)
        return Both(rest) if rest else None

    def _is_shown_by(self, step: Step, target: NodeType) -> bool:
        """Whether a step leads from nodes that have been seen to what then is seen, too: by whatever way an owner was
        found to be seen, its end is seen by a way of its own, or lets it be seen."""
        if step.direction != "out" or not self.allows_some(target.visible_to):
            return False
        members = [self._model.nodes[name] for name in target.members or (target.name,)]
        return all(self._is_shown_with(step, member) or self._is_shown_along(step, member) for member in members)

    def _is_shown_with(self, step: Step, member: NodeType) -> bool:
        return any(
            isinstance(way, With) and _collection(member, way).step.type == step.type
            for way in self._ways(member) or ()
        )

    def _is_shown_along(self, step: Step, member: NodeType) -> bool:
        """A path to the owner goes on to its end backwards over the step; one that begins with the step begins there.

        A role that is kept by a viewer's organisation shows its party: `(party)<-[:PARTY]-(role)` leads there, too.
        """
        known = {way.steps for way in self._ways(member) or () if isinstance(way, Path)}
        back = Step(step.type, "in")
        owners = [n for n in self._model.nodes.values() if any(r.step.type == step.type for r in n.references)]
        ways = [way for owner in owners for way in self._ways(owner) or (None,)]
        return bool(ways) and all(
            isinstance(way, Path)
            and ((back, *way.steps) in known or (way.steps[:1] == (Step(step.type, "out"),) and way.steps[1:] in known))
            for way in ways
        )

    def of(self, target: NodeType, within: frozenset[str] = frozenset()) -> Predicate | None:
        """That a node of the type may be seen. `within` names the types whose sight is being asked for: none of them
        is seen through itself.

        `n.organisationId IN $scope OR EXISTS { (n)<-[:PARTY]-(m) WHERE m.organisationId IN $scope } ...`
        """
        groups: dict[Hashable, list[NodeType]] = {}
        for member in map(self._model.nodes.__getitem__, target.members or (target.name,)):
            groups.setdefault((member.visible_to, *self._alike(member)), []).append(member)
        found = [(tuple(members), self._of_types(members, within)) for members in groups.values()]
        if len(found) == 1 or all(limit is None for _, limit in found):
            return found[0][1]
        free = tuple(member for members, limit in found if limit is None for member in members)
        seen = [(members, limit) for members, limit in found if limit is not None and limit is not NOBODY]
        return Either((HasLabel(free), *(Both((HasLabel(members), limit)) for members, limit in seen)))

    def of_value(self, item: Property) -> Predicate | None:
        """That the viewer may see a value, on a node of any type that has it.

        `n.id = $party` where its roles may not see it but the party itself may.
        """
        if not self.allows(item.visible_to):
            return self._home.at(self._home.name)
        if item.scope is None or self._audience.sight == "all":
            return None
        # Whoever sees only its own keeps nothing for an organisation.
        ways = item.scope if self._audience.sight == "organisations" else ()
        return Either(tuple(self._way(self._model.anything, way, frozenset()) for way in ways))

    def unseen(self) -> Mapping[str, frozenset[str]]:
        """The fields, by type, whose past values the audience may not learn: those that it may not see at all, or not
        on every node; the change does not tell what else stood around the node at its time."""
        owners: tuple[NodeType | RelationshipType, ...] = (
            *self._model.nodes.values(),
            *self._model.relationships.values(),
        )
        return {o.name: frozenset(name for name, item in o.fields.items() if self._hides(o, item)) for o in owners}

    def _hides(self, owner: NodeType | RelationshipType, item: Field) -> bool:
        if isinstance(owner, NodeType) and not self.allows(owner.visible_to):
            return True
        match item:
            case Property():
                some = item.scope is not None and self._audience.sight != "all"
            case Reference():
                some = self.of(self._model.type(item.target)) is not None
            case _:
                return True
        return some or not self.allows(item.visible_to)

    def _of_types(self, members: Sequence[NodeType], within: frozenset[str]) -> Predicate | None:
        """The one condition of types that are seen alike."""
        target = members[0]
        if not self.allows_some(target.visible_to) or target.name in within:
            return NOBODY
        open_ended = (r.name for r in target.references if r.target == "Node")
        if "Node" in within and any(self._seen_behind(target, name) for name in open_ended):
            # What is seen behind anything is no part of that anything: the condition would hold itself once more.
            return NOBODY
        ways = self._ways(target)
        if ways is None:
            return None
        paths = [way.steps for way in ways if isinstance(way, Path)]
        others = tuple(
            self._way(target, way, within | {target.name}, members) for way in ways if not isinstance(way, Path)
        )
        found = (self._home.reached(members, paths), *others) if paths else others
        return Either(found) if found else NOBODY

    def _ways(self, target: NodeType) -> Scope | None:
        """The ways of which one must lead to a node for it to be seen; None where it is seen anyway."""
        match self._audience.sight, self._audience.aim:
            case "all", _:
                return None
            case "organisations", "change":
                return tuple(
                    w for w in target.scope or () if isinstance(w, Behind) or (isinstance(w, Path) and w.keeps)
                )
            case "organisations", _:
                return None if target.scope is None or Everybody() in target.scope else target.scope
            case _, "change":
                return tuple(self._own(target)) if target.principal or target.personal else ()
            case _:
                return None if Everybody() in target.public else (*self._own(target), *target.public)

    def _own(self, target: NodeType) -> Iterator[Way]:
        """By which way a node is the viewer's own: it is its party, or tells of it."""
        if target.principal:
            yield Path()
        elif target.about is not None:
            told = self._model.type(target.reference(target.about).target)
            yield About(target.about) if told.principal else Behind(target.about)

    def _alike(self, target: NodeType) -> Iterator[Hashable]:
        """What makes the condition on nodes of two types the same: their ways, and the fields that these name. What is
        seen behind nodes of one type is asked together, whatever leads there: `-[:ADDRESS_OF|CONSENT_OF]->`"""
        ways = self._ways(target)
        yield ways
        for way in ways or ():
            match way:
                case Path() | Everybody():
                    pass
                case With():
                    yield _collection(target, way).step.type
                case Behind(also=()) if len(ways or ()) == 1:
                    yield target.reference(way.reference).target, target.reference(way.reference).among
                case _:
                    yield target.name

    def _way(self, target: NodeType, way: Way, within: frozenset[str], members: Sequence[NodeType] = ()) -> Predicate:
        match way:
            case Path(steps=steps):
                return self._home.reached(self._model.concrete(target.name), [steps])
            case About(reference=name):
                return Compare(Ref(_key(target.reference(name))), "=", PARTY)
            case Without(reference=name):
                return Related(self._far([target], name)[0], "none", Both(()))
            case With():
                found = _collection(target, way)
                far = self._model.type(found.target)
                return Related(Match(far, found.step), "some", self.of(far, within) or Both(()))
            case Behind():
                return Both(self._all_behind(members or (target,), way, within))
            case Everybody():
                raise TypeError("what everybody sees has no condition")

    def _all_behind(
        self, members: Sequence[NodeType], way: Behind, within: frozenset[str], known: str = ""
    ) -> tuple[Predicate, ...]:
        """That what a node is seen behind may be seen, without what is known to be: the node behind its reference, and
        none of the others hidden.

        `EXISTS { (n)-[:CHANGE_OF]->(m) WHERE ... }`, `NOT EXISTS { (n)-[:CHANGE_TOWARDS]->(m) WHERE NOT ... }`
        """
        found: list[Predicate] = []
        for name in (way.reference, *way.also):
            if name == known:
                continue
            far, other = self._far(members, name)
            limit = self.of(other, within | ({other.name} & {"Node"})) or Both(())
            is_needed = name == way.reference
            found.append(Related(far, "some", limit) if is_needed else Related(far, "none", Negation(limit)))
        return tuple(found)

    def _far(self, members: Sequence[NodeType], name: str) -> tuple[Match, NodeType]:
        """The nodes behind the references of this name, and their type."""
        references = [member.reference(name) for member in members]
        types = "|".join(dict.fromkeys(reference.step.type for reference in references))
        step = Step(types, references[0].step.direction)
        return Match(target=self._model.anything, step=step), self._model.behind(references[0])

    def _seen_behind(self, node: NodeType, reference: str) -> Behind | None:
        """The only way to see a node of the type, where it needs what the reference leads to to be seen."""
        ways = self._ways(node) or ()
        found: Iterable[Behind] = (w for w in ways if isinstance(w, Behind) and reference in (w.reference, *w.also))
        way = next(iter(found), None)
        return way if way is not None and ways == (way,) else None


def _collection(target: NodeType, way: With) -> Collection:
    found = target.fields[way.collection]
    if not isinstance(found, Collection):
        raise TypeError(f"{target.name}.{way.collection} is no collection")
    return found


def _key(reference: Reference) -> str:
    """The property that holds the id behind a reference; TypeError where none does."""
    if reference.key is None:
        raise TypeError(f"{reference.name} has no key")
    return reference.key
