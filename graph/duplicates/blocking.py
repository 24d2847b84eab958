"""What to search for: of all parties only those are compared that an index brings together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from graph.duplicates.contacts import bare_tax_number
from graph.duplicates.names import telling
from graph.duplicates.score import Facts

MOST_WORDS = 6
_SHORTEST = 3


@dataclass(frozen=True, slots=True)
class Sought:
    """What may lead from one party to others like it: the full-text query of its name, and values to look up."""

    id: str
    query: str | None
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    tax_numbers: tuple[str, ...]

    @property
    def parameters(self) -> dict[str, object]:
        """As a parameter of the statement."""
        return {
            "id": self.id,
            "query": self.query,
            "emails": list(self.emails),
            "phones": list(self.phones),
            "values": [*self.emails, *self.phones],
            "taxIds": list(self.tax_numbers),
        }


def sought(party: Facts) -> Sought:
    """What leads from a party to others like it."""
    tax = party.tax_number
    country = next((where.country for where in party.places if where.country), None)
    bare = bare_tax_number(tax) if tax else ""
    prefixed = (f"{country}{bare}",) if country else ()
    return Sought(
        party.id,
        name_query(telling(party.name)),
        _once(form for email in party.emails for form in (email, email.lower())),
        _once(party.phones),
        _once((tax, bare, *prefixed)) if tax else (),
    )


def name_query(found: Sequence[str]) -> str | None:
    """The Lucene query for names like the one of these folded words; None for no words.

    All words with a typing error each or as initials, or one word less, or two of them written as one:

    `lan`        -> `(lan^2 OR lan~1)`
    `tran lan`   -> `(+(tran^2 OR tran~1 OR t) +(lan^2 OR lan~1 OR l))^2 (tranlan)`
    `le thi lan` -> `(+(le^2 OR l) +(thi^2 OR thi~1 OR t) +(...))^2 (+le +thi) (+le +lan) (+thi +lan) (+lethi +lan) ...`

    Longer words count, of more than six; what has all words comes before what has fewer. Words are letters and digits,
    so that nothing needs escaping.
    """
    terms = _longest(list(dict.fromkeys(found)), MOST_WORDS)
    if not terms:
        return None
    whole = _all(_ways(term, alone=len(terms) == 1) for term in terms)
    fewer = (_all(some) for some in combinations(terms, len(terms) - 1) if len(some) > 1)
    joined = (
        _all((*terms[:place], terms[place] + terms[place + 1], *terms[place + 2 :])) for place in range(len(terms) - 1)
    )
    return " ".join((f"{whole}^2", *fewer, *joined))


def _ways(term: str, *, alone: bool) -> str:
    """A word, the word with a typing error, and its initial; for an initial, what begins with it.

    Typing errors are the dear part of a query, so that each word is looked for with them once.
    """
    ways = [f"{term}^2"]
    if len(term) >= _SHORTEST and not term.isdigit():
        ways.append(f"{term}~1")
    if not alone and term.isalpha():
        ways.append(term[0] if len(term) > 1 else f"{term}*")
    return f"({' OR '.join(ways)})"


def _all(clauses: Iterable[str]) -> str:
    found = list(clauses)
    return f"({' '.join(f'+{clause}' for clause in found)})" if len(found) > 1 else f"({found[0]})"


def _longest(found: Sequence[str], most: int) -> list[str]:
    kept = set(sorted(found, key=len, reverse=True)[:most])
    return [word for word in found if word in kept][:most]


def _once(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))
