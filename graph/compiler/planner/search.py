"""Text search: any text a user types becomes a safe query over folded names."""

from __future__ import annotations

from dataclasses import replace

from graph.compiler.inputs import Value
from graph.compiler.matching import FullText, HasLabel, Match, OrderKey, Ref
from graph.compiler.plan import MatchedField, Page
from graph.compiler.planner.context import Context, constant, parameter
from graph.compiler.planner.filters import type_of_member
from graph.compiler.planner.pages import make_page
from graph.compiler.selection import Selected
from graph.errors import InputError
from graph.model.values import words

_NOTHING = "(+a -a)"
_MOST_TERMS = 12
_LONGEST = 200


class SearchTextTooLongError(InputError):
    """The searched text is longer than a name can be."""

    code = "SEARCH_TEXT_TOO_LONG"
    text = "The searched text has {actual} characters; at most {limit} are allowed."
    hint = "Search for the rarest words of it."


def search_terms(text: str) -> list[str]:
    """The folded words of a text, at most twelve; folding leaves only letters and digits, so nothing needs escaping."""
    if len(text) > _LONGEST:
        raise SearchTextTooLongError(actual=len(text), limit=_LONGEST)
    return words(text)[:_MOST_TERMS]


def search_query(text: str) -> str:
    """The Lucene query of a text: every word must be there, whole (counts most), as a prefix, or with one typing error
    from four letters on (two from eight).

    `Pho Thin` -> `+(pho^4 OR pho*^2) +(thin^4 OR thin*^2 OR thin~1)`; a text without words finds nothing.
    """
    terms = search_terms(text)
    if not terms:
        return _NOTHING
    return " ".join(f"+({' OR '.join(_ways(term))})" for term in terms)


def _ways(term: str) -> list[str]:
    errors = 0 if len(term) < 4 else 1 if len(term) < 8 else 2
    return [f"{term}^4", f"{term}*^2", *([f"{term}~{errors}"] if errors else [])]


def plan_search(ctx: Context, selected: Selected) -> Page:
    """The page of `search(text, kinds)`, best fit first, over the candidates of the full-text index."""
    text = selected.arguments["text"]
    kinds = selected.arguments.get("kinds")
    full_text = FullText(
        query=parameter(text, search_query),
        terms=parameter(text, search_terms),
        window=constant(ctx.limits.search_window),
    )
    target = replace(ctx.model.anything, members=tuple(node.name for node in ctx.model.searchable))
    match = Match(target=target, full_text=full_text)
    if kinds is not None and kinds.present:
        match.where.append(
            HasLabel(tuple(ctx.model.nodes[type_of_member(ctx, _name(kind))] for kind in ctx.items(kinds)))
        )
    order = (
        OrderKey("score", descending=True, nullable=False, kind=float),
        OrderKey(Ref("id"), descending=False, nullable=False, kind=str),
    )
    return make_page(ctx, match, order, selected)


def matched_field(ctx: Context, full_text: FullText) -> MatchedField:
    """The output `matchedField` over all searchable properties of the model."""
    found = {p.name: p for node in ctx.model.searchable for p in node.properties if p.searchable}
    return MatchedField(full_text.terms, tuple(found.values()))


def _name(value: Value) -> str:
    found = value.peek()
    return str(getattr(found, "name", found))
