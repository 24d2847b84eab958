"""The Query type and the schema."""

from __future__ import annotations

from typing import Annotated, Union

import strawberry
from graphql import GraphQLInputObjectType, GraphQLSchema
from strawberry.types.field import StrawberryField

from graph.compiler.planner.filters import enum_member
from graph.compiler.planner.roots import Root, roots
from graph.model.elements import NodeType
from graph.model.model import Model
from resolvers.live.feeds import feeds
from resolvers.procedures.known import PROCEDURES
from resolvers.types.connections import (
    connection,
    page_arguments,
    root_arguments,
    search_connection,
    time_arguments,
)
from resolvers.types.mutations import mutation_type
from resolvers.types.objects import node_by, node_interface, object_type
from resolvers.types.registry import Registry, Type, argument, field, many, optional, set_fields
from resolvers.types.subscriptions import subscription_type


def build_schema(model: Model) -> strawberry.Schema:
    """The whole schema of a model."""
    registry = Registry(model)
    query = registry.output("Query", "Everything that can be asked.", lambda made: _fill_query(registry, made))
    mutation = mutation_type(registry)
    subscription = subscription_type(registry) if feeds(model) else None
    registry.finish()
    objects = [registry.types[name] for name in model.nodes if name in registry.types]
    schema = strawberry.Schema(
        query=query, mutation=mutation, subscription=subscription, types=objects, config=registry.config()
    )
    for made in core_schema(schema).type_map.values():
        declared = made.extensions.get("strawberry-definition")
        if isinstance(made, GraphQLInputObjectType) and declared is not None:
            # Strawberry checks @oneOf in a rule of its own; this lets graphql-core coerce, print and introspect it too.
            made.is_one_of = declared.is_one_of
    return schema


def core_schema(schema: strawberry.Schema) -> GraphQLSchema:
    """The graphql-core schema inside."""
    return schema._schema  # Strawberry has no public name for it


def _fill_query(registry: Registry, made: Type) -> None:
    fields = [_root(registry, name, root) for name, root in roots(registry.model).items()]
    set_fields(made, [*fields, *(p.field(registry) for p in PROCEDURES["Query"].values())])
    for node in registry.model.nodes.values():
        object_type(registry, node)


def _root(registry: Registry, name: str, root: Root) -> StrawberryField:
    match root.kind:
        case "lookup" if root.type:
            by = argument("by", node_by(registry), "Which one.")
            text = f"One {root.type.name}; null where there is none that you may see. {root.type.description}"
            return field(name, optional(object_type(registry, root.type)), text, [by, *time_arguments(registry)])
        case "connection" if root.type:
            kind = connection(registry, object_type(registry, root.type), root.type)
            text = f"All {root.type.name} that you may see. {root.type.description}"
            return field(name, kind, text, root_arguments(registry, root.type))
        case "node":
            # No other argument: Relay's specification says so, and its compiler refetches through no field with more.
            by = argument("id", strawberry.ID, "The id of anything.")
            text = (
                "Anything by its id. It is as it is now: to read at another time, ask nodes, or the type by its name."
            )
            return field(name, optional(node_interface(registry)), text, [by])
        case "nodes":
            ids = argument("ids", list[strawberry.ID], "Ids of anything.")
            text = "Things by their ids, in the order of the ids; null for those unknown."
            return field(name, many(optional(node_interface(registry))), text, [ids, *time_arguments(registry)])
        case "search":
            return _search(registry, name)
        case _:
            return field(name, _viewer(registry), "Who asks.", time_arguments(registry))


def _search(registry: Registry, name: str) -> StrawberryField:
    searchable = registry.model.searchable
    members = tuple(object_type(registry, node) for node in searchable)
    union = registry.once("SearchResult", lambda: _union(members))
    kinds = registry.enum("SearchKind", {enum_member(n.name): n.description for n in searchable}, "What can be found.")
    text = "What fits a text, best first: diacritics and case are ignored, words may be begun or mistyped."
    arguments = [
        argument("text", str, "Any text that a user types."),
        argument("kinds", optional(many(kinds)), "Only these kinds."),
        *page_arguments(),
        *time_arguments(registry),
    ]
    return field(name, search_connection(registry, union), text, arguments)


def _union(members: tuple[Type, ...]) -> Type:
    made = strawberry.union("SearchResult", description="Anything that has a name to search for.")
    return Annotated[Union[members], made]  # noqa: UP007  # the members are known at run time only


def _viewer(registry: Registry) -> Type:
    def fill(made: Type) -> None:
        party: NodeType = registry.model.type("Party")
        set_fields(
            made,
            [
                field("roles", list[str], "The roles of the request's identity."),
                field("limited", bool, "Whether the identity is limited to some organisations."),
                field("party", optional(object_type(registry, party)), "The identity's own party, where it has one."),
                *(p.field(registry) for p in PROCEDURES["Viewer"].values()),
            ],
        )

    return registry.output("Viewer", "The identity that asks.", fill)
