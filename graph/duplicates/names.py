"""Names as words, and how alike two names are.

A name of an organisation is parted into what tells it from others, its lines of business and its form; a person's loses
its title. Words are compared folded; how they were written before is kept, because `Hùng` and `Hưng` are two names
while `Hung` may be either.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import OSA

from graph.duplicates.words import (
    FILLERS,
    FORM_WORDS,
    FREQUENT,
    LONGEST,
    TITLES,
    TRADE_TOKENS,
    TRADE_WORDS,
    UNSPACED,
    Form,
    Place,
    Words,
    undotted,
)
from graph.model.values import words

Kind = Literal["Person", "Organisation", "OrgUnit"]

_WORD = re.compile(r"[^\W_]+")
_APART = re.compile("|".join(re.escape(form) for form in UNSPACED))
_SYLLABLE = re.compile(
    "(?:ngh|ng|nh|ch|gh|gi|kh|ph|th|tr|qu|[bcdghklmnprstvx])?"
    "(?:oa|oe|uy|uye|ue|uo|uoi|uou|ie|ye|ieu|yeu|ia|ua|ai|ay|ao|au|eo|eu|iu|oi|ui|uu|oai|oay|uay|uya|[aeiouy])"
    "(?:ng|nh|ch|[cmnpt])?"
)
"""Folded words that may be Vietnamese. The closed set of syllables makes another syllable another word, where another
word would be a typing error."""

FREQUENT_WEIGHT = 0.5
TRADE_WEIGHT = 0.4
_SCATTERED = 0.97
_OTHER_MARKS = 0.9
_INITIAL = 0.7
_OTHER_SYLLABLE = 0.5
_RUN_TOGETHER = 0.98
_RUN_TOGETHER_WRONG = 0.93
_RUN_TOGETHER_LEAST = 0.75
_NUMBER = 1.5
_LONG = 8
_LEAST = 0.3
"""Words less alike than this are not the same word."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word folded, what it weighs, and the marks that folding took away."""

    text: str
    weight: float
    marks: str


