"""The one reader of the outbox in a process: it hands every event to the subscribers that want it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Hashable
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson
import structlog

from graph.client import Database
from graph.compiler.matching import Binding
from graph.errors import ConflictError, CustomerGraphError, InputError, InternalError
from graph.events import read_events
from graph.model.model import Model
from resolvers.live.channel import Channel
from resolvers.live.feeds import Wanted
from resolvers.live.items import Told, tell
from resolvers.live.mailbox import Mailbox
from resolvers.live.plan import Subscribed

_log = structlog.get_logger(__name__)
_PAUSE = 1.0


@dataclass(frozen=True, slots=True)
class LiveSettings:
    """`poll_seconds`: how often the outbox is read; commits of the same process are read at once. `queue`: messages
    that may wait for one subscriber."""

    poll_seconds: float = 0.2
    queue: int = 1_000


@dataclass(frozen=True, slots=True)
class LiveFigures:
    """How a hub does: subscriptions, channels that read for them, and how old the events were, in seconds, that were
    handed round last."""

    subscribers: int = 0
    channels: int = 0
    lag: float = 0.0


@dataclass(slots=True, eq=False)
class Subscriber:
    """One subscription: what it wants, how it is read, what waits for it, and up to where it was handed events."""

    wanted: Wanted
    channel: Channel
    mailbox: Mailbox
    seen: int = 0


class Hub:
    """Reads the outbox while there are subscribers. Everything here belongs to one event loop."""

    def __init__(self, database: Database, model: Model, settings: LiveSettings) -> None:
        self.database = database
        self.model = model
        self._settings = settings
        self._subscribers: set[Subscriber] = set()
        self._channels: dict[Hashable, Channel] = {}
        self._position = 0
        self._lag = 0.0
        self._task: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()

    @property
    def subscribers(self) -> int:
        """How many there are."""
        return len(self._subscribers)

    @property
    def figures(self) -> LiveFigures:
        """How it does."""
        return LiveFigures(len(self._subscribers), len(self._channels), self._lag)

    def wake(self) -> None:
        """Something was committed here: the outbox is read at once."""
        self._wake.set()

    def channel(self, plan: Subscribed, binding: Binding, wanted: Wanted) -> Channel:
        """The channel of all who see the same: by this plan, with the same values in its statements, chosen alike."""
        bound = [view.compiled.bind(binding) for view in plan.views.values()]
        key = (id(plan), orjson.dumps(bound, default=str), frozenset(wanted.ends))
        return self._channels.get(key) or Channel(self.database, self.model, plan, binding, key, self._settings.queue)

    def mailbox(self, plan: Subscribed) -> Mailbox:
        """A mailbox for one who asked for this."""
        return Mailbox(self._settings.queue, latest=plan.feed.by_ids)

    def attach(self, subscriber: Subscriber, position: int) -> bool:
        """From here on the subscriber gets what comes behind the position; False where the others are further already,
        so that it has to read on by itself first."""
        if self._task is None:
            self._position = position
            # It works for all: neither its log lines nor its statements belong to the first one's request.
            self._task = asyncio.create_task(self._run(), context=Context())
        elif self._position > position:
            return False
        subscriber.seen = position
        subscriber.channel = self._channels.setdefault(subscriber.channel.key, subscriber.channel)
        subscriber.channel.join(subscriber.mailbox)
        self._subscribers.add(subscriber)
        return True

    def detach(self, subscriber: Subscriber) -> None:
        """Nothing more for this one; the outbox is read no longer than for the last."""
        if subscriber not in self._subscribers:
            return
        self._subscribers.discard(subscriber)
        if subscriber.channel.leave(subscriber.mailbox):
            self._channels.pop(subscriber.channel.key, None)
        if not self._subscribers:
            self._stop()

    def fail(self, error: CustomerGraphError) -> None:
        """Ends every subscription, with the reason."""
        for subscriber in self._subscribers:
            subscriber.mailbox.fail(error)

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _run(self) -> None:
        while True:
            try:
                if not await self._turn():
                    self._wake.clear()
                    with suppress(TimeoutError):
                        async with asyncio.timeout(self._settings.poll_seconds):
                            await self._wake.wait()
            except (InputError, ConflictError) as gone:
                # Another database stands in the place of the one that was read, or nobody read it for very long.
                self._task = None
                return self.fail(gone)
            except CustomerGraphError as error:
                # Nobody misses anything: the next turn begins where this one did.
                _log.warning("outbox_not_read", reason=str(error))
                await asyncio.sleep(_PAUSE)
            except Exception:
                # A defect must not leave anybody waiting for what nobody reads.
                trace = secrets.token_hex(16)
                _log.exception("unexpected failure", trace=trace)
                self._task = None
                return self.fail(InternalError(trace=trace))

    async def _turn(self) -> bool:
        """Reads what came and hands it round; whether there was anything."""
        self._wake.clear()
        events = await read_events(self.database, self._position)
        if not events:
            return False
        told: list[Told] = []
        needs: frozenset[str] | None = None
        while needs is None or not self._needs() <= needs:
            needs = self._needs()
            told = await tell(self.database, self.model, events, needs)
        for channel in self._channels.values():
            channel.begin()
        for subscriber in self._subscribers:
            behind = (t for t in told if t.event.seq > subscriber.seen)
            if subscriber.mailbox.is_open and (items := [i for t in behind for i in t.items(subscriber.wanted)]):
                subscriber.channel.offer(subscriber.mailbox, items)
        self._position = events[-1].seq
        self._lag = max((datetime.now(UTC) - datetime.fromisoformat(events[-1].at)).total_seconds(), 0.0)
        return True

    def _needs(self) -> frozenset[str]:
        """The types whose ends somebody's choice depends on."""
        return frozenset().union(*(needs(self.model, s.wanted) for s in self._subscribers))


def needs(model: Model, wanted: Wanted) -> frozenset[str]:
    """The types of which the ends must be known to tell whether a subscriber wants a node: those chosen by their ends,
    and relationships, which are shown by them."""
    return wanted.types if wanted.ends else wanted.types & frozenset(model.relationships)
