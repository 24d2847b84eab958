"""Connections, edges and figures as the Relay specifications say, made for each type that a field leads to."""

from __future__ import annotations

from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from graph.model.elements import Collection, NodeType, Property
from graph.model.scalars import CURRENCY, DECIMAL, INSTANT, Scalar
from resolvers.types.filters import connection_filter, node_filter
from resolvers.types.orders import connection_order, node_order
from resolvers.types.registry import Registry, Type, argument, field, input_field, many, optional, set_fields


def period_input(registry: Registry) -> Type:
    """`Period`: from one instant to another."""

    def fill(made: Type) -> None:
        instant = registry.scalar(INSTANT)
        set_fields(
            made,
            [
                input_field("from", instant, "The first instant of the period."),
                input_field("to", optional(instant), "The first instant after it; now where none is given."),
            ],
        )

    return registry.input("Period", "A span of time.", fill)


def time_arguments(registry: Registry) -> list[StrawberryArgument]:
    """`asOf` and `during`, which nested fields inherit."""
    instant = registry.scalar(INSTANT)
    return [
        argument("asOf", optional(instant), "Read what was open at this instant; fields below inherit it."),
        argument("during", optional(period_input(registry)), "Read what was open at any time of this period."),
    ]


def page_arguments() -> list[StrawberryArgument]:
    """`first`, `after`, `last`, `before`."""
    return [
        argument(
            "first",
            optional(int),
            "How many from the start; else a default, smaller inside a list.",
        ),
        argument("after", optional(str), "Only what comes after this cursor."),
        argument("last", optional(int), "How many from the end."),
        argument("before", optional(str), "Only what comes before this cursor."),
    ]


def collection_arguments(registry: Registry, collection: Collection) -> list[StrawberryArgument]:
    """The arguments of a connection field of a node."""
    return _arguments(registry, connection_filter(registry, collection), connection_order(registry, collection))


def root_arguments(registry: Registry, node: NodeType) -> list[StrawberryArgument]:
    """The arguments of a root connection."""
    return _arguments(registry, node_filter(registry, node), node_order(registry, node))


def _arguments(registry: Registry, condition: Type, order: Type) -> list[StrawberryArgument]:
    return [
        argument("filter", optional(condition), "Only those that fit."),
        argument(
            "orderBy", optional(many(order)), "The keys of the order, the most important first; the id decides ties."
        ),
        *page_arguments(),
        *time_arguments(registry),
    ]


def page_info(registry: Registry) -> Type:
    """`PageInfo`."""

    def fill(made: Type) -> None:
        set_fields(
            made,
            [
                field("hasNextPage", bool, "Whether there is more after this page."),
                field("hasPreviousPage", bool, "Whether there is more before this page."),
                field("startCursor", optional(str), "The cursor of the first edge; null on an empty page."),
                field("endCursor", optional(str), "The cursor of the last edge; null on an empty page."),
                field(
                    "stoppedEarly",
                    bool,
                    "Whether so few rows fit that looking stopped before the page was full: go on from endCursor, or "
                    "from startCursor with last. extensions.stopped says the same.",
                ),
            ],
        )

    return registry.output("PageInfo", "Where a page stands in its connection.", fill)


def connection(registry: Registry, node: Type, target: NodeType, relationship: str | None = None) -> Type:
    """`CustomerConnection`, or `PartOfOrgUnitConnection` where the relationship has properties."""
    stem = (relationship or "") + target.name

    def fill(made: Type) -> None:
        set_fields(
            made,
            [
                field(
                    "edges",
                    many(_edge(registry, node, stem, relationship)),
                    "The nodes of the page with their cursors.",
                ),
                *_common(registry, node),
                field("aggregate", _aggregate(registry, target), "Figures over the whole set, not only this page."),
            ],
        )

    return registry.output(f"{stem}Connection", f"A page of {target.name} and what is known of the whole set.", fill)


