"""What a text search must find: every word is there, whole, begun or mistyped."""

from __future__ import annotations

import re

from graph.model.values import fold
from tests.oracle.world import Thing

WORDS = 12


def words(text: str) -> list[str]:
    return re.findall("[a-z0-9]+", fold(text))


def finds(text: str, thing: Thing) -> bool:
    """Whether the text finds the node."""
    names = [str(thing.stored[p.name]) for p in thing.type.properties if p.searchable and p.name in thing.stored]
    held = {word for name in names for word in words(name)}
    asked = words(text)[:WORDS]
    return bool(asked) and all(any(_fits(term, word) for word in held) for term in asked)


def found_in(text: str, thing: Thing) -> str:
    """The first searchable property that holds one of the words as they were typed; `name` where none does."""
    asked = words(text)[:WORDS]
    for name in ("name", "sku"):
        if any(term in fold(str(thing.stored.get(name, ""))) for term in asked):
            return name
    return "name"


def _fits(term: str, word: str) -> bool:
    errors = 0 if len(term) < 4 else 1 if len(term) < 8 else 2
    return word.startswith(term) or distance(term, word) <= errors


def distance(one: str, other: str) -> int:
    """Letters to insert, remove, change or swap with their neighbour to come from one word to the other."""
    rows = [list(range(len(other) + 1))]
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            best = min(rows[-1][j] + 1, row[j - 1] + 1, rows[-1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]
