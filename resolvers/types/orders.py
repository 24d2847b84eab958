"""Order inputs that follow from the model: offered properties, and figures over related sets."""

from __future__ import annotations

from graph.compiler.planner.orders import measures
from graph.model.elements import Collection, NodeType, RelationshipType
from graph.model.scalars import CURRENCY
from resolvers.types.filters import connection_filter
from resolvers.types.registry import Registry, Type, input_field, optional, set_fields


def direction(registry: Registry) -> Type:
    """`OrderDirection`."""
    members = {"ASC": "Smallest first, A before Z, oldest first.", "DESC": "Largest first, Z before A, newest first."}
    return registry.enum("OrderDirection", members, "The direction of an order. Missing values always come last.")


def node_order(registry: Registry, node: NodeType) -> Type:
    """`CustomerOrder`: one key of an order."""

    def fill(made: Type) -> None:
        way = direction(registry)
        fields = [input_field("id", optional(way), "By id, which is the order in which things were made.")]
        for name, ordered in node.orders.items():
            if name != "id":
                text = ordered.description or f"By the {name} behind it."
                fields.append(input_field(name, optional(way), text, deprecated=ordered.deprecated))
        for item in node.fields.values():
            if isinstance(item, Collection):
                figure = figure_order(registry, item)
                text = f"By a figure over: {item.description}"
                fields.append(input_field(item.name, optional(figure), text, deprecated=item.deprecated))
        set_fields(made, fields)

    text = f"One key of an order of {node.name}; give a list of them for several."
    return registry.input(f"{node.name}Order", text, fill, one_of=True)


def edge_order(registry: Registry, relationship: RelationshipType, node: NodeType) -> Type:
    """`RepresentsPartyOrder`: by the relationship, or by the node at its end."""

    def fill(made: Type) -> None:
        way = direction(registry)
        fields = [
            input_field(item.name, optional(way), item.description, deprecated=item.deprecated)
            for item in relationship.properties
            if item.orderable
        ]
        fields.append(input_field("node", optional(node_order(registry, node)), "By the node at the other end."))
        set_fields(made, fields)

    name = f"{relationship.name}{node.name}Order"
    return registry.input(name, f"One key of an order of {relationship.name}.", fill, one_of=True)


def connection_order(registry: Registry, collection: Collection) -> Type:
    """The order input of a connection."""
    node = registry.model.type(collection.target)
    if collection.step.relationship:
        return edge_order(registry, registry.model.relationships[collection.step.relationship], node)
    return node_order(registry, node)


def figure_order(registry: Registry, collection: Collection) -> Type:
    """`PurchaseFigureOrder`: by count, or by sum, min or max of a property, of those that fit a filter."""
    node = registry.model.type(collection.target)
    stem = (collection.step.relationship or "") + collection.target

    def fill(made: Type) -> None:
        names = {
            name: "How many there are." if item is None else f"The {measure} of: {item.description}"
            for name, (measure, item) in measures(node).items()
        }
        by = registry.enum(f"{node.name}Measure", names, f"A figure over a set of {node.name}.")
        fields = [input_field("by", by, "The figure.")]
        if any(p.scalar.name == "Money" for p in node.properties):
            text = "Only amounts of this currency; needed for figures of money."
            fields.append(input_field("currency", optional(registry.scalar(CURRENCY)), text))
        condition = connection_filter(registry, collection)
        fields.append(input_field("filter", optional(condition), "Only those that fit."))
        way = direction(registry)
        fields.append(input_field("direction", way, "The direction; largest first where none is given.", way.DESC))
        set_fields(made, fields)

    return registry.input(f"{stem}FigureOrder", f"An order by a figure over related {node.name}.", fill)
