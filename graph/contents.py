"""What a database holds, as a whole."""

from __future__ import annotations

from graph.client import Database
from graph.model.model import Model


async def is_empty(database: Database, model: Model) -> bool:
    """Whether there is no node of any declared type; the first one found ends the search:

    ```cypher
    MATCH (n:`Brand`|`Category`|`Customer`) RETURN 1 LIMIT 1
    ```
    """
    labels = "|".join(f"`{label}`" for label in sorted(node.label for node in model.nodes.values()))
    return not await database.read(f"MATCH (n:{labels}) RETURN 1 LIMIT 1", {})