@dataclass(frozen=True, slots=True)
class Name:
    """A name ready to be compared: its own words as they are spelled, and with lines of business as one word each.

    `marked` says whether its writer used marks at all.
    """

    whole: str
    spelled: tuple[str, ...]
    words: tuple[Word, ...]
    forms: frozenset[Form]
    marked: bool


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two names are from 0 to 1, and whether they have the same words in another order."""

    score: float
    scattered: bool


def read_name(kind: Kind, text: str) -> Name:
    """The name of a party of this kind.

    `Công ty TNHH TM Hoàng Long` and `Hoang Long Trading Co., Ltd.` have the same three words and the same form.
    """
    whole = unicodedata.normalize("NFC", text)
    forms: frozenset[Form] = frozenset()
    if kind == "Person":
        spelled = list(_words(_untitled(whole)))
    elif kind == "OrgUnit":
        spelled = list(_words(whole))
    else:
        spelled = list(_words(undotted(_APART.sub(r" \g<0> ", whole))))
        forms = _take_forms(spelled)
    found = _trades(spelled) if kind == "Organisation" else spelled
    return Name(whole, tuple(word.text for word in spelled), tuple(found), forms, any(word.marks for word in spelled))


def _untitled(text: str) -> str:
    """The name without titles before it. They count as they are spelled: `Chú` is a title, `Chu` a family name."""
    found = text.split()
    while len(found) > 2 and found[0].rstrip(".").lower() in TITLES:
        del found[0]
    return " ".join(found)


def _words(text: str) -> Iterable[Word]:
    for raw in _WORD.findall(text.lower()):
        folded = "".join(words(raw))
        if folded:
            marks = "".join(
                sorted(c for c in unicodedata.normalize("NFD", raw) if c == "đ" or unicodedata.combining(c))
            )
            yield Word(folded, FREQUENT_WEIGHT if folded in FREQUENT else 1.0, marks)


def _take_forms(found: list[Word]) -> frozenset[Form]:
    """Takes the forms out of the words, the longest first, unless nothing else would be left."""
    forms: set[Form] = set()
    while taken := _form(tuple(word.text for word in found)):
        start, end, form = taken
        if end - start == len(found):
            break
        forms.add(form)
        del found[start:end]
    return frozenset(forms)


def _form(texts: Words) -> tuple[int, int, Form] | None:
    for size in range(min(LONGEST, len(texts)), 0, -1):
        last = len(texts) - size
        for start in range(last + 1):
            part = texts[start : start + size]
            places = [Place.ANYWHERE]
            if start in (0, last):
                places.append(Place.EDGE)
            if start == last:
                places.append(Place.END)
            for place in places:
                if form := FORM_WORDS[place].get(part):
                    return start, start + size, form
    return None


def _trades(found: Sequence[Word]) -> Iterable[Word]:
    start = 0
    while start < len(found):
        for size in range(min(LONGEST, len(found) - start), 0, -1):
            tokens = TRADE_WORDS.get(tuple(word.text for word in found[start : start + size]))
            if tokens:
                yield from (Word(token, TRADE_WEIGHT, "") for token in tokens)
                start += size
                break
        else:
            if found[start].text not in FILLERS:
                yield found[start]
            start += 1


def telling(name: Name) -> list[str]:
    """The words to search for: without lines of business where at least two others are left."""
    own = [word.text for word in name.words if word.text not in TRADE_TOKENS]
    return own if len(own) > 1 else list(name.spelled)


def likeness(kind: Kind, one: Name, other: Name) -> Likeness:
    """How alike two names are: what they share by weight, over what they share, contradict and leave out.

    A word left over on both sides is a contradiction, and counts twice but for organisations: relatives share all names
    but one, departments all words but one. So does a number that only one side has. Another word that only one side has
    was left out: a middle name costs little, a word of a company's name more, as `Minh Đức` may be the parent of
    `Minh Đức Logistics`.
    """
    if len(one.spelled) != len(other.spelled) and (near := _run_together(one, other)):
        return Likeness(near, scattered=False)
    ones, others = _parted_alike(one.words, other.words), _parted_alike(other.words, one.words)
    pairs = _pairs(ones, others, marked=one.marked and other.marked)
    shared = alike = 0.0
    for left, right, score in pairs:
        weight = (ones[left].weight + others[right].weight) / 2
        shared += weight
        alike += weight * score
    lonely = _left(ones, (left for left, _, _ in pairs)), _left(others, (right for _, right, _ in pairs))
    weights = [sum(word.weight for word in side) for side in lonely]
    factor, omitted = (1.0, 0.5) if kind == "Organisation" else (2.0, 0.3)
    missing = sum(weights) / 2 * factor if all(weights) else sum(weights) * omitted
    if not all(weights):
        missing += sum(_NUMBER for side in lonely for word in side if word.text.isdigit())
    scattered = [right for _, right, _ in sorted(pairs)] != sorted(right for _, right, _ in pairs)
    score = alike / (shared + missing) if pairs else 0.0
    return Likeness(score * (_SCATTERED if scattered else 1), scattered)


def _run_together(one: Name, other: Name) -> float:
    """How alike names are whose letters are the same, but for one at most, and the spaces are not; 0 for others."""
    left, right = "".join(one.spelled), "".join(other.spelled)
    if left == right:
        return _RUN_TOGETHER
    figures = [[char for char in text if char.isdigit()] for text in (left, right)]
    near = (
        max(len(left), len(right)) > _LONG
        and figures[0] == figures[1]
        and OSA.distance(left, right, score_cutoff=1) <= 1
    )
    return _RUN_TOGETHER_WRONG if near else 0.0


def _left(found: Sequence[Word], taken: Iterable[int]) -> list[Word]:
    without = set(taken)
    return [word for place, word in enumerate(found) if place not in without]


def _parted_alike(found: Sequence[Word], other: Sequence[Word]) -> Sequence[Word]:
    """The words, two of them as one where the other name has them as one."""
    if len(found) <= len(other):
        return found
    texts = {word.text for word in found}
    wanted = [word for word in other if word.text not in texts]
    for place in range(len(found) - 1):
        first, second = found[place], found[place + 1]
        both = Word(first.text + second.text, first.weight + second.weight, "".join(sorted(first.marks + second.marks)))
        if any(_alike(both, word, marked=False) >= _RUN_TOGETHER_LEAST for word in wanted):
            return _parted_alike((*found[:place], both, *found[place + 2 :]), other)
    return found


def _pairs(ones: Sequence[Word], others: Sequence[Word], *, marked: bool) -> list[tuple[int, int, float]]:
    """Which words go together, each at most once, the most alike first."""
    possible = [
        (score, -abs(left - right), left, right)
        for left, a in enumerate(ones)
        for right, b in enumerate(others)
        if (score := _alike(a, b, marked=marked)) >= _LEAST
    ]
    possible.sort(reverse=True)
    pairs: list[tuple[int, int, float]] = []
    lefts: set[int] = set()
    rights: set[int] = set()
    for score, _, left, right in possible:
        if left not in lefts and right not in rights:
            lefts.add(left)
            rights.add(right)
            pairs.append((left, right, score))
    return pairs


def _alike(a: Word, b: Word, *, marked: bool) -> float:
    """How alike two words are: 1 for the same, less for an initial or a typing error, 0 for two different words."""
    one, other = a.text, b.text
    if one == other:
        return _OTHER_MARKS if marked and a.marks != b.marks else 1.0
    if one.isdigit() or other.isdigit():
        return 0.0
    if len(one) == 1 or len(other) == 1:
        return _INITIAL if one[0] == other[0] else 0.0
    longest = max(len(one), len(other))
    most = 1 if longest < _LONG else max(2, longest // 4)
    errors = OSA.distance(one, other, score_cutoff=most)
    if errors > most:
        return 0.0
    if longest < _LONG and _SYLLABLE.fullmatch(one) and _SYLLABLE.fullmatch(other):
        same_marks = a.marks.replace("đ", "") == b.marks.replace("đ", "")
        return _OTHER_SYLLABLE if not marked or same_marks else 0.0
    if errors > 1:
        return 0.7
    return 0.6 if longest <= 3 else 0.75 if longest == 4 else 0.85
