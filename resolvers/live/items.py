"""Events of the outbox, taken apart into the nodes that they tell of, with what is needed to know who wants them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from graph.client import Database
from graph.ends import Ends, between, ends_of
from graph.events import Event
from graph.merging import led_by
from graph.model.model import Model
from resolvers.live.feeds import Wanted
from resolvers.live.position import Position


@dataclass(frozen=True, slots=True)
class Item:
    """One id of an event. `shown` are the ids of the nodes that a message tells of, by what they are to the event:
    `node`, `target` where a relationship changed, and the references that it was chosen by, because to be told is to
    learn what they lead to. None stands for one that nothing is known of any more."""

    event: Event
    index: int
    id: str
    shown: Mapping[str, str | None]

    @property
    def position(self) -> Position:
        """Where a subscriber stands that has been told of it."""
        return Position.behind(self.event.seq, self.index, len(self.event.ids))


@dataclass(slots=True)
class Told:
    """An event with the ends of its nodes or of its relationships, and where ids lead that became one with others."""

    event: Event
    ends: Mapping[str, Ends] = field(default_factory=dict)
    led: Mapping[str, str] = field(default_factory=dict)
    between: bool = False

    def items(self, wanted: Wanted) -> Iterator[Item]:
        """What a subscriber wants of it. One that watches a node which became one with another one watches that one
        from here on."""
        event = self.event
        if self.led:
            wanted.follow(self.led)
        if event.type not in wanted.types or (wanted.kinds is not None and event.kind not in wanted.kinds):
            return
        if wanted.ids is not None and wanted.ids.isdisjoint(event.ids):
            return
        for index, id in enumerate(event.ids):
            ends = self.ends.get(id, {})
            if wanted.takes(id, ends):
                alone = {"node": self.led.get(id, id)}
                shown = {"node": ends.get("source"), "target": ends.get("target")} if self.between else alone
                yield Item(event, index, id, {**wanted.ends, **shown})


async def tell(database: Database, model: Model, events: Collection[Event], types: Collection[str]) -> list[Told]:
    """The events, with the ends of those of these types: one statement a type."""
    ids: dict[str, list[str]] = {}
    merged: list[str] = []
    for event in events:
        if event.type in types:
            ids.setdefault(event.type, []).extend(event.ids)
        if event.kind == "MERGED":
            merged += event.ids
    ends = {type: await _ends(database, model, type, found) for type, found in ids.items()}
    led = await led_by(database, merged) if merged else {}
    return [
        Told(event, ends.get(event.type, {}), led if event.kind == "MERGED" else {}, event.type in model.relationships)
        for event in events
    ]


async def _ends(database: Database, model: Model, type: str, ids: list[str]) -> Mapping[str, Ends]:
    if relationship := model.relationships.get(type):
        return await between(database, relationship, ids)
    return await ends_of(database, model.nodes[type], ids)
