"""The words that statements are made of: Cypher's own and the model's, and none that a client could bring in."""

from __future__ import annotations

import re

from graph.model.elements import Changed
from graph.model.model import Model
from graph.model.ways import Path

_CYPHER = (
    *("AND", "AS", "BY", "CALL", "CASE", "COLLECT", "CONTAINS", "COUNT", "DESC", "ELSE", "END", "EXISTS", "IN", "IS"),
    *("LIMIT", "MATCH", "NOT", "NULL", "OR", "ORDER", "RETURN", "STARTS", "THEN", "WHEN", "WHERE", "WITH", "YIELD"),
    *("any", "coalesce", "collect", "count", "db", "false", "fulltext", "index", "limit", "max", "min", "node"),
    *("queryNodes", "score", "search", "size", "sum", "true", "w"),
    *("ALL", "INDEX", "OPTIONAL", "SKIP", "UNION", "USING"),
)
_VARIABLE = re.compile(r"\$p\d+|[anes]\d+|k\d+_\d+|[cshlmrtx]")
_TOKEN = re.compile(r"\$?\w+")


def strange_words(model: Model, statement: str) -> set[str]:
    """What is in the statement and in neither vocabulary; small whole numbers are the compiler's."""
    known = {*_CYPHER, "key", "currency", "organisationId", "sellerId"}
    nodes = (*model.nodes.values(), *model.interfaces.values())
    properties = [item for node in nodes for item in node.properties]
    properties += [item for relationship in model.relationships.values() for item in relationship.properties]
    known.update(name for item in properties for name in (item.name, item.key))
    for node in nodes:
        known.update(node.labels)
        known.update(step.type for item in node.fields.values() if (step := getattr(item, "step", None)))
        changed = (item for item in node.fields.values() if isinstance(item, Changed))
        known.update(name for item in changed for name in (item.type, item.before, item.after))
        known.update(step.type for way in node.scope or () if isinstance(way, Path) for step in way.steps)
    numbers = {str(n) for n in range(len(model.nodes))}
    words = _TOKEN.findall(statement)
    return {word for word in words if word not in known | numbers and not _VARIABLE.fullmatch(word)}
