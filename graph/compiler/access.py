"""How the nodes of a match are reached, and what of its condition is tested row by row.

A connection that starts from a whole type is read along the index of its order. Conditions that narrow this range, or
that an index knows few nodes for, keep the statement small at any size. Every other condition is tested on each row:
it may be rare, so such a page looks at a bounded number of rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from graph.compiler.matching import Aggregated, Both, Compare, Either, Match, OrderKey, Predicate, Ref
from graph.compiler.plan import Aggregate, AggregateField, Edges, Nodes, Page, PageInfo
from graph.model.elements import NodeType

_EQUAL = ("=", "IN")


@dataclass(frozen=True, slots=True)
class Access:
    """`narrow` conditions stand in the MATCH; `tested` ones are for each row that was looked at.

    `lead` is the property whose equality leads the index of the order. `is_whole` says that the match starts from all
    nodes of a type and no index knows few of them: only then is anything tested or bounded.
    """

    narrow: tuple[Predicate, ...]
    tested: tuple[Predicate, ...] = ()
    lead: str | None = None
    is_whole: bool = False


def access(match: Match, order: Sequence[OrderKey]) -> Access:
    """The way to the nodes of a match in this order."""
    everything = (*match.rules, *match.where)
    if match.external_key is not None or match.full_text is not None:
        return Access(everything)
    parts = tuple(_parts(everything))
    if match.step is not None:
        own = match.step.key and _leading(match.target, tuple(_parts(match.rules)))
        return Access(everything, lead=own or match.step.key)
    if any(_finds_few(match.target, part) for part in parts):
        return Access(everything, lead=_leading(match.target, parts))
    asked = tuple(_parts(match.where))
    narrow = tuple(part for part in asked if _is_range(part, order))
    tested = (*match.rules, *(part for part in asked if part not in narrow))
    return Access(narrow, tested, is_whole=True)


def is_ranked(page: Page) -> bool:
    """Whether the page's order is computed."""
    return any(isinstance(key.by, Aggregated) for key in page.order)


def follows_index(found: Access, order: Sequence[OrderKey]) -> bool:
    """Whether the rows of an order come one by one from an index of its key and `id`, and none of them is tested."""
    (*first, _) = order
    stored = [key for key in first if isinstance(key.by, Ref) and key.by.on == "node" and not key.nullable]
    return len(first) == len(stored) == 1 and (found.is_whole or bool(found.lead)) and not found.tested


def scans(page: Page) -> bool:
    """Whether rows of a whole type are tested for the page, and may be too many."""
    asks = any(isinstance(part, (Edges, Nodes, PageInfo)) for _, part in page.parts)
    return asks and not is_ranked(page) and bool(access(page.match, page.order).tested)


def covers(page: Page) -> bool:
    """Whether figures are computed over a whole type: those of an aggregate, or those that the page is ordered by."""
    if not access(page.match, page.order).is_whole:
        return False
    return is_ranked(page) or any(
        isinstance(part, Aggregate) and not knows_count(page.match, part) for _, part in page.parts
    )


def knows_count(match: Match, part: Aggregate | None = None) -> bool:
    """Whether the store knows the count, and nothing else is asked: all nodes of a type, nothing excluded."""
    plain = part is None or not any(isinstance(output, AggregateField) for _, output in part.outputs)
    return plain and not (match.step or match.external_key or match.full_text or match.where or match.rules)


def _parts(items: Iterable[Predicate]) -> Iterator[Predicate]:
    """The conditions that must all hold."""
    for item in items:
        if isinstance(item, Both) or (isinstance(item, Either) and len(item.items) == 1):
            yield from _parts(item.items)
        else:
            yield item


def _finds_few(target: NodeType, item: Predicate) -> bool:
    """Whether an index leads to the few nodes that the condition lets through."""
    match item:
        case Compare(ref=Ref(name=name, on="node"), op=op):
            return op in _EQUAL and name in (*target.lookups, *target.keys)
        case Both(items=items):
            return any(_finds_few(target, part) for part in items)
        case Either(items=items):
            return bool(items) and all(_finds_few(target, part) for part in items)
        case _:
            return False


def _leading(target: NodeType, parts: Sequence[Predicate]) -> str | None:
    for part in parts:
        if isinstance(part, Compare) and part.op == "=" and part.ref.name in target.keys:
            return part.ref.name
    return None


def _is_range(item: Predicate, order: Sequence[OrderKey]) -> bool:
    """Whether the condition bounds the index of the order."""
    return isinstance(item, Compare) and item.ref == order[0].by and item.op != "CONTAINS"
