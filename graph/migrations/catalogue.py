"""What indexes and constraints the database has."""

from __future__ import annotations

from dataclasses import dataclass

from graph.client import Database
from graph.migrations.definitions import PREFIX, SEARCH_INDEX, IndexDefinition, Kind

_SHOW = (
    "SHOW INDEXES YIELD name, state, type, entityType, labelsOrTypes, properties, owningConstraint, options "
    "WHERE type <> 'LOOKUP' "
    "RETURN collect([name, state, type, entityType, labelsOrTypes, properties, owningConstraint IS NOT NULL, "
    "options.indexConfig['fulltext.analyzer']])"
)
_KINDS: dict[str, Kind] = {"RANGE": "range", "FULLTEXT": "fulltext"}


@dataclass(frozen=True, slots=True)
class Existing:
    """An index of the database, or a constraint by its index; no definition where it is of a kind we never make."""

    name: str
    state: str
    is_constraint: bool
    definition: IndexDefinition | None

    @property
    def is_ours(self) -> bool:
        """Whether the name is one that only the service gives."""
        return self.name.startswith(PREFIX) or self.name == SEARCH_INDEX

    @property
    def drop(self) -> str:
        """The command that removes it, and does nothing where it is gone: `DROP INDEX `search` IF EXISTS`."""
        name = self.name.replace("`", "``")
        return f"DROP {'CONSTRAINT' if self.is_constraint else 'INDEX'} `{name}` IF EXISTS"


async def existing_schema(database: Database) -> tuple[Existing, ...]:
    """Every index and constraint of the database; constraints come with the index that serves them.

    ```cypher
    SHOW INDEXES YIELD name, state, type, ... WHERE type <> 'LOOKUP' RETURN collect([name, state, type, ...])
    ```
    """
    found = []
    rows = (await database.read(_SHOW, {}))[0][0]
    for name, state, kind, entity, labels, properties, constrains, analyzer in rows:
        known: Kind | None = "unique" if constrains else _KINDS.get(kind)
        definition = known and IndexDefinition(known, entity, tuple(sorted(labels)), tuple(properties), analyzer)
        found.append(Existing(name, state, constrains, definition or None))
    return tuple(found)
