"""The database as this version of the service needs it: schema reconciled from the model, data migrated by number."""

from graph.migrations.definitions import SEARCH_INDEX, IndexDefinition, required_schema
from graph.migrations.numbered import Migration, migrations
from graph.migrations.upgrade import Status, Upgrade, reconcile, status, upgrade

__all__ = [
    "SEARCH_INDEX",
    "IndexDefinition",
    "Migration",
    "Status",
    "Upgrade",
    "migrations",
    "reconcile",
    "required_schema",
    "status",
    "upgrade",
]