def _common(registry: Registry, node: Type) -> list[StrawberryField]:
    return [
        field("nodes", many(node), "The nodes of the page without cursors."),
        field("pageInfo", page_info(registry), "Where the page stands."),
        field("totalCount", int, "How many there are on all pages; counting stops at a limit."),
        field("totalCountIsExact", bool, "Whether totalCount is all of them; false where counting stopped."),
    ]


def search_connection(registry: Registry, union: Type) -> Type:
    """`SearchResultConnection`."""

    def fill_edge(made: Type) -> None:
        set_fields(
            made,
            [
                field("cursor", str, "The place of this edge, for after and before."),
                field("node", union, "What was found."),
                field("score", float, "How well it fits; comparable within one answer only."),
                field("matchedField", str, "The field that the text was found in."),
            ],
        )

    def fill(made: Type) -> None:
        edge = registry.output("SearchResultEdge", "One thing found and how well it fits.", fill_edge)
        set_fields(made, [field("edges", many(edge), "What was found, best first."), *_common(registry, union)])

    return registry.output("SearchResultConnection", "What a search found, best first.", fill)


def _edge(registry: Registry, node: Type, stem: str, relationship: str | None) -> Type:
    def fill(made: Type) -> None:
        fields = [
            field("cursor", str, "The place of this edge, for after and before."),
            field("node", node, "The node."),
        ]
        if relationship:
            found = registry.model.relationships[relationship]
            fields.extend(property_field(registry, item) for item in found.properties)
        set_fields(made, fields)

    what = registry.model.relationships[relationship].description if relationship else "One place in a connection."
    return registry.output(f"{stem}Edge", what, fill)


def property_field(registry: Registry, item: Property) -> StrawberryField:
    """The field of a stored property."""
    kind = money(registry) if item.scalar.name == "Money" else registry.scalar(item.scalar)
    kind = optional(kind) if item.nullable or item.visible_to else kind
    return field(item.name, kind, item.description, deprecated=item.deprecated)


def money(registry: Registry) -> Type:
    """`Money`: an exact amount with its currency."""

    def fill(made: Type) -> None:
        set_fields(
            made,
            [
                field("amount", registry.scalar(DECIMAL), "The amount in the main unit of the currency."),
                field("currency", registry.scalar(CURRENCY), "The currency."),
            ],
        )

    return registry.output("Money", "An exact amount of one currency.", fill)


def _aggregate(registry: Registry, target: NodeType) -> Type:
    def fill(made: Type) -> None:
        fields = [field("count", int, "How many there are, counted to the end.")]
        for item in target.properties:
            if item.hidden or not (item.scalar.summed or item.scalar is INSTANT or item.scalar.name == "Date"):
                continue
            figures = _figures(registry, item.scalar)
            kind = many(figures) if item.scalar.name == "Money" else figures
            fields.append(field(item.name, kind, item.description, deprecated=item.deprecated))
        set_fields(made, fields)

    return registry.output(f"{target.name}Aggregate", f"Figures over a set of {target.name}.", fill)


def _figures(registry: Registry, scalar: Scalar) -> Type:
    """`DecimalFigures`, `DateTimeFigures`; `MoneyFigures` are those of one currency."""

    def fill(made: Type) -> None:
        money_like = scalar.name == "Money"
        value = registry.scalar(DECIMAL if money_like else scalar)
        fields = []
        if money_like:
            fields.append(field("currency", registry.scalar(CURRENCY), "The currency of these figures."))
            fields.append(field("count", int, "How many amounts there are in this currency."))
        if scalar.summed:
            mean = float if scalar.name == "Float" else registry.scalar(DECIMAL)
            fields.append(field("sum", value, "The exact sum; zero where there are none."))
            fields.append(field("avg", optional(mean), "The sum by the count, rounded half-even to four places."))
        fields.append(field("min", optional(value), "The smallest; null where there are none."))
        fields.append(field("max", optional(value), "The largest; null where there are none."))
        set_fields(made, fields)

    return registry.output(f"{scalar.name}Figures", f"Figures of a set of {scalar.name} values.", fill)
