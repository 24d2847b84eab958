"""What e-mail addresses, phone numbers, web sites and tax numbers of two parties say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rapidfuzz.distance import OSA

from graph.duplicates.evidence import (
    MOVED_EMAIL,
    NEAR_EMAIL,
    NEAR_PHONE,
    NEAR_TAX,
    OTHER_EMAIL,
    OTHER_PHONE,
    OTHER_TAX,
    OTHER_WEBSITE,
    SAME_EMAIL,
    SAME_PHONE,
    SAME_TAX,
    SAME_WEBSITE,
    SHARED_EMAIL,
    UNIT_PHONE,
    Evidence,
    Reason,
)
from graph.duplicates.names import Kind
from graph.model.values import words

SHARED_BOXES = frozenset(
    words(
        "admin accounting accounts billing booking cskh contact cs dathang hanhchinh hello help hotro info ketoan "
        "kinhdoanh lienhe mail marketing muahang nhansu office order orders phongkinhdoanh reception sale sales "
        "service support team tuyendung vanphong webmaster"
    )
)
"""What stands before the @ of addresses that no single person reads, in Vietnamese and English."""

_HOST = re.compile(r"^(?:[a-z][a-z0-9+.-]*://)?(?:www\.)?([^/:?#]+)")
_SHORT = 6
"""A part before the @ of fewer letters is somebody else's at another domain."""


def emails(kind: Kind, ones: Sequence[str], others: Sequence[str]) -> Reason | None:
    """The most that any two of the addresses say; case is no difference."""
    return _best(Evidence.EMAIL, (_email(kind, one, other) for one in ones for other in others))


def _email(kind: Kind, one: str, other: str) -> _Found:
    left, right = one.lower(), other.lower()
    box, other_box = left.rpartition("@")[0], right.rpartition("@")[0]
    shared = box in SHARED_BOXES
    if left == right:
        return (SHARED_EMAIL if shared and kind != "Organisation" else SAME_EMAIL), 1.0, one, other
    if shared or other_box in SHARED_BOXES:
        return OTHER_EMAIL, 0.0, one, other
    if (
        OSA.distance(left, right, score_cutoff=1) <= 1
        and max(len(box), len(other_box)) >= _SHORT
        and _figures(box) == _figures(other_box)
    ):
        return NEAR_EMAIL, 0.9, one, other
    if box == other_box and len(box) >= _SHORT:
        return MOVED_EMAIL, 0.7, one, other
    return OTHER_EMAIL, 0.0, one, other


def phones(kind: Kind, ones: Sequence[str], others: Sequence[str]) -> Reason | None:
    """The most that any two of the numbers say."""
    return _best(Evidence.PHONE, (_phone(kind, one, other) for one in ones for other in others))


def _phone(kind: Kind, one: str, other: str) -> _Found:
    left, right = _figures(one), _figures(other)
    if left == right:
        return (UNIT_PHONE if kind == "OrgUnit" else SAME_PHONE), 1.0, one, other
    if OSA.distance(left, right, score_cutoff=1) <= 1:
        return NEAR_PHONE, 0.9, one, other
    return OTHER_PHONE, 0.0, one, other


def website(one: str | None, other: str | None) -> Reason | None:
    """Whether two sites are on one host."""
    if not one or not other:
        return None
    left, right = _HOST.match(one.lower()), _HOST.match(other.lower())
    same = left is not None and right is not None and left[1] == right[1]
    return Reason(Evidence.WEBSITE, float(same), SAME_WEBSITE if same else OTHER_WEBSITE, one, other)


def tax_number(one: str | None, other: str | None) -> Reason | None:
    """Whether two tax numbers are one, with or without separators and the prefix of a country."""
    if not one or not other:
        return None
    left, right = bare_tax_number(one), bare_tax_number(other)
    if left == right:
        score, weight = 1.0, SAME_TAX
    elif OSA.distance(left, right, score_cutoff=1) <= 1:
        score, weight = 0.9, NEAR_TAX
    else:
        score, weight = 0.0, OTHER_TAX
    return Reason(Evidence.TAX_NUMBER, score, weight, one, other)


def bare_tax_number(text: str) -> str:
    """A tax number without separators and without the two letters of a country: `DE 136 695 976` is `136695976`."""
    bare = "".join(char for char in text.upper() if char.isalnum())
    return bare[2:] if len(bare) > 4 and bare[:2].isascii() and bare[:2].isalpha() else bare


_Found = tuple[float, float, str, str]
"""Weight, likeness, and the two values."""


def _best(kind: Evidence, found: Iterable[_Found]) -> Reason | None:
    best = max(found, default=None)
    return None if best is None else Reason(kind, best[1], best[0], best[2], best[3])


def _figures(text: str) -> str:
    return "".join(char for char in text if char.isdigit())
