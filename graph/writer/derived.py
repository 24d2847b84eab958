"""What every derived value is: one declaration each, used by the writer to keep it and by the check to prove it.

A `Derived` value is a Cypher expression over its node `n`. A `Local` one follows from stored properties of the same
node alone. Copies (`Property.copy_of`) follow from the model and are added by `derived_values`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from graphlib import TopologicalSorter

from graph.model.elements import NodeType, Property
from graph.model.model import Model
from graph.model.values import line_amount


@dataclass(frozen=True, slots=True)
class Local:
    """A value computed from stored properties of the same node, `id` included."""

    type: str
    property: str
    sentence: str
    needs: tuple[str, ...]
    function: Callable[..., object]


@dataclass(frozen=True, slots=True)
class Trigger:
    """A change of these fields of a node or relationship type (also making one) concerns the nodes `n` at the end of
    the path from the changed node `m` (of a relationship: its source). Fields are properties, or references by name.
    A new `bare` node concerns nothing yet: what it passes on is referred to it, and those references are changes too.
    """

    type: str
    fields: tuple[str, ...]
    path: str
    bare: bool = False

    @property
    def passes_over_new(self) -> bool:
        """Whether making such a node concerns nothing: it is bare, or the path leads to nodes that refer to it. Only
        its own batch can refer to a new node, and there the reference itself is the change."""
        return self.bare or self.path.startswith("(m)<-")


@dataclass(frozen=True, slots=True)
class Derived:
    """A stored value that follows from the graph around its node.

    `own` names the fields of the node itself that it depends on. `locks` names references whose nodes, where they have
    the label, are locked while a node is written, so that a concurrent change of theirs cannot be missed.
    """

    type: str
    property: str
    sentence: str
    expression: str
    own: tuple[str, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    locks: tuple[tuple[str, str], ...] = ()


LOCAL = (
    Local("Organisation", "organisationId", "An organisation keeps itself.", ("id",), str),
    Local(
        "PurchaseLine",
        "amount",
        "Quantity times price less discount, rounded half-even to four places.",
        ("quantity", "unitPrice", "discount"),
        line_amount,
    ),
)

_SUM_OF_LINES = "reduce(total = 0, amount IN [(n)<-[:LINE_OF]-(line:PurchaseLine) | line.amount] | total + amount)"
_LINES = Trigger("PurchaseLine", ("amount", "purchase"), "(m)-[:LINE_OF]->(n:Purchase)")


DERIVED = (
    Derived(
        "OrgUnit",
        "organisationId",
        "The organisation at the end of its open PART_OF chain; none while it belongs to no organisation.",
        "head([(n)-[parts:PART_OF*1..]->(top:Organisation)"
        " WHERE all(part IN parts WHERE part.until IS NULL) | top.id])",
        triggers=(Trigger("PartOf", ("until",), "(m)<-[:PART_OF*0..]-(n:OrgUnit)"),),
    ),
    Derived(
        "Customer",
        "scope",
        "INTERNAL when the party is a unit of the seller's organisation or a person with an open employment in it.",
        "CASE WHEN EXISTS { MATCH (n)-[:PARTY]->(party:Party) WHERE (party:OrgUnit AND party.organisationId ="
        " n.organisationId) OR EXISTS { MATCH (party)<-[:PARTY]-(work:Employment) WHERE work.until IS NULL AND"
        " work.organisationId = n.organisationId } } THEN 'INTERNAL' ELSE 'EXTERNAL' END",
        own=("party", "organisationId"),
        triggers=(
            Trigger("OrgUnit", ("organisationId",), "(m)<-[:PARTY]-(n:Customer)"),
            Trigger("Employment", ("person", "until", "organisationId"), "(m)-[:PARTY]->()<-[:PARTY]-(n:Customer)"),
        ),
    ),
    Derived(
        "Referral",
        "kind",
        "ADVOCACY when the referrer worked for the programme's organisation at the time of the referral.",
        "CASE WHEN EXISTS { MATCH (n)-[:REFERRER]->()<-[:PARTY]-(work:Employment) WHERE work.organisationId ="
        " n.organisationId AND work.since <= n.since AND (work.until IS NULL OR work.until > n.since) }"
        " THEN 'ADVOCACY' ELSE 'CUSTOMER' END",
        own=("referrer", "organisationId", "since"),
        triggers=(
            Trigger(
                "Employment",
                ("person", "since", "until", "organisationId"),
                "(m)-[:PARTY]->()<-[:REFERRER]-(n:Referral)",
            ),
        ),
        locks=(("referrer", "Person"),),
    ),
    Derived("Purchase", "gross", "The sum of its lines after discounts.", _SUM_OF_LINES, triggers=(_LINES,)),
    Derived(
        "Purchase",
        "refunded",
        "What was paid back for its lines.",
        "reduce(total = 0, amount IN [(n)<-[:LINE_OF]-()<-[:REFUND_OF]-(refund:Refund) | refund.amount]"
        " | total + amount)",
        triggers=(
            Trigger("Refund", ("amount", "line"), "(m)-[:REFUND_OF]->()-[:LINE_OF]->(n:Purchase)"),
            Trigger("PurchaseLine", ("purchase",), "(m)-[:LINE_OF]->(n:Purchase)", bare=True),
        ),
    ),
    Derived("Purchase", "net", "Gross less refunds.", "n.gross - n.refunded", own=("gross", "refunded")),
    Derived(
        "PurchaseLine",
        "currency",
        "The currency of its purchase.",
        "head([(n)-[:LINE_OF]->(whole:Purchase) | whole.currency])",
        own=("purchase",),
        triggers=(Trigger("Purchase", ("currency",), "(m)<-[:LINE_OF]-(n:PurchaseLine)"),),
    ),
    Derived(
        "Refund",
        "currency",
        "The currency of its line.",
        "head([(n)-[:REFUND_OF]->(line:PurchaseLine) | line.currency])",
        own=("line",),
        triggers=(Trigger("PurchaseLine", ("currency",), "(m)<-[:REFUND_OF]-(n:Refund)"),),
        locks=(("line", "PurchaseLine"),),
    ),
)


_KNOWN: dict[int, tuple[Model, tuple[Derived, ...]]] = {}


def derived_values(model: Model) -> tuple[Derived, ...]:
    """Every derived value of the model, in the order in which they follow from one another: what copies repeat, the
    copies, and the others. Worked out once: every transaction asks for them."""
    held, found = _KNOWN.get(id(model), (None, ()))
    if held is not model:
        found = _derived_values(model)
        _KNOWN[id(model)] = model, found
    return found


def _derived_values(model: Model) -> tuple[Derived, ...]:
    copies = tuple(_copies(model))
    repeated = {(trigger.type, name) for copy in copies for trigger in copy.triggers for name in trigger.fields}
    known = [d for d in DERIVED if d.type in model.nodes]
    first = [d for d in known if (d.type, d.property) in repeated]
    return (*first, *copies, *(d for d in known if d not in first))


def _copies(model: Model) -> Iterator[Derived]:
    """Each copy after those that it repeats."""
    found: dict[tuple[str, str], tuple[NodeType, Property, tuple[str, str]]] = {}
    order: TopologicalSorter[tuple[str, str]] = TopologicalSorter()
    for node in model.nodes.values():
        for item in node.properties:
            if item.copy_of is not None and item.copy_of[1] != "id":
                found[node.name, item.name] = node, item, item.copy_of
                behind = model.concrete(node.reference(item.copy_of[0]).target)
                order.add((node.name, item.name), *((type.name, item.copy_of[1]) for type in behind))
    return (_copy(model, *found[key]) for key in order.static_order() if key in found)


def _copy(model: Model, node: NodeType, item: Property, copy_of: tuple[str, str]) -> Derived:
    """A copy repeats what orders and text searches use of its source: the folded key of a name. Of the types that may
    stand behind the reference only those are looked at on which the value can change."""
    reference = node.reference(copy_of[0])
    source = model.type(reference.target).stored(copy_of[1])
    changing = {d.type for d in DERIVED if d.property == source.name}
    changing |= {t.name for t in model.nodes.values() if any(p.name == source.name and p.copy_of for p in t.properties)}
    step, key = reference.step.type, source.key
    sources = [t for t in model.concrete(reference.target) if not source.derived or t.name in changing]
    return Derived(
        node.name,
        item.key,
        f"{copy_of[1]} of its {copy_of[0]}.",
        f"head([(n)-[:{step}]->(source:{':'.join(model.type(reference.target).labels)}) | source.{key}])",
        own=(reference.name,),
        triggers=tuple(Trigger(s.name, (copy_of[1],), f"(m)<-[:{step}]-(n:{node.label})") for s in sources),
        locks=tuple((reference.name, s.label) for s in sources),
    )
