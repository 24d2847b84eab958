"""What can be subscribed to: which nodes a feed tells of, and how its arguments choose among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graph.compiler.planner.context import ListTooLongError
from graph.errors import InputError
from graph.model.model import Model


class UnknownEventTypeError(InputError):
    """A feed is asked for a type that it does not tell of."""

    code = "UNKNOWN_EVENT_TYPE"
    text = "types: there are no events of {given!r}."
    hint = "Name types of the schema that have an id, such as Person, Customer or ReportsTo."


@dataclass(frozen=True, slots=True)
class Feed:
    """One field of `Subscription`: tells of nodes of `target`, each under the field `node` of its message.

    `by_ids` feeds are asked for nodes by id, of which only the latest state matters. `ends` maps arguments to the
    references of the target that must lead to the id given; `needed` are those that must be given. A feed of
    everything can be narrowed to `kinds` and `types`.
    """

    name: str
    target: str
    node: str
    message: str
    description: str
    by_ids: bool = False
    ends: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    needed: frozenset[str] = frozenset()
    of_everything: bool = False


FEEDS: Mapping[str, Feed] = {
    feed.name: feed
    for feed in (
        Feed(
            "partyChanged",
            "Party",
            "party",
            "PartyUpdate",
            "Some parties, each time one of them changes. Whoever is slow to read gets the latest state only.",
            by_ids=True,
        ),
        Feed(
            "customersOf",
            "Customer",
            "customer",
            "CustomerUpdate",
            "The customers of a seller: who becomes one, moves to another stage, or ends.",
            ends={"seller": ("seller", "The id of the seller: an organisation or a unit.")},
            needed=frozenset({"seller"}),
        ),
        Feed(
            "purchases",
            "Purchase",
            "purchase",
            "PurchaseUpdate",
            "Purchases as they are made or changed: those of a buyer, from a seller, or all that you may see.",
            ends={"of": ("buyer", "The id of the buyer."), "from": ("seller", "The id of the seller.")},
        ),
        Feed(
            "events",
            "Node",
            "node",
            "NodeUpdate",
            "Everything that changes, in the order in which it was written.",
            of_everything=True,
        ),
    )
}
"""All feeds by name."""


def feeds(model: Model) -> Mapping[str, Feed]:
    """The feeds whose types the model has; none where it keeps no history, which they are told by."""
    known = {"Node", *model.nodes, *model.interfaces} if "Change" in model.nodes else set()
    return {name: feed for name, feed in FEEDS.items() if feed.target in known}


@dataclass(slots=True)
class Wanted:
    """What a subscriber asked for: nodes of these types, and of them those with these ids, with these nodes at their
    ends (reference to id), with events of these kinds; None where any will do."""

    types: frozenset[str]
    ids: set[str] | None = None
    ends: dict[str, str] = field(default_factory=dict)
    kinds: frozenset[str] | None = None

    @property
    def named(self) -> list[str]:
        """The ids that it names."""
        return [*(self.ids or ()), *self.ends.values()]

    def follow(self, led: Mapping[str, str]) -> None:
        """Goes on with the nodes that those it names became one with."""
        if self.ids is not None:
            self.ids.update([led[id] for id in self.ids if id in led])
        self.ends = {reference: led.get(end, end) for reference, end in self.ends.items()}

    def takes(self, id: str, ends: Mapping[str, str | None]) -> bool:
        """Whether it wants this node of an event whose type and kind it takes."""
        if self.ids is not None and id not in self.ids:
            return False
        return all(ends.get(reference) == end for reference, end in self.ends.items())


def wanted(model: Model, feed: Feed, arguments: Mapping[str, Any], limit: int) -> Wanted:
    """What the arguments of a feed ask for; lists are no longer than `limit`."""
    for name in ("ids", "kinds", "types"):
        if len(arguments.get(name) or ()) > limit:
            raise ListTooLongError(actual=len(arguments[name]), limit=limit)
    types = frozenset(type.name for type in model.concrete(feed.target))
    if feed.of_everything:
        types |= frozenset(model.relationships)
        if (chosen := arguments.get("types")) is not None:
            for name in chosen:
                if name not in types:
                    raise UnknownEventTypeError(given=name[:50])
            types = frozenset(chosen)
    kinds = arguments.get("kinds")
    return Wanted(
        types,
        set(arguments["ids"]) if feed.by_ids else None,
        {reference: arguments[name] for name, (reference, _) in feed.ends.items() if arguments.get(name) is not None},
        None if kinds is None else frozenset(getattr(kind, "name", kind) for kind in kinds),
    )
