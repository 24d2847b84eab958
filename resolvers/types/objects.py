"""Object types and interfaces that follow from the node types of a model."""

from __future__ import annotations

from typing import cast

import strawberry
from strawberry.types.field import StrawberryField

from graph.model.elements import Changed, Collection, Computed, Field, NodeType, Pick, Property, Reference
from resolvers.types.connections import collection_arguments, connection, property_field, time_arguments
from resolvers.types.registry import Registry, Type, argument, field, input_field, many, optional, set_fields


def node_interface(registry: Registry) -> Type:
    """`Node`, as the Relay specification says, with the ids as they are, and what else all types have."""

    def fill(made: Type) -> None:
        found = registry.model.anything
        set_fields(made, [_field(registry, found, item) for item in found.fields.values()])

    return registry.output("Node", "Anything with an id.", fill, interface=True)


def node_by(registry: Registry) -> Type:
    """`NodeBy`: one node, by id or by key."""

    def fill(made: Type) -> None:
        set_fields(
            made,
            [
                input_field("id", optional(strawberry.ID), "The id of this service."),
                input_field("externalKey", optional(str), "The key of another system: `northwind:customer:ALFKI`."),
            ],
        )

    return registry.input("NodeBy", "Names one node, in exactly one way.", fill, one_of=True)


def object_type(registry: Registry, node: NodeType) -> Type:
    """The object type of a node type, or the interface type that its members share."""

    def fill(made: Type) -> None:
        interfaces = [
            *(() if node.read_only else (node_interface(registry),)),
            *(object_type(registry, registry.model.type(i)) for i in node.interfaces),
        ]
        fields = [_field(registry, node, item) for item in node.fields.values() if not getattr(item, "hidden", False)]
        set_fields(made, fields, interfaces)

    return registry.output(node.name, node.description, fill, interface=bool(node.members))


def type_of(registry: Registry, name: str) -> Type:
    """The type that a field of this target has."""
    return node_interface(registry) if name == "Node" else object_type(registry, registry.model.type(name))


def _field(registry: Registry, node: NodeType, item: Field) -> StrawberryField:
    made = _made(registry, node, item)
    made.deprecation_reason = item.deprecated
    return made


def _made(registry: Registry, node: NodeType, item: Field) -> StrawberryField:
    match item:
        case Property():
            return property_field(registry, item)
        case Computed():
            kind = registry.scalar(item.scalar)
            return field(item.name, optional(kind) if item.nullable else kind, item.description)
        case Changed():
            return field(item.name, many(_field_change(registry)), item.description)
        case Reference():
            target = type_of(registry, item.target)
            is_sure = not item.nullable and not item.visible_to and registry.model.type(item.target).is_public
            kind = target if is_sure else optional(target)
            arguments = time_arguments(registry) if item.step.relationship else []
            return field(item.name, kind, item.description, arguments)
        case Collection():
            target_type = registry.model.type(item.target)
            kind = connection(registry, type_of(registry, item.target), target_type, item.step.relationship)
            arguments = collection_arguments(registry, item)
            return field(item.name, optional(kind) if item.visible_to else kind, item.description, arguments)
        case Pick():
            target = type_of(registry, cast("Collection", node.fields[item.collection]).target)
            arguments = [argument(item.argument, strawberry.ID, item.argument_description), *time_arguments(registry)]
            return field(item.name, optional(target), item.description, arguments)


def _field_change(registry: Registry) -> Type:
    """`FieldChange`: one field of a change."""

    def fill(made: Type) -> None:
        form = "as text: as the field shows it, an amount of money without its currency, a reference as the id"
        set_fields(
            made,
            [
                field("name", str, "The name of the field."),
                field("before", optional(str), f"What it held before, {form}; null where it held nothing."),
                field("after", optional(str), "What it held after it, in the same form; null where it held nothing."),
            ],
        )

    return registry.output("FieldChange", "What a change did to one field.", fill)
