"""The id of a node that became one with another one is a key of that one, so that whoever holds it still finds it."""

from __future__ import annotations

from collections.abc import Iterable

from graph.client import Database, Transaction
from graph.model.model import Model
from graph.model.values import now_text
from graph.writer.reading import IDENTIFIED, resolve
from graph.writer.work import Work


async def led_by(database: Database, ids: Iterable[str]) -> dict[str, str]:
    """Where ids lead that are no node's any more, as keys (`IDENTIFIED`); those that lead nowhere are absent."""
    ((found,),) = await database.read(IDENTIFIED, {"keys": list(ids)})
    return dict(found)


async def resolved(database: Database, model: Model, name: str) -> str:
    """The id behind an id or key, also behind one of a node that is gone; what leads nowhere is given back as it is."""

    async def read(transaction: Transaction) -> str:
        work = Work(model, now_text())
        await resolve(transaction, work, [name])
        return work.id_of(name) or name

    return await database.read_together(read)
