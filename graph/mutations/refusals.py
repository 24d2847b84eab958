"""Why a change is refused: what clients are told as data. All other failures are errors of the operation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from graph.api_keys import errors as api_keys
from graph.client.errors import ConstraintViolatedError
from graph.errors import CustomerGraphError, NotAllowedError, NumberOverflowError, all_errors
from graph.merging import errors as merging
from graph.mutations import limits, repeats
from graph.writer import errors

_MODULES = frozenset(module.__name__ for module in (api_keys, errors, limits, merging, repeats))


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing was changed, and the path of the input that it concerns."""

    error: CustomerGraphError
    field: tuple[str, ...]


@cache
def refusal_kinds() -> tuple[type[CustomerGraphError], ...]:
    """Every failure that a client is told as data, in the order of their codes."""
    found = (kind for kind in all_errors() if kind.__module__ in _MODULES)
    known = (*found, NotAllowedError, NumberOverflowError, ConstraintViolatedError)
    return tuple(sorted(known, key=lambda kind: kind.code))


def refusal_codes() -> Mapping[str, str]:
    """Code to its meaning, for all of them."""
    return {kind.code: (kind.__doc__ or "").strip().splitlines()[0] for kind in refusal_kinds()}


def refusal(error: CustomerGraphError, path: tuple[str, ...] = ()) -> Refusal:
    """The failure as data: its field is that of the change, and the field that the error names itself; raises it where
    it is none that clients are told as data."""
    if not isinstance(error, refusal_kinds()):
        raise error
    own = error.values.get("field")
    return Refusal(error, ("input", *path, *((str(own),) if own is not None and own != "id" else ())))
