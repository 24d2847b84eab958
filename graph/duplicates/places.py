"""What addresses and days of birth of two parties say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from graph.duplicates.evidence import (
    FIRST_OF_YEAR,
    NEAR_BIRTH,
    OTHER_ADDRESS,
    OTHER_BIRTH,
    OTHER_CITY,
    OTHER_COUNTRY,
    SAME_ADDRESS,
    SAME_BIRTH,
    SAME_CITY,
    SAME_STREET,
    UNIT_ADDRESS,
    Evidence,
    Reason,
)
from graph.duplicates.names import Kind
from graph.model.values import words

_KINDS_OF_STREET = frozenset(
    words(
        "số nhà đường phố phường quận huyện xã thôn ấp khóm tổ khu tỉnh thành tp p q đ d kp thị trấn tx h "
        "street st road rd avenue ave av lane ln no number rue straße str strasse"
    )
)
"""What an address may say or leave out: `52 Nguyễn Hữu Huân` is `Số 52 phố Nguyễn Hữu Huân`."""
_SHORT = {"kcn": "khu cong nghiep", "kdt": "khu do thi", "ccn": "cum cong nghiep", "ql": "quoc lo", "tl": "tinh lo"}
_STREET_ENDS = re.compile(r"(?<=\w{3})str(?:asse)?$")
_OF_CITY = frozenset(words("thành phố tp tỉnh city thị xã tx"))
_CITIES = {
    "hcm": "hochiminh",
    "hcmc": "hochiminh",
    "saigon": "hochiminh",
    "sg": "hochiminh",
    "hn": "hanoi",
    "dn": "danang",
}
_SAME, _ALIKE = 85.0, 70.0


@dataclass(frozen=True, slots=True)
class Where:
    """One address as it is stored."""

    street: str | None
    city: str | None
    country: str | None


def streets(kind: Kind, ones: Sequence[Where], others: Sequence[Where]) -> Reason | None:
    """The most that any two of the streets say; a street of the same name in another city is another street."""
    best: Reason | None = None
    for one in ones:
        for other in others:
            if one.street and other.street and not _differ(one.city, other.city):
                found = _street(one.street, other.street)
                best = found if best is None or found.weight > best.weight else best
    if best is not None and kind == "OrgUnit" and best.weight > UNIT_ADDRESS:
        return replace(best, weight=UNIT_ADDRESS)
    return best


def _street(one: str, other: str) -> Reason:
    left, right = _read(one), _read(other)
    score = fuzz.token_set_ratio(" ".join(left), " ".join(right))
    numbers, others = _numbers(left), _numbers(right)
    if score >= _SAME and (numbers[:1] == others[:1] or not numbers or not others):
        return Reason(Evidence.ADDRESS, score / 100, SAME_ADDRESS if numbers and others else SAME_STREET, one, other)
    if score >= _ALIKE:
        return Reason(Evidence.ADDRESS, score / 100, 0.0 if numbers != others else SAME_STREET, one, other)
    return Reason(Evidence.ADDRESS, score / 100, OTHER_ADDRESS, one, other)


def _read(street: str) -> list[str]:
    found = (_STREET_ENDS.sub("", _SHORT.get(word, word)) for word in words(street))
    return [part for word in found for part in word.split() if part not in _KINDS_OF_STREET]


def _numbers(found: Sequence[str]) -> list[str]:
    return [word for word in found if any(char.isdigit() for char in word)]


def cities(ones: Sequence[Where], others: Sequence[Where]) -> Reason | None:
    """The most that any two of the cities say; countries where a city is not known on both sides."""
    best: Reason | None = None
    for one in ones:
        for other in others:
            found = _city(one, other)
            if found is not None and (best is None or found.weight > best.weight):
                best = found
    return best


def _city(one: Where, other: Where) -> Reason | None:
    if one.country and other.country and one.country != other.country:
        return Reason(Evidence.PLACE, 0.0, OTHER_COUNTRY, one.country, other.country)
    if not one.city or not other.city:
        return None
    if _differ(one.city, other.city):
        return Reason(Evidence.PLACE, 0.0, OTHER_CITY, one.city, other.city)
    return Reason(Evidence.PLACE, 1.0, SAME_CITY, one.city, other.city)


def _differ(one: str | None, other: str | None) -> bool:
    if not one or not other:
        return False
    left, right = _city_name(one), _city_name(other)
    return left != right and OSA.distance(left, right, score_cutoff=1) > (1 if len(left) >= 5 else 0)


def _city_name(text: str) -> str:
    """`TP. Hồ Chí Minh`, `Ho Chi Minh City` and `Sài Gòn` are one city."""
    found = "".join(word for word in words(text) if word not in _OF_CITY)
    return _CITIES.get(found, found)


def birth_dates(one: str | None, other: str | None) -> Reason | None:
    """What two days of birth say: one digit wrong, or day and month in each other's place, is a slip of the pen."""
    if not one or not other:
        return None
    if one == other:
        first = one.endswith("-01-01")
        return Reason(Evidence.BIRTH_DATE, 1.0, FIRST_OF_YEAR if first else SAME_BIRTH, one, other)
    year, month, day = one.split("-")
    turned = other == f"{year}-{day}-{month}"
    if turned or OSA.distance(one, other, score_cutoff=1) <= 1:
        return Reason(Evidence.BIRTH_DATE, 0.8, NEAR_BIRTH, one, other)
    return Reason(Evidence.BIRTH_DATE, 0.0, OTHER_BIRTH, one, other)
