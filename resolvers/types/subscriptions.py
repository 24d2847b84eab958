"""The Subscription type: a field for each feed, and the messages that they send."""

from __future__ import annotations

import strawberry
from strawberry.types.field import StrawberryField

from graph.model.scalars import INSTANT
from resolvers.live.feeds import Feed, feeds
from resolvers.types.objects import type_of
from resolvers.types.registry import Registry, Type, argument, field, many, optional, set_fields

_AFTER = (
    "Where to go on: the text of after of the last message that came. What was written since then comes first. "
    "Without it only what is written from now on comes."
)


def subscription_type(registry: Registry) -> Type:
    """`Subscription`: each field sends messages until the client ends it."""

    def fill(made: Type) -> None:
        set_fields(made, [_field(registry, feed) for feed in feeds(registry.model).values()])

    return registry.output("Subscription", "What is told as it changes, until you end it.", fill)


def _field(registry: Registry, feed: Feed) -> StrawberryField:
    arguments = []
    if feed.by_ids:
        arguments.append(argument("ids", list[strawberry.ID], "Which ones."))
    for name, (_, text) in feed.ends.items():
        kind = strawberry.ID if name in feed.needed else optional(strawberry.ID)
        arguments.append(argument(name, kind, text))
    if feed.of_everything:
        kinds = many(_kind(registry))
        arguments.append(argument("kinds", optional(kinds), "Only what became of things in these ways."))
        text = "Only things of these types of the schema: `Person`, `Customer`, `ReportsTo`."
        arguments.append(argument("types", optional(list[str]), text))
    arguments.append(argument("after", optional(str), _AFTER))
    return field(feed.name, _message(registry, feed), feed.description, arguments)


def _message(registry: Registry, feed: Feed) -> Type:
    def fill(made: Type) -> None:
        text = "What changed, as it is now; null where it is gone."
        if feed.of_everything:
            text = f"{text} Of a relationship, the node it leads from."
        node = optional(type_of(registry, feed.target))
        fields = [
            field("after", str, "Where you stand with this message: give it as after to go on behind it."),
            field("event", _event(registry), "What happened."),
            field(feed.node, node, text),
        ]
        if feed.of_everything:
            fields.append(field("target", node, "Where the changed relationship leads; null for anything else."))
        set_fields(made, fields)

    return registry.output(feed.message, f"One message of {feed.name}.", fill)


def _event(registry: Registry) -> Type:
    def fill(made: Type) -> None:
        set_fields(
            made,
            [
                field("position", str, "Its place among all events; what was written later has a larger number."),
                field("at", registry.scalar(INSTANT), "When it was written."),
                field("kind", _kind(registry), "What became of it."),
                field("type", str, "The type of what changed: `Person`, `ReportsTo`."),
                field("id", strawberry.ID, "The id of what changed, also where that is gone."),
            ],
        )

    return registry.output("ChangeEvent", "What became of one node or relationship.", fill)


def _kind(registry: Registry) -> Type:
    return registry.scalar(registry.model.nodes["Change"].stored("kind").scalar)
