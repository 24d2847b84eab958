"""A naive reader of the same schema: graphql-core's own executor over lists of Python objects.

It shares declarations with the service and nothing else: no compiler, no Cypher, no Strawberry. It is slow, and every
line of it can be checked by reading it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from graphql import ExecutionResult, GraphQLResolveInfo, GraphQLSchema, default_field_resolver, execute_sync, parse

from access.viewer import Viewer
from graph.model.elements import Changed, Collection, Computed, NodeType, Pick, Property, Reference
from graph.model.values import instant_text
from tests.oracle.filters import node_fits, row_fits
from tests.oracle.orders import Key, Row, order_keys
from tests.oracle.pages import Connection, Figures, stored_value
from tests.oracle.search import finds, found_in
from tests.oracle.sight import RefusedError, Sight, Time, is_open
from tests.oracle.world import Link, Thing, World

Scores = Mapping[str, Mapping[str, float]]
"""Searched text to the ids that the full-text index finds and how well they fit. Fit is the one thing that is taken
from the database: what must be found, and what not, is decided here."""


class UnexpectedSearchError(AssertionError):
    """The full-text index finds something else than the definition of the search says."""


@dataclass(frozen=True)
class At:
    """A node as met in a query: at which time, and whether in a list."""

    thing: Thing
    time: Time
    is_listed: bool = False


@dataclass(frozen=True)
class Edge:
    """A place in a connection."""

    row: Row
    cursor: str
    node: At
    score: float | None = None
    text: str = ""


@dataclass(frozen=True)
class Oracle:
    """Answers queries of one viewer. `schema` is built from the printed schema and has no resolvers of its own."""

    schema: GraphQLSchema
    world: World
    viewer: Viewer
    now: str
    scores: Scores = field(default_factory=dict)
    sight: Sight = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sight", Sight(self.world, self.viewer))

    def answer(self, query: str, variables: Mapping[str, Any] | None = None, operation: str | None = None) -> Any:
        """The `data` of the response; raises what a resolver raises."""
        result: ExecutionResult = execute_sync(
            self.schema,
            parse(query),
            variable_values=dict(variables or {}),
            operation_name=operation,
            field_resolver=self._field,
            type_resolver=lambda value, _info, _kind: value.thing.type.name,
        )
        for error in result.errors or ():
            raise error.original_error or error
        return result.data

    def _field(self, source: Any, info: GraphQLResolveInfo[Any], /, **arguments: Any) -> Any:
        match source:
            case None:
                return self._root(info.field_name, arguments)
            case At():
                return self._of_node(source, info.field_name, arguments)
            case Edge():
                return self._of_edge(source, info.field_name)
            case Figures():
                return source.get(info.field_name)
            case _:
                return default_field_resolver(source, info, **arguments)

    # roots

    def _root(self, name: str, arguments: Mapping[str, Any]) -> Any:
        time = self._time(arguments, None)
        model = self.world.model
        match name:
            case "viewer":
                party = self.world.things.get(self.viewer.party or "")
                return {
                    "roles": sorted(self.viewer.roles),
                    "limited": self.sight.kind == "organisations",
                    "party": self._seen(party, "Party", time),
                }
            case "node":
                return self._seen(self.world.things.get(arguments["id"]), "Node", time)
            case "nodes":
                nodes = [self._seen(self.world.things.get(id), "Node", time) for id in arguments["ids"]]
                return [at and replace(at, is_listed=True) for at in nodes]
            case "search":
                return self._search(arguments, time)
        for node in (*model.interfaces.values(), *model.nodes.values()):
            if name == node.plural:
                return self._all(node, arguments, time)
            if name == node.name[0].lower() + node.name[1:]:
                by = arguments["by"]
                if "externalKey" in by and not self.sight.allowed(model.nodes["ExternalKey"].visible_to):
                    raise RefusedError("externalKey")
                found = self.world.things.get(by["id"]) if "id" in by else self.world.identified(by["externalKey"])
                return self._seen(found, node.name, time)
        raise KeyError(name)

    def _time(self, arguments: Mapping[str, Any], inherited: Time) -> Time:
        if (moment := arguments.get("asOf")) is not None:
            return instant_text(moment), instant_text(moment), True
        if (period := arguments.get("during")) is not None:
            end = period.get("to")
            return instant_text(period["from"]), self.now if end is None else instant_text(end), False
        return inherited

    def _seen(self, thing: Thing | None, target: str, time: Time) -> At | None:
        if thing is None or thing.type.name not in {t.name for t in self.world.model.concrete(target)}:
            return None
        return At(thing, time) if self.sight.sees(thing) else None

    def _all(self, target: NodeType, arguments: Mapping[str, Any], time: Time) -> Connection:
        rows: list[Row] = [
            (None, thing)
            for thing in self.sight.all(target)
            if (not target.dated or is_open(thing.stored, time))
            and node_fits(self.sight, target, thing, arguments.get("filter"), time)
        ]
        return self._page(target, None, rows, arguments, time)

    def _search(self, arguments: Mapping[str, Any], time: Time) -> Connection:
        text = arguments["text"]
        scores = self.scores[text]
        everything = [t for t in self.world.things.values() if any(p.searchable for p in t.type.properties)]
        right = {t.id for t in everything if finds(text, t)}
        if right != set(scores):
            raise UnexpectedSearchError(f"{text!r}: missing {right - set(scores)}, too many {set(scores) - right}")
        kinds = arguments.get("kinds")
        rows: list[Row] = [
            (None, t)
            for t in everything
            if t.id in right and self.sight.sees(t) and (kinds is None or _member(t.type.name) in kinds)
        ]
        keys = [Key(lambda row: scores[row[1].id], descending=True), Key(lambda row: row[1].id, descending=False)]
        return Connection(
            self.sight,
            self.world.model.anything,
            rows,
            keys,
            arguments,
            lambda row, cursor: Edge(row, cursor, At(row[1], time, True), scores[row[1].id], text),
            lambda row: At(row[1], time, True),
        )

    def _page(
        self,
        target: NodeType,
        relationship: str | None,
        rows: list[Row],
        arguments: Mapping[str, Any],
        time: Time,
        *,
        is_nested: bool = False,
    ) -> Connection:
        return Connection(
            self.sight,
            target,
            rows,
            order_keys(self.sight, target, relationship, arguments.get("orderBy"), time),
            arguments,
            lambda row, cursor: Edge(row, cursor, At(row[1], time, True)),
            lambda row: At(row[1], time, True),
            is_nested,
        )

    # nodes and edges

    def _of_node(self, at: At, name: str, arguments: Mapping[str, Any]) -> Any:
        item = at.thing.type.fields[name]
        time = self._time(arguments, at.time)
        if not self.sight.allowed_of_itself(getattr(item, "visible_to", frozenset())):
            return None
        match item:
            case Property():
                return stored_value(item, at.thing.stored) if self.sight.sees_value(at.thing, item) else None
            case Computed():
                return item.function(*(at.thing.stored.get(n) for n in item.needs))
            case Changed():
                return self.sight.changed(at.thing, item)
            case Reference():
                found = self.sight.behind(at.thing, item, time)
                if item.step.relationship:
                    found.sort(key=lambda row: row[1].id)
                    found.sort(key=lambda row: _begin(row[0]), reverse=True)
                return At(found[0][1], time, at.is_listed) if found else None
            case Collection():
                return self._collection(at, item, arguments, time)
            case Pick():
                return self._pick(at, item, arguments, time)

    def _collection(self, at: At, item: Collection, arguments: Mapping[str, Any], time: Time) -> Connection:
        target = self.world.model.type(item.target)
        condition = arguments.get("filter")
        rows = [
            (link, other)
            for link, other in self.sight.behind(at.thing, item, time)
            if row_fits(self.sight, item, link, other, condition, time)
        ]
        return self._page(target, item.step.relationship, rows, arguments, time, is_nested=at.is_listed)

    def _pick(self, at: At, item: Pick, arguments: Mapping[str, Any], time: Time) -> At | None:
        collection = at.thing.type.fields[item.collection]
        if not isinstance(collection, Collection):
            raise TypeError(item.collection)
        found = [
            other
            for _, other in self.sight.behind(at.thing, collection, time)
            if other.stored.get(item.property) == arguments[item.argument]
        ]
        found.sort(key=lambda other: (other.stored["since"], other.id))
        return At(found[0], time, at.is_listed) if found else None

    def _of_edge(self, edge: Edge, name: str) -> Any:
        if name in ("node", "cursor", "score"):
            return getattr(edge, name)
        if name == "matchedField":
            return found_in(edge.text, edge.row[1])
        link = edge.row[0]
        if link is None:
            raise KeyError(name)
        declared = next(r for r in self.world.model.relationships.values() if r.type == link.type)
        return stored_value(declared.fields[name], link.stored)


def _begin(link: Link | None) -> str:
    return str(link.stored["since"]) if link else ""


def _member(type_name: str) -> str:
    return "".join(f"_{c}" if c.isupper() else c for c in type_name).upper().lstrip("_")
