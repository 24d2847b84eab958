"""Where the outbox stands: asked beside what a screen shows, it is what the screen's subscriptions go on from."""

from __future__ import annotations

from strawberry.types.field import StrawberryField

from graph.events import last_position
from resolvers.procedures.base import Call, Procedure
from resolvers.types.registry import Registry, field


def _field(_registry: Registry) -> StrawberryField:
    text = (
        "Where the events stand, read before anything else of the query: subscribe with it as after, and nothing is "
        "missed between what the query shows and what the subscription tells."
    )
    return field("eventPosition", str, text)


async def _run(call: Call) -> str:
    return str(await last_position(call.database))


PROCEDURE = Procedure("eventPosition", "Query", _field, _run)
