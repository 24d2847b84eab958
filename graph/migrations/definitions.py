"""The constraints and indexes that follow from the model.

| for | what |
|---|---|
| `id` and every unique property of a node type or interface | uniqueness constraint |
| `id` of a relationship type | uniqueness constraint |
| each lookup of a node type or interface | index on it |
| each offered order of a node type or interface | index on (order key, id) |
| each reference whose key is copied | index on (key, id), and on (key, order key, id) for each offered order |
| each path to a viewer's organisation that goes back over such a reference | index on (key, organisation) |
| all searchable types together | one full-text index on the search text |
| what a change holds of somebody | index on whose data it is |
| the nodes that the service keeps for itself | constraint on what they are found by, index on what they grow old by |

A relationship property never gets an index of its own: the planner would rather scan such an index than follow the few
relationships of a node.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from graph.model.elements import Changed, NodeType
from graph.model.model import Model
from graph.model.routes import indexes
from graph.writer.forms import SEARCH_TEXT

Kind = Literal["unique", "range", "fulltext"]
Entity = Literal["NODE", "RELATIONSHIP"]

SEARCH_INDEX = "search"
ANALYZER = "standard-no-stop-words"
"""Splits into words and changes nothing else: the search text is stored folded already."""

PREFIX = "cg_"
_LONGEST_NAME = 80
_OWN_KEYS = (
    ("Lock", "id"),
    ("Counter", "id"),
    ("Event", "seq"),
    ("Migration", "number"),
    ("Request", "id"),
    ("UnfinishedMerge", "id"),
    ("ApiKey", "id"),
)
_OWN_ORDERS = (("Request", "at"),)


@dataclass(frozen=True, slots=True, order=True)
class IndexDefinition:
    """What an index or constraint is, whatever its name in the database.

    `labels` are labels or relationship types, several only for full text. `analyzer` is set for full text alone.
    """

    kind: Kind
    entity: Entity
    labels: tuple[str, ...]
    properties: tuple[str, ...]
    analyzer: str | None = None

    @property
    def name(self) -> str:
        """The name in the database, made of the definition: `cg_range_Customer_sellerId_since_id`."""
        if self.kind == "fulltext":
            return SEARCH_INDEX
        name = PREFIX + "_".join((self.kind, *self.labels, *self.properties))
        if len(name) <= _LONGEST_NAME:
            return name
        digest = hashlib.sha256(name.encode()).hexdigest()[:8]
        return f"{name[: _LONGEST_NAME - 9]}_{digest}"

    @property
    def create(self) -> str:
        """The command that makes it, and does nothing where the name is taken:

        ```cypher
        CREATE CONSTRAINT `cg_unique_Party_id` IF NOT EXISTS FOR (x:`Party`) REQUIRE (x.`id`) IS UNIQUE
        CREATE CONSTRAINT `cg_unique_PART_OF_id` IF NOT EXISTS FOR ()-[x:`PART_OF`]-() REQUIRE (x.`id`) IS UNIQUE
        CREATE INDEX `cg_range_Party_nameKey_id` IF NOT EXISTS FOR (x:`Party`) ON (x.`nameKey`, x.`id`)
        CREATE FULLTEXT INDEX `search` IF NOT EXISTS FOR (x:`Brand`|`Person`) ON EACH [x.`searchText`]
          OPTIONS {indexConfig: {`fulltext.analyzer`: 'standard-no-stop-words'}}
        ```
        """
        labels = "|".join(f"`{label}`" for label in self.labels)
        pattern = f"(x:{labels})" if self.entity == "NODE" else f"()-[x:{labels}]-()"
        properties = ", ".join(f"x.`{p}`" for p in self.properties)
        match self.kind:
            case "unique":
                return f"CREATE CONSTRAINT `{self.name}` IF NOT EXISTS FOR {pattern} REQUIRE ({properties}) IS UNIQUE"
            case "range":
                return f"CREATE INDEX `{self.name}` IF NOT EXISTS FOR {pattern} ON ({properties})"
            case "fulltext":
                return (
                    f"CREATE FULLTEXT INDEX `{self.name}` IF NOT EXISTS FOR {pattern} ON EACH [{properties}] "
                    f"OPTIONS {{indexConfig: {{`fulltext.analyzer`: '{self.analyzer}'}}}}"
                )


def required_schema(model: Model) -> tuple[IndexDefinition, ...]:
    """Every constraint and index that the model asks for, each once, in a stable order."""
    found: set[IndexDefinition] = set()
    for node in (*model.interfaces.values(), *model.nodes.values()):
        found.update(_of_node(node))
    for relationship in model.relationships.values():
        found.update(_unique("RELATIONSHIP", relationship.type, p.name) for p in relationship.properties if p.unique)
    found.update(_range(*index) for index in indexes(model, "organisationId"))
    found.update(_unique("NODE", label, name) for label, name in _OWN_KEYS)
    found.update(_range(label, name) for label, name in _OWN_ORDERS)
    if model.searchable:
        labels = tuple(sorted(node.label for node in model.searchable))
        found.add(IndexDefinition("fulltext", "NODE", labels, (SEARCH_TEXT,), ANALYZER))
    return tuple(sorted(found, key=lambda d: (d.kind != "unique", d.name)))


def _of_node(node: NodeType) -> Iterator[IndexDefinition]:
    for item in node.properties:
        if item.unique:
            yield _unique("NODE", node.label, item.name)
        elif item.lookup:
            yield _range(node.label, item.name)
    for field in node.fields.values():
        if isinstance(field, Changed):
            yield _range(node.label, field.subject)
    orders = [p.key for p in node.orders.values() if not p.unique]
    for key in orders:
        yield _range(node.label, key, "id")
    for reference in node.references:
        if reference.key:
            yield _range(node.label, reference.key, "id")
            for key in orders:
                yield _range(node.label, reference.key, key, "id")


def _unique(entity: Entity, label: str, name: str) -> IndexDefinition:
    return IndexDefinition("unique", entity, (label,), (name,))


def _range(label: str, *properties: str) -> IndexDefinition:
    return IndexDefinition("range", "NODE", (label,), properties)
