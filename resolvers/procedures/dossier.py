"""`exportParty`: everything known about one party."""

from __future__ import annotations

from typing import Any

from strawberry.types.field import StrawberryField

from graph.model.scalars import Scalar
from graph.mutations.drafts import name_of
from graph.privacy.dossier import dossier
from resolvers.procedures.base import Call, Procedure
from resolvers.types.objects import node_by
from resolvers.types.registry import Registry, argument, field

JSON = Scalar("JSON", "Any JSON value: objects, lists, texts, numbers.", lambda value: value, ordered=False)


async def _run(call: Call) -> dict[str, Any]:
    call.viewer.must_see_personal("export a party")
    name = name_of(call.arguments["by"])
    found = await dossier(call.database, call.model, "Party", name, limit=call.limits.dossier_max)
    return found.content


def _field(registry: Registry) -> StrawberryField:
    text = (
        "Everything known about one party: its fields under party, what refers to it or tells of it under facts, "
        "its relationships, and its history, oldest first. isComplete is false in it where there is more than is told."
    )
    by = argument("by", node_by(registry), "Which party.")
    return field("exportParty", registry.scalar(JSON), text, [by])


PROCEDURE = Procedure("exportParty", "Query", _field, _run)
