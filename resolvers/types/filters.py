"""Filter inputs that follow from the model: one for each type, each kind of value and each relation."""

from __future__ import annotations

from strawberry.types.field import StrawberryField

from graph.compiler.planner.filters import enum_member
from graph.model.elements import Collection, NodeType, Property, Reference, RelationshipType
from graph.model.scalars import DECIMAL, Scalar
from resolvers.types.registry import Registry, Type, input_field, many, optional, set_fields


def value_filter(registry: Registry, scalar: Scalar, *, folded: bool) -> Type:
    """The tests of one kind of value: `StringFilter`, `DecimalFilter`, `LifecycleFilter`."""
    stem = "Decimal" if scalar.name == "Money" else scalar.name
    name = f"Searchable{stem}Filter" if folded else f"{stem}Filter"
    what = f"text of kind {stem}" if folded else stem

    def fill(made: Type) -> None:
        value = registry.scalar(decimal_of(scalar))
        fields = [
            input_field("eq", optional(value), "Is this value."),
            input_field("in", optional(many(value)), "Is one of these values; an empty list fits nothing."),
            input_field("isNull", optional(bool), "True: has no value. False: has one."),
        ]
        if folded:
            fields.append(input_field("contains", optional(str), "Holds this text, case and diacritics ignored."))
            fields.append(
                input_field("startsWith", optional(str), "Starts with this text, case and diacritics ignored.")
            )
        elif scalar.ordered:
            fields.append(input_field("lt", optional(value), "Comes before this value."))
            fields.append(input_field("lte", optional(value), "Is this value or comes before it."))
            fields.append(input_field("gt", optional(value), "Comes after this value."))
            fields.append(input_field("gte", optional(value), "Is this value or comes after it."))
        set_fields(made, fields)

    return registry.input(name, f"Tests of a {what} value; all that are given must hold.", fill)


def decimal_of(scalar: Scalar) -> Scalar:
    """Amounts are tested as decimals; their currency is a property of its own."""
    return DECIMAL if scalar.name == "Money" else scalar


def node_filter(registry: Registry, node: NodeType) -> Type:
    """`CustomerFilter`: properties, references, collections, and how they combine."""
    name = f"{node.name}Filter"

    def fill(made: Type) -> None:
        fields = _logic(made)
        if node.members:
            members = {enum_member(m): registry.model.nodes[m].description for m in node.members}
            enum = registry.enum(f"{node.name}Type", members, f"The types of {node.name}.")
            fields.append(input_field("type", optional(_type_filter(registry, node, enum)), "Which type it is."))
        for item in node.fields.values():
            match item:
                case Property(filterable=True):
                    found = value_filter(registry, item.scalar, folded=item.folded)
                    fields.append(input_field(item.name, optional(found), item.description, deprecated=item.deprecated))
                case Reference() if item.target != "Node":
                    found = node_filter(registry, registry.model.type(item.target))
                    text = f"There is one, and it fits. {item.description}"
                    fields.append(input_field(item.name, optional(found), text, deprecated=item.deprecated))
                case Collection():
                    found = relation_filter(registry, item)
                    fields.append(input_field(item.name, optional(found), item.description, deprecated=item.deprecated))
        set_fields(made, fields)

    return registry.input(name, f"Conditions on {node.name}; all that are given must hold.", fill)


def edge_filter(registry: Registry, relationship: RelationshipType, node: NodeType) -> Type:
    """`RepresentsPartyFilter`: properties of the relationship and of the node at its end."""

    def fill(made: Type) -> None:
        fields = _logic(made)
        for item in relationship.properties:
            if item.filterable:
                found = value_filter(registry, item.scalar, folded=item.folded)
                fields.append(input_field(item.name, optional(found), item.description, deprecated=item.deprecated))
        fields.append(input_field("node", optional(node_filter(registry, node)), "The node at the other end."))
        set_fields(made, fields)

    name = f"{relationship.name}{node.name}Filter"
    return registry.input(name, f"Conditions on {relationship.name} and the {node.name} it leads to.", fill)


def connection_filter(registry: Registry, collection: Collection) -> Type:
    """The filter input of a connection: of its nodes, or of its relationships where they have properties."""
    node = registry.model.type(collection.target)
    if collection.step.relationship:
        return edge_filter(registry, registry.model.relationships[collection.step.relationship], node)
    return node_filter(registry, node)


def relation_filter(registry: Registry, collection: Collection) -> Type:
    """`PurchaseRelationFilter`: some, none, all or a single one of the related fit."""
    stem = (collection.step.relationship or "") + collection.target

    def fill(made: Type) -> None:
        inner = optional(connection_filter(registry, collection))
        set_fields(
            made,
            [
                input_field("some", inner, "At least one fits."),
                input_field("none", inner, "Not one fits."),
                input_field("all", inner, "Each one fits; also true where there are none."),
                input_field("single", inner, "Exactly one fits."),
            ],
        )

    return registry.input(f"{stem}RelationFilter", f"How many of the related {collection.target} must fit.", fill)


def _type_filter(registry: Registry, node: NodeType, enum: Type) -> Type:
    def fill(made: Type) -> None:
        set_fields(
            made,
            [
                input_field("eq", optional(enum), "Is of this type."),
                input_field("in", optional(many(enum)), "Is of one of these types."),
            ],
        )

    return registry.input(f"{node.name}TypeFilter", f"Tests of the type of a {node.name}.", fill)


def _logic(made: Type) -> list[StrawberryField]:
    return [
        input_field("and", optional(many(made)), "All of these hold."),
        input_field("or", optional(many(made)), "One of these holds; an empty list fits nothing."),
        input_field("not", optional(made), "This does not hold; a missing value does not hold."),
    ]
