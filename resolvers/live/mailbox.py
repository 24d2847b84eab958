"""What waits for one subscriber: bounded, so that a slow one costs no memory and slows nobody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.errors import CustomerGraphError, LimitError

if TYPE_CHECKING:
    from resolvers.live.items import Item


class SlowSubscriberError(LimitError):
    """A subscriber takes its messages more slowly than they come."""

    code = "SUBSCRIBER_TOO_SLOW"
    text = "More than {limit} messages were waiting to be taken, so the subscription ended."
    hint = "Subscribe again with after of the last message that came: nothing is lost. Ask for less to be faster."


@dataclass(frozen=True, slots=True)
class Message:
    """A response as it is sent, shared by all who are sent it, and the position to go on from after it."""

    body: bytes
    after: str


class Mailbox:
    """The messages of one subscriber in their order.

    With `latest` a message takes the place of one about the same node that still waits, so that there are never more
    than nodes; otherwise the subscriber is dropped, with the reason, where `limit` wait.
    """

    def __init__(self, limit: int, *, latest: bool) -> None:
        self._limit = limit
        self._latest = latest
        self._waiting: dict[object, Message] = {}
        self._some = asyncio.Event()
        self._failure: CustomerGraphError | None = None

    @property
    def is_open(self) -> bool:
        """Whether it takes messages."""
        return self._failure is None

    def key(self, item: Item) -> object:
        """What tells items apart: of one key only the last waits."""
        return item.id if self._latest else (item.event.seq, item.index)

    def put(self, item: Item, message: Message) -> None:
        """One more message; the subscriber is dropped where too many wait."""
        if self._failure is not None:
            return
        key = self.key(item)
        self._waiting.pop(key, None)
        self._waiting[key] = message
        if len(self._waiting) > self._limit and not self._latest:
            self.overflow()
        self._some.set()

    def overflow(self) -> None:
        """Ends it because too much waits."""
        self._waiting.clear()
        self.fail(SlowSubscriberError(limit=self._limit))

    def fail(self, error: CustomerGraphError) -> None:
        """Ends it: what waits is still given, then the error is raised."""
        if self._failure is None:
            self._failure = error
            self._some.set()

    async def messages(self) -> AsyncIterator[Message]:
        """The messages as they come; raises why there are no more."""
        while True:
            while self._waiting:
                yield self._waiting.pop(next(iter(self._waiting)))
            if self._failure is not None:
                raise self._failure
            self._some.clear()
            await self._some.wait()
