"""What a database holds, as a whole."""

from __future__ import annotations

import structlog

from graph.client import Database, Transaction
from graph.errors import CustomerGraphError
from graph.model.model import Model

_log = structlog.get_logger(__name__)
_REPLAN_SECONDS = 60


async def is_empty(database: Database, model: Model) -> bool:
    """Whether there is no node of any declared type; the first one found ends the search:

    ```cypher
    MATCH (n:`Brand`|`Category`|`Customer`) RETURN 1 LIMIT 1
    ```
    """
    labels = "|".join(f"`{label}`" for label in sorted(node.label for node in model.nodes.values()))
    return not await database.read(f"MATCH (n:{labels}) RETURN 1 LIMIT 1", {})


async def begin_load(database: Database, name: str) -> None:
    """From here until `end_load` the database says that a load of this name is not whole, whatever ends it:

    ```cypher
    MERGE (l:UnfinishedLoad {name: $name}) RETURN 1
    ```
    """
    await _written(database, "MERGE (l:UnfinishedLoad {name: $name}) RETURN 1", name)


async def end_load(database: Database, name: str) -> None:
    """The load of this name is whole:

    ```cypher
    MATCH (l:UnfinishedLoad {name: $name}) DELETE l
    ```
    """
    await _written(database, "MATCH (l:UnfinishedLoad {name: $name}) DELETE l", name)


async def is_unfinished(database: Database, name: str) -> bool:
    """Whether a load of this name began and did not end:

    ```cypher
    MATCH (l:UnfinishedLoad {name: $name}) RETURN 1 LIMIT 1
    ```
    """
    return bool(await database.read("MATCH (l:UnfinishedLoad {name: $name}) RETURN 1 LIMIT 1", {"name": name}))


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


async def _written(database: Database, text: str, name: str) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.run(text, {"name": name})

    await database.write(work)
