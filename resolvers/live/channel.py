"""All who asked alike: an event is read from the graph once for them, and they are handed the same bytes."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Hashable, Iterable, Mapping, Sequence
from contextvars import Context
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

import orjson
import structlog

from graph.client import Database
from graph.compiler.matching import Binding
from graph.errors import CustomerGraphError, InternalError
from graph.model.model import Model
from graph.model.values import id_prefix
from resolvers.executor.procedures import project
from resolvers.live.items import Item
from resolvers.live.mailbox import Mailbox, Message
from resolvers.live.plan import Subscribed
from resolvers.procedures.base import NodeRef

CHUNK = 100
"""Nodes that are read in one statement."""
_log = structlog.get_logger(__name__)


class Channel:
    """Reads items as its members see them: `plan` is made for their class, `binding` holds what else tells them apart.

    What waits to be read is bounded: of a feed by ids only the newest item of each id waits; where more than `limit`
    items of another feed still wait when the next events come, those who wait for them are dropped. One transaction can
    have many nodes, so what comes at once is taken whole.
    """

    def __init__(
        self, database: Database, model: Model, plan: Subscribed, binding: Binding, key: Hashable, limit: int
    ) -> None:
        self.plan = plan
        self.key = key
        self._database = database
        self._model = model
        self._binding = binding
        self._limit = limit
        self._chunk = max(1, min(CHUNK, limit // 2))
        self._is_behind = False
        self._waiting: dict[object, tuple[Item, list[Mailbox]]] = {}
        self._wake = asyncio.Event()
        self._members: set[Mailbox] = set()
        self._task: asyncio.Task[None] | None = None

    def join(self, member: Mailbox) -> None:
        """What is offered to the member from here on reaches it."""
        self._members.add(member)
        if self._task is None:
            self._task = asyncio.create_task(self._run(), context=Context())

    def leave(self, member: Mailbox) -> bool:
        """Takes the member out; whether it was the last one, and the channel ends."""
        self._members.discard(member)
        if not self._members and self._task is not None:
            self._task.cancel()
            self._task = None
        return not self._members

    def begin(self) -> None:
        """More events are about to be offered."""
        self._is_behind = len(self._waiting) > self._limit and not self.plan.feed.by_ids

    def offer(self, member: Mailbox, items: Iterable[Item]) -> None:
        """Has the items read for a member, soon."""
        if self._is_behind:
            member.overflow()
            return
        for item in items:
            key = member.key(item)
            _, others = self._waiting.pop(key, (item, []))
            self._waiting[key] = (item, others if member in others else [*others, member])
        self._wake.set()

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                batch = [self._waiting.pop(key) for key in list(islice(self._waiting, self._chunk))]
                await self._deliver([(item, live) for item, to in batch if (live := [m for m in to if m.is_open])])
                # Whoever is quick takes what there is before more comes.
                await asyncio.sleep(0)

    async def _deliver(self, batch: Sequence[tuple[Item, list[Mailbox]]]) -> None:
        try:
            messages = await self.read([item for item, _ in batch])
        except Exception as failure:
            error = failure if isinstance(failure, CustomerGraphError) else InternalError(trace=secrets.token_hex(16))
            if error is not failure:
                _log.exception("unexpected failure", reason=str(error))
            for member in {member for _, members in batch for member in members}:
                member.fail(error)
            return
        for (item, members), message in zip(batch, messages, strict=True):
            if message is not None:
                for member in members:
                    member.put(item, message)

    async def read(self, items: Sequence[Item]) -> list[Message | None]:
        """A message for each item, None where the members may not see what it tells of."""
        seen = await self._nodes({id for item in items for id in item.shown.values() if id is not None})
        return [self._message(item, seen) if self._is_visible(item, seen) else None for item in items]

    async def _nodes(self, ids: set[str]) -> _Seen:
        groups: dict[str, list[str]] = {}
        for known in sorted(ids):
            if (type := self._type(known)) is not None:
                groups.setdefault(type, []).append(known)
        seen = _Seen({id(part): {} for part in self.plan.shown})
        for type, found in groups.items():
            view = self.plan.views[type]
            if not view.places:
                continue
            written = {str(place): found for place in range(view.places)}
            parameters = view.compiled.bind(replace(self._binding, written=written, memo={}))
            ((row,),) = await self._database.read(view.compiled.text, parameters)
            data = view.compiled.complete(row, parameters, [])
            for place, part in enumerate(self.plan.shown[: view.shown]):
                seen.nodes[id(part)].update(zip(found, data[str(place)], strict=True))
            if not view.is_open:
                seen.ids.update(i for i, node in zip(found, data[str(view.places - 1)], strict=True) if node)
        return seen

    def _type(self, id: str) -> str | None:
        node = self._model.by_prefix.get(id_prefix(id) or "")
        return node.name if node is not None and node.name in self.plan.views else None

    def _is_visible(self, item: Item, seen: _Seen) -> bool:
        for id in item.shown.values():
            type = None if id is None else self._type(id)
            if type is None:
                # Nothing is known of it any more: only who sees everything may learn that it was there.
                if not all(view.is_open for view in self.plan.views.values()):
                    return False
            elif not self.plan.views[type].is_open and id not in seen.ids:
                return False
        return True

    def _message(self, item: Item, seen: _Seen) -> Message:
        event, after = item.event, str(item.position)
        value: dict[str, Any] = {
            "__typename": self.plan.feed.message,
            "after": after,
            "event": {
                "__typename": "ChangeEvent",
                "position": str(event.seq),
                "at": event.at,
                "kind": event.kind,
                "type": event.type,
                "id": item.id,
            },
            self.plan.feed.node: _reference(item.shown.get("node")),
            "target": _reference(item.shown.get("target")),
        }
        data = {self.plan.field.key: project(value, self.plan.field, seen.nodes)}
        return Message(orjson.dumps({"data": data}), after)


def _reference(id: str | None) -> NodeRef | None:
    return None if id is None else NodeRef(id)


@dataclass(slots=True)
class _Seen:
    """Nodes by id, for each selected field that shows them, and the ids of those that may be seen where not all are."""

    nodes: Mapping[int, dict[str, Any]]
    ids: set[str] = field(default_factory=set)
