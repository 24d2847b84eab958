"""What a database holds, as a whole."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from graph.client import Database, Transaction
from graph.errors import CustomerGraphError, InputError
from graph.model.model import Model

_log = structlog.get_logger(__name__)
_REPLAN_SECONDS = 60


class NotEmptyError(InputError):
    """There is something in the database already."""

    code = "DATABASE_NOT_EMPTY"
    text = "The database holds data already; a whole graph is written into an empty one only."
    hint = "Name a folder for a new one, such as CUSTOMER_GRAPH_DATA=./another."


async def is_empty(database: Database, model: Model, *, past: bool = False) -> bool:
    """Whether there is no node that clients write, and with `past` no trace of any either: neither history nor events.
    The first one found ends the search:

    ```cypher
    MATCH (n:`Brand`|`Category`|`Customer`) RETURN 1 LIMIT 1
    ```
    """
    names = {node.label for node in (model.nodes if past else model.writable).values()} | ({"Event"} if past else set())
    labels = "|".join(f"`{label}`" for label in sorted(names))
    return not await database.read(f"MATCH (n:{labels}) RETURN 1 LIMIT 1", {})


async def require_empty(database: Database, model: Model, *, past: bool = False) -> None:
    """Raises UnfinishedLoadError or NotEmptyError where the database is not empty, as `is_empty` says."""
    if not await is_empty(database, model, past=past):
        for earlier in await unfinished_loads(database):
            raise UnfinishedLoadError(name=earlier.name, advice=earlier.advice)
        raise NotEmptyError


@dataclass(frozen=True, slots=True)
class Load:
    """A load of many transactions: its name, and what helps where it was interrupted."""

    name: str
    advice: str


class UnfinishedLoadError(InputError):
    """An earlier load was interrupted; what it wrote is still there."""

    code = "LOAD_UNFINISHED"
    text = "The load {name!r} was interrupted, and the database holds only a part of it."
    hint = "{advice}"


async def begin_load(database: Database, load: Load) -> None:
    """From here until `end_load` the database says that the load is not whole, whatever ends it:

    ```cypher
    MERGE (l:UnfinishedLoad {name: $name}) SET l.advice = $advice
    ```
    """
    await _written(database, "MERGE (l:UnfinishedLoad {name: $name}) SET l.advice = $advice", load)


async def end_load(database: Database, load: Load) -> None:
    """The load is whole:

    ```cypher
    MATCH (l:UnfinishedLoad {name: $name}) DELETE l
    ```
    """
    await _written(database, "MATCH (l:UnfinishedLoad {name: $name}) DELETE l", load)


async def unfinished_loads(database: Database) -> tuple[Load, ...]:
    """The loads that began and did not end, by name:

    ```cypher
    MATCH (l:UnfinishedLoad) RETURN l.name, coalesce(l.advice, '') ORDER BY l.name
    ```
    """
    text = "MATCH (l:UnfinishedLoad) RETURN l.name, coalesce(l.advice, '') ORDER BY l.name"
    return tuple(Load(name, advice) for name, advice in await database.read(text, {}))


async def unfinished_merges(database: Database) -> tuple[tuple[str, str], ...]:
    """Id of each node that is on its way to become one with another (graph/merging), and the id of that one:

    ```cypher
    MATCH (m:UnfinishedMerge) RETURN m.id, m.into ORDER BY m.id
    ```
    """
    rows = await database.read("MATCH (m:UnfinishedMerge) RETURN m.id, m.into ORDER BY m.id", {})
    return tuple((id, into) for id, into in rows)


async def replan(database: Database) -> None:
    """Plans are made anew from what the graph holds now, for after a large load; a database that does not allow it goes
    on with its old plans until it notices by itself:

    ```cypher
    CALL db.prepareForReplanning(60)
    ```
    """
    text = f"CALL db.prepareForReplanning({_REPLAN_SECONDS})"
    try:
        await database.run_implicit(text, seconds=_REPLAN_SECONDS)
    except CustomerGraphError as error:
        _log.warning("plans_kept", reason=str(error))


async def _written(database: Database, text: str, load: Load) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.run(text, {"name": load.name, "advice": load.advice})

    await database.write(work)
