"""The operations, made from the schema: a type or field that is added is measured without a line here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
)

from bench.scale.samples import Ask, Samples

Composite = GraphQLObjectType | GraphQLInterfaceType


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing to ask."""

    name: str
    query: str
    variables: dict[str, Any] = field(default_factory=dict)


async def operations(schema: GraphQLSchema, ask: Ask, hub: str) -> list[Operation]:
    """Everything that the schema offers, with values that exist in this database."""
    query = schema.query_type
    if query is None:
        raise TypeError("the schema has no query type")
    plurals = {t.name: name for name, f in query.fields.items() if "filter" in f.args and (t := _node_type(f))}
    samples = Samples(ask)
    found: list[Operation] = []
    for name, root in query.fields.items():
        if "first" in root.args and "filter" in root.args:
            found += await _connection(samples, name, root)
        elif "by" in root.args and _is_lookup(root, plurals):
            found += await _single(samples, name, root, hub, plurals)
    found += [
        Operation(
            "search.word", '{ search(text: "nguyen", first: 20) { edges { score node { ... on Node { id } } } } }'
        ),
        Operation(
            "search.prefix", '{ search(text: "ngu", first: 20) { edges { score node { ... on Node { id } } } } }'
        ),
        Operation(
            "search.two-words",
            '{ search(text: "nguyễn ngọc", first: 20) { edges { score node { ... on Node { id } } } } }',
        ),
    ]
    return found


async def _connection(samples: Samples, name: str, root: GraphQLField) -> list[Operation]:
    """Pages, orders, counts and filters of a root connection."""
    if await samples.one(name, "id") is None:
        return []
    found = [
        Operation(f"{name}.first", f"{{ {name}(first: 50) {{ nodes {{ id }} pageInfo {{ hasNextPage }} }} }}"),
        Operation(f"{name}.count", f"{{ {name}(first: 0) {{ totalCount totalCountIsExact }} }}"),
    ]
    cursor = await samples.deep_cursor(name)
    if cursor is not None:
        deep = f"query($after: String) {{ {name}(first: 50, after: $after) {{ nodes {{ id }} }} }}"
        found.append(Operation(f"{name}.deep", deep, {"after": cursor}))
    found += [*_orders(name, root), *_figures(name, root)]
    filter = get_named_type(root.args["filter"].type)
    node = _node_type(root)
    if isinstance(filter, GraphQLInputObjectType) and node is not None:
        declared = f"query($filter: {filter.name}!)"
        page = f"{{ {name}(first: 50, filter: $filter) {{ nodes {{ id }} }} }}"
        count = f"{{ {name}(first: 0, filter: $filter) {{ totalCount totalCountIsExact }} }}"
        async for label, condition in _conditions(samples, name, node, filter):
            given = {"filter": condition}
            found.append(Operation(f"{name}.filter.{label}", f"{declared} {page}", given))
            found.append(Operation(f"{name}.filtered-count.{label}", f"{declared} {count}", given))
    return found


def _orders(name: str, root: GraphQLField) -> Iterator[Operation]:
    order = get_named_type(root.args["orderBy"].type)
    if isinstance(order, GraphQLInputObjectType):
        for key, item in order.fields.items():
            if get_named_type(item.type).name == "OrderDirection":
                for direction in ("ASC", "DESC"):
                    page = f"{{ {name}(first: 50, orderBy: [{{{key}: {direction}}}]) {{ nodes {{ id }} }} }}"
                    yield Operation(f"{name}.order.{key}.{direction.lower()}", page)
            else:
                page = f"{{ {name}(first: 50, orderBy: [{{{key}: {{by: COUNT}}}}]) {{ nodes {{ id }} }} }}"
                yield Operation(f"{name}.order.{key}.count", page)


def _figures(name: str, root: GraphQLField) -> Iterator[Operation]:
    """The whole set's count to the end, and the largest value of its first figure."""
    connection = get_named_type(root.type)
    if isinstance(connection, GraphQLObjectType) and "aggregate" in connection.fields:
        figures = get_named_type(connection.fields["aggregate"].type)
        if isinstance(figures, GraphQLObjectType):
            yield Operation(f"{name}.aggregate.count", f"{{ {name} {{ aggregate {{ count }} }} }}")
            for key in list(figures.fields)[1:2]:
                yield Operation(f"{name}.aggregate.{key}.max", f"{{ {name} {{ aggregate {{ {key} {{ max }} }} }} }}")


async def _conditions(
    samples: Samples, name: str, node: Composite, filter: GraphQLInputObjectType
) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """What each condition shows, and the condition: comparisons with a value that exists, their opposite, relations."""
    for key, item in filter.fields.items():
        kind = get_named_type(item.type)
        if not isinstance(kind, GraphQLInputObjectType) or kind is filter:
            continue
        if "some" in kind.fields:
            for quantifier in ("some", "none"):
                yield f"{key}.{quantifier}", {key: {quantifier: {}}}
        elif key in node.fields and "eq" in kind.fields and is_leaf_type(get_named_type(node.fields[key].type)):
            value = await samples.one(name, key)
            if value is None:
                continue
            yield f"{key}.eq", {key: {"eq": value}}
            yield f"not.{key}.eq", {"not": {key: {"eq": value}}}
            if "gte" in kind.fields:
                yield f"{key}.gte", {key: {"gte": value}}
            if "contains" in kind.fields:
                yield f"{key}.contains", {key: {"contains": str(value)[1:4]}}
                yield f"{key}.startsWith", {key: {"startsWith": str(value)[:3]}}
                yield f"{key}.missing", {key: {"contains": "there is nothing like it"}}


def _is_lookup(root: GraphQLField, plurals: Mapping[str, str]) -> bool:
    """Whether a root field leads to one node of a type; a procedure that takes one leads to something else."""
    return getattr(get_named_type(root.type), "name", "") in plurals


async def _single(
    samples: Samples, name: str, root: GraphQLField, hub: str, plurals: Mapping[str, str]
) -> list[Operation]:
    """A node by id, and each connection below it; the hub stands for all organisations."""
    node = get_named_type(root.type)
    if not isinstance(node, (GraphQLObjectType, GraphQLInterfaceType)):
        return []
    id = hub if name in ("party", "organisation") else await samples.one(plurals[node.name], "id")
    if id is None:
        return []
    found = [Operation(f"{name}.by-id", f"query($id: ID!) {{ {name}(by: {{id: $id}}) {{ id }} }}", {"id": id})]
    for key, item in node.fields.items():
        if "first" in item.args:
            for part, text in (
                ("first", f"{key}(first: 50) {{ nodes {{ id }} pageInfo {{ hasNextPage }} }}"),
                ("count", f"{key}(first: 0) {{ totalCount totalCountIsExact }}"),
            ):
                query = f"query($id: ID!) {{ {name}(by: {{id: $id}}) {{ {text} }} }}"
                found.append(Operation(f"{name}.{key}.{part}", query, {"id": id}))
    return found


def _node_type(root: GraphQLField) -> Composite | None:
    connection = get_named_type(root.type)
    if isinstance(connection, GraphQLObjectType) and "nodes" in connection.fields:
        node = get_named_type(connection.fields["nodes"].type)
        if isinstance(node, (GraphQLObjectType, GraphQLInterfaceType)):
            return node
    return None
