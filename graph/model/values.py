"""Values cross the border of the graph in one form each: ids, folded text, exact decimals, UTC instants.

| value | in the graph | for clients |
|---|---|---|
| id | text: type prefix, `_`, UUIDv7 in hex | the same |
| decimal, money | integer of ten-thousandths | canonical decimal text, `12.5` |
| instant | text `2024-03-01T09:30:00.000Z`: sorts as time does, needs no conversion | the same |
| day | text `2024-03-01` | the same |
| name | text in NFC, and beside it the folded key | the text |
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation, localcontext

from anyascii import anyascii
from uuid_utils import uuid7

from graph.errors import InputError, NumberOverflowError

SCALE = 10_000
LARGEST = 2**63 - 1

ID_FORM = "[a-z]{2,5}_[0-9a-f]{32}"
"""What every id looks like, as a regular expression for Python and Cypher."""
_ID = re.compile(ID_FORM)
_WORD = re.compile(r"[a-z0-9]+")
_PLAIN = re.compile(r"(-)?([0-9]{1,14})(?:\.([0-9]{1,4}))?")
"""A decimal as nearly all are written: read without the machinery that the others need."""
_CANONICAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")


class BadValueError(InputError):
    """A value is not of the form that its type asks for."""

    code = "BAD_VALUE"
    text = "{value!r} is not {expected}."
    hint = "For example: {example}."


def new_id(prefix: str) -> str:
    """A fresh id of the type with this prefix; ids of one type sort by the time they were made."""
    return f"{prefix}_{uuid7().hex}"


def id_prefix(value: str) -> str | None:
    """The type prefix of a well-formed id, or None."""
    return value.partition("_")[0] if _ID.fullmatch(value) else None


class _Folded(dict[int, str]):
    """Lower-case ASCII of each character, worked out when it is first met; there are no more than characters."""

    def __missing__(self, code: int) -> str:
        found = self[code] = anyascii(chr(code)).lower()
        return found


_FOLDED = _Folded()


def fold(text: str) -> str:
    """The text as it is searched and ordered: ASCII letters, lower case, single spaces (`Phở  Đức` -> `pho duc`)."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_FOLDED).split())


def words(text: str) -> list[str]:
    """The words of a text as they are searched: folded, letters and digits (`O'Neill, Phở` -> `o`, `neill`, `pho`)."""
    return _WORD.findall(text.lower() if text.isascii() else fold(text))


def plain_text(value: object) -> str:
    """The text in NFC without leading and trailing space, as it is stored."""
    if not isinstance(value, str):
        raise BadValueError(value=value, expected="text", example='"Phở Thìn"')
    return unicodedata.normalize("NFC", value).strip()


def decimal_units(value: object) -> int:
    """Ten-thousandths of a decimal given as text, integer or Decimal; more than four decimal places is an error."""
    if isinstance(value, str) and (plain := _PLAIN.fullmatch(value)):
        sign, whole, part = plain.groups()
        size = int(whole) * SCALE + int((part or "").ljust(4, "0"))
        return -size if sign else size
    if isinstance(value, float):
        exact_text = f'"{Decimal(str(value)):f}"'
        raise BadValueError(value=value, expected=f"exact; give it as text: {exact_text}", example=exact_text)
    try:
        if isinstance(value, bool):
            raise InvalidOperation
        exact = Decimal(str(value).strip())
        with localcontext() as context:
            context.prec = 40
            units = exact * SCALE
            if not units.is_finite() or units != units.to_integral_value():
                raise InvalidOperation
    except (InvalidOperation, ValueError):
        raise BadValueError(value=value, expected="a decimal with at most 4 decimal places", example='"12.5"') from None
    if abs(units) > LARGEST:
        raise BadValueError(value=value, expected="within ±922337203685477.5807", example='"12.5"')
    return int(units)


def decimal_text(units: int) -> str:
    """Canonical decimal text of ten-thousandths: no trailing zeros, no exponent (`125000` -> `12.5`)."""
    whole, part = divmod(abs(units), SCALE)
    text = f"{whole}.{part:04d}".rstrip("0").rstrip(".") if part else str(whole)
    return f"-{text}" if units < 0 else text


def line_amount(quantity: int, unit_price: int, discount: int) -> int:
    """Ten-thousandths of quantity x price x (1 - discount), all given in ten-thousandths, rounded half-even."""
    return half_even(quantity * unit_price * (SCALE - discount), SCALE * SCALE)


def exact_sum(total: int | float) -> int:
    """The database's sum of integers. Where it leaves 64 bits, the database goes on with a rounded float in silence.

    Raises:
        NumberOverflowError: the sum is such a float.
    """
    if isinstance(total, float):
        raise NumberOverflowError
    return total


def average(total: int, count: int) -> int:
    """The exact mean of integers, rounded half-even."""
    return half_even(total, count)


def half_even(numerator: int, denominator: int) -> int:
    """The whole number nearest to the fraction, whose denominator is positive; the even one of two that are as near."""
    whole, rest = divmod(numerator, denominator)
    return whole + (2 * rest > denominator or (2 * rest == denominator and whole % 2 == 1))


def instant_text(value: object) -> str:
    """The UTC instant, to the millisecond, of ISO 8601 text with an offset, or of a day (its start in UTC)."""
    text = str(value).strip()
    try:
        parsed = datetime.fromisoformat(text)
        if _CANONICAL.fullmatch(text):
            return text
        if parsed.tzinfo is None:
            if len(text) > len("2024-03-01"):
                raise ValueError
            parsed = parsed.replace(tzinfo=UTC)
        utc = parsed.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadValueError(
            value=value, expected="an ISO 8601 instant with an offset", example='"2024-03-01T09:30:00Z"'
        ) from None
    return utc.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def earlier(instant: str, by: timedelta) -> str:
    """The instant that lies this much before another one."""
    return instant_text((datetime.fromisoformat(instant) - by).isoformat())


def now_text() -> str:
    """The present instant."""
    return instant_text(datetime.now(UTC).isoformat())


def day_text(value: object) -> str:
    """The day of ISO 8601 text `YYYY-MM-DD`."""
    try:
        return date.fromisoformat(str(value).strip()).isoformat()
    except ValueError:
        raise BadValueError(value=value, expected="a day", example='"2024-03-01"') from None
