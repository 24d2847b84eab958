"""One subscription from its position on: first what was missed, read page by page, then what comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from graph.client import Database
from graph.compiler.matching import Binding
from graph.compiler.planner.context import Limits
from graph.events import last_position, read_events
from graph.merging import led_by
from graph.model.model import Model
from resolvers.live.channel import CHUNK
from resolvers.live.feeds import Wanted, wanted
from resolvers.live.hub import Hub, Subscriber, needs
from resolvers.live.items import Item, tell
from resolvers.live.mailbox import Message
from resolvers.live.plan import Subscribed
from resolvers.live.position import Position

_PAGE = 100
_PAUSE = 0.02
"""Seconds until what another reader has seen is looked for again: a replica may lag behind."""


def open_stream(
    hub: Hub, plan: Subscribed, binding: Binding, arguments: Mapping[str, Any], limits: Limits
) -> AsyncGenerator[Message, None]:
    """The messages of a subscription with these arguments; raises what is wrong with them."""
    given = arguments.get("after")
    after = None if given is None else Position.parse(given)
    for view in plan.views.values():
        one = replace(binding, written={str(place): ("",) for place in range(view.places)}, memo={})
        view.compiled.cost.check(one, limits.cost_max)
    return _Stream(hub, plan, binding, wanted(hub.model, plan.feed, arguments, limits.list_max)).messages(after)


@dataclass(frozen=True, slots=True)
class _Stream:
    """A subscription that is yet to begin; `binding` and `plan` say how its messages are read."""

    hub: Hub
    plan: Subscribed
    binding: Binding
    wanted: Wanted

    @property
    def database(self) -> Database:
        return self.hub.database

    @property
    def model(self) -> Model:
        return self.hub.model

    async def messages(self, after: Position | None) -> AsyncGenerator[Message, None]:
        """The messages behind the position; those that come from now on where there is none.

        What was missed is read as fast as it is taken and no faster. Raises why there can be no more.
        """
        if self.wanted.named:
            self.wanted.follow(await led_by(self.database, self.wanted.named))
        subscriber = Subscriber(
            self.wanted, self.hub.channel(self.plan, self.binding, self.wanted), self.hub.mailbox(self.plan)
        )
        position = await last_position(self.database) if after is None else after.read_from
        is_near = after is None
        while not (is_near and self.hub.attach(subscriber, position)):
            events = await read_events(self.database, position, limit=_PAGE)
            is_near = len(events) < _PAGE
            told = await tell(self.database, self.model, events, needs(self.model, self.wanted))
            items = [item for each in told for item in each.items(self.wanted)]
            missed = [i for i in items if after is None or not after.covers(i.event.seq, i.index)]
            async for message in self._read(subscriber, missed):
                yield message
            position = events[-1].seq if events else position
            if not events:
                await asyncio.sleep(_PAUSE)
        try:
            async for message in subscriber.mailbox.messages():
                yield message
        finally:
            self.hub.detach(subscriber)

    async def _read(self, subscriber: Subscriber, items: list[Item]) -> AsyncGenerator[Message, None]:
        latest = {subscriber.mailbox.key(item): item for item in items}
        kept = [item for item in items if latest[subscriber.mailbox.key(item)] is item]
        for start in range(0, len(kept), CHUNK):
            for message in await subscriber.channel.read(kept[start : start + CHUNK]):
                if message is not None:
                    yield message
