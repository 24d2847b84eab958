"""Changes: who wrote what and when, for every node and relationship."""

from __future__ import annotations

from graph.model.declare import Connection, changed, extend, inverse, node, prop, ref
from graph.model.scalars import Choice
from graph.model.types import ID, Instant, Node
from graph.model.ways import Behind

HISTORIANS = ("admin", "staff")


class ChangeKind(Choice):
    """What became of a node or relationship."""

    CREATED = "It was written for the first time."
    UPDATED = "Some of its fields hold something else."
    ENDED = "It ended: what it says holds no longer."
    DELETED = "It is gone; its fields say what it held."
    ERASED = "What it held of a party's personal data is gone; its fields say which, without what they held."
    MERGED = "It is one with another one from now on; its fields say what it held."


@node(
    "chg",
    plural="changes",
    scope=(Behind("node", also=("target",)),),
    visible_to=HISTORIANS,
    default_order="at",
    newest_first=True,
    read_only=True,
)
class Change:
    """One change of one node or relationship, newest first. The service writes it in the transaction of the change
    itself and never alters it. What others derive from the change (sums, copies) is no change of its own."""

    id: ID = prop("The id.", filter=True, unique=True)
    at: Instant = prop("When it was written here.", filter=True, order=True)
    by: str = prop("Who wrote it, as its source calls itself: `import`, for one.", filter=True)
    kind: ChangeKind = prop("What became of it.", filter=True)
    type: str = prop("The type of what changed: `Person`, `ReportsTo`.", filter=True)
    affected: int = prop("How many nodes or relationships it tells of: 1, and more where a load made them at once.")
    node: Node | None = ref(
        "CHANGE_OF",
        "The node that changed; of a relationship, the node it leads from. Null where it is gone, where you may not "
        "see it, and where a load made many at once.",
        key=True,
    )
    node_id: ID | None = prop("The id of `node`, also where that is gone.", filter=True)
    target: Node | None = ref(
        "CHANGE_TOWARDS",
        "The node that the changed relationship leads to; null for a change of a node.",
        key=True,
        among=("Party", "Product"),
    )
    target_id: ID | None = prop("The id of `target`, also where that is gone.", filter=True)
    relationship_id: ID | None = prop(
        "The id of the relationship that changed; null for a change of a node.", filter=True, lookup=True
    )
    fields: object = changed(
        "The fields that changed, in the order of their declaration, without those that you may not see. Of what was "
        "created it is empty: a later change says what was there before it.",
        type="type",
        before="before",
        after="after",
        subject="subject_id",
    )


@extend("Base")
class WithHistory:
    """What history adds to every node."""

    history: Connection[Change] = inverse(
        "node", "What was changed about it, newest first; relationships that lead from it belong to it."
    )


class Target:
    """What history adds to nodes that relationships with an id lead to."""

    incoming_history: Connection[Change] = inverse(
        "target", "What was changed about relationships that lead to it from others, newest first."
    )


@extend("Party")
class WithPartyHistory(Target):
    """What history adds to a party."""


@extend("Product")
class WithProductHistory(Target):
    """What history adds to a product."""
