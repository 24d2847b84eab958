"""What a viewer sees of the world, by the rule as the declarations state it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from access.viewer import Viewer
from graph.model.elements import Changed, Collection, Field, NodeType, Property, Reference, RelationshipType
from graph.model.ways import About, Behind, Everybody, Path, Way, With, Without
from tests.oracle.world import Link, Thing, World, around, client_text

Time = tuple[str, str, bool] | None
"""The first instant, the last one, and whether the last one belongs to it; None is now."""


class RefusedError(Exception):
    """The viewer may not look at this, not even in a filter."""


def is_open(stored: dict[str, str], time: Time) -> bool:
    """Whether a dated fact is open now, or at some instant of the time."""
    since, until = stored["since"], stored.get("until")
    if time is None:
        return until is None
    first, last, closed = time
    return (since <= last if closed else since < last) and (until is None or until > first)


@dataclass(frozen=True)
class Sight:
    """The world through the eyes of one viewer."""

    world: World
    viewer: Viewer
    _known: dict[str, bool] = field(default_factory=dict)

    def allowed(self, visible_to: frozenset[str]) -> bool:
        """Whether one of the viewer's roles may see a field."""
        return not visible_to or bool(visible_to & self.viewer.roles)

    def allowed_of_itself(self, visible_to: frozenset[str]) -> bool:
        """Whether the viewer may see a field at least where it tells of the viewer itself."""
        return self.allowed(visible_to) or (self.kind == "own" and "self" in visible_to)

    @property
    def kind(self) -> str:
        """Whether the viewer sees all, what belongs to its organisations, or what is its own."""
        if not self.viewer.roles & {"admin", "staff", "analyst"}:
            return "own"
        return "all" if self.viewer.organisations is None else "organisations"

    def sees(self, thing: Thing) -> bool:
        """Whether the viewer may know of a node: it leads to one of the viewer's organisations in a declared way, or is
        its own, or public."""
        if not self.allowed_of_itself(thing.type.visible_to):
            return False
        if self.kind == "all" or (self.kind == "organisations" and thing.type.scope is None):
            return True
        if thing.id not in self._known:
            ways = (thing.type.scope or ()) if self.kind == "organisations" else thing.type.public
            is_own = self.kind == "own" and self.is_own(thing)
            self._known[thing.id] = is_own or any(self._opens(thing, way) for way in ways)
        return self._known[thing.id]

    def is_own(self, thing: Thing) -> bool:
        """Whether the node is the viewer's party, or tells of it, directly or through what it tells of."""
        if "Party" in thing.type.interfaces:
            return thing.id == self.viewer.party
        return thing.type.about is not None and any(map(self.is_own, self._behind(thing, thing.type.about)))

    def sees_value(self, thing: Thing, item: Property) -> bool:
        """Whether the viewer may know the value of a property of a node that it sees."""
        if not self.allowed(item.visible_to):
            return self.kind == "own" and "self" in item.visible_to and thing.id == self.viewer.party
        if self.kind == "all" or item.scope is None:
            return True
        return self.kind == "organisations" and any(self._opens(thing, way) for way in item.scope)

    def _opens(self, thing: Thing, way: Way) -> bool:
        match way:
            case Everybody():
                return True
            case Path():
                return self._leads_home(thing, way)
            case With(collection=name):
                item = thing.type.fields[name]
                assert isinstance(item, Collection)
                return any(self.sees(other) for _, other in around(thing, item.step.type, item.step.direction))
            case About(reference=name):
                return any(other.id == self.viewer.party for other in self._behind(thing, name))
            case Without(reference=name):
                return not self._behind(thing, name)
            case Behind(reference=name, also=also):
                far = self._behind(thing, name)
                return any(map(self.sees, far)) and all(self.sees(t) for n in also for t in self._behind(thing, n))

    def _behind(self, thing: Thing, name: str) -> list[Thing]:
        reference = thing.type.fields[name]
        if not isinstance(reference, Reference):
            raise TypeError(name)
        return [other for _, other in around(thing, reference.step.type, reference.step.direction)]

    def changed(self, thing: Thing, item: Changed) -> list[dict[str, str | None]]:
        """What a change did to the fields that the viewer may see whatever else is known of the node."""
        model = self.world.model
        name = thing.stored[item.type]
        owner: NodeType | RelationshipType = model.nodes[name] if name in model.nodes else model.relationships[name]
        held = [json.loads(thing.stored.get(side, "{}")) for side in (item.before, item.after)]
        return [
            {"name": field, "before": client_text(found, held[0][field]), "after": client_text(found, held[1][field])}
            for field, found in owner.fields.items()
            if field in held[0] and self._always_sees(owner, found)
        ]

    def _always_sees(self, owner: NodeType | RelationshipType, item: Field) -> bool:
        limited = self.kind != "all"
        if not self.allowed(getattr(owner, "visible_to", frozenset())):
            return False
        if isinstance(item, Reference):
            types = self.world.model.concrete(item.target)
            some = any(not self.allowed(t.visible_to) or (limited and t.scope is not None) for t in types)
        else:
            some = limited and isinstance(item, Property) and item.scope is not None
        return not some and self.allowed(getattr(item, "visible_to", frozenset()))

    def _leads_home(self, thing: Thing, path: Path) -> bool:
        reached = [thing]
        for step in path.steps:
            reached = [other for t in reached for other in self._step(t, step.type, step.direction)]
        if self.kind == "own":
            return any(t.id == self.viewer.party for t in reached)
        return any(t.stored.get("organisationId") in (self.viewer.organisations or ()) for t in reached)

    def _step(self, thing: Thing, kind: str, direction: str) -> Iterator[Thing]:
        """Shortcut edges are not looked at: the open roles that they stand for are."""
        for role_type in self.world.model.nodes.values():
            if role_type.role is not None and role_type.role.shortcut == kind:
                ends = {r.name: r.step.type for r in role_type.references}
                party, counterpart = ends[role_type.role.party], ends[role_type.role.counterpart]
                near, far = (party, counterpart) if direction == "out" else (counterpart, party)
                for _, role in around(thing, near, "in"):
                    if role.type is role_type and is_open(role.stored, None):
                        yield from (other for _, other in around(role, far, "out"))
                return
        yield from (other for _, other in around(thing, kind, direction))  # type: ignore[arg-type]  # as declared

    def all(self, target: NodeType) -> list[Thing]:
        """The nodes of a type that the viewer sees."""
        return [thing for thing in self.world.of_type(target) if self.sees(thing)]

    def behind(self, thing: Thing, item: Reference | Collection, time: Time) -> list[tuple[Link | None, Thing]]:
        """What a field leads to: pairs of relationship and node that the viewer sees and that are open at the time.

        A reference without dates of its own is read as it is: history stays reachable.
        """
        target = self.world.model.type(item.target)
        members = {t.name for t in self.world.model.concrete(item.target)}
        where = item.where if isinstance(item, Collection) else {}
        found: list[tuple[Link | None, Thing]] = []
        for link, other in self._pairs(thing, item, target):
            if other.type.name not in members or not self.sees(other):
                continue
            if any(other.stored.get(name) != value for name, value in where.items()):
                continue
            if item.step.relationship and link is not None and not is_open(link.stored, time):
                continue
            if isinstance(item, Collection) and target.dated and not is_open(other.stored, time):
                continue
            found.append((link, other))
        return found

    def _pairs(
        self, thing: Thing, item: Reference | Collection, target: NodeType
    ) -> Iterator[tuple[Link | None, Thing]]:
        step = item.step
        if step.type:
            yield from around(thing, step.type, step.direction)
            return
        far, near = zip((str(step.key), step.near), *step.also, strict=True)
        for other in self.world.with_values(target, far, tuple(thing.stored[name] for name in near)):
            yield None, other
