"""Paging arguments become a window; cursors carry the values of the order keys and are bound to their order."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from typing import Any

import orjson

from graph.compiler.inputs import Arguments, Value
from graph.compiler.matching import Binding, OrderKey, Param, Window
from graph.compiler.planner.context import ArgumentConflictError, Context, PageSizeError, constant
from graph.errors import InputError


class BadCursorError(InputError):
    """A cursor is not one of ours."""

    code = "BAD_CURSOR"
    text = "{argument}: {cursor!r} is not a cursor of this service."
    hint = "Pass a cursor exactly as an earlier answer gave it, or leave {argument} out."


class CursorOrderError(InputError):
    """A cursor belongs to another order."""

    code = "CURSOR_ORDER"
    text = "{argument}: the cursor was made for another order than this connection has."
    hint = "Keep orderBy the same while you page, or start again without {argument}."


def digest(signature: str) -> str:
    """The short text by which a cursor knows its order."""
    return hashlib.blake2s(signature.encode(), digest_size=4).hexdigest()


def encode_cursor(order: str, values: Sequence[Any]) -> str:
    """The opaque position of a row: digest of the order and the values of its keys."""
    return base64.urlsafe_b64encode(orjson.dumps([order, *values])).rstrip(b"=").decode()


def decode_cursor(argument: str, cursor: object, order: str, kinds: Sequence[tuple[type, bool]]) -> list[Any]:
    """The values of the order keys of a cursor; BadCursorError or CursorOrderError."""
    text = str(cursor)
    try:
        found = orjson.loads(base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True))
    except (binascii.Error, ValueError):
        found = None
    if not isinstance(found, list) or not found or not isinstance(found[0], str):
        raise BadCursorError(argument=argument, cursor=text[:80])
    if found[0] != order or len(found) != len(kinds) + 1:
        raise CursorOrderError(argument=argument)
    for value, (kind, nullable) in zip(found[1:], kinds, strict=True):
        fits = isinstance(value, (int, float) if kind is float else kind) and not isinstance(value, bool)
        if not (fits or (value is None and nullable)):
            raise BadCursorError(argument=argument, cursor=text[:80])
    return found[1:]


def plan_window(
    ctx: Context, arguments: Arguments, order: tuple[OrderKey, ...], own: str | Param, *, peeks: bool
) -> Window:
    """The window of a connection: `first` and `after` from the start, `last` and `before` from the end. `own` is the
    digest that its cursors carry. All of it is checked even where only the whole set is asked about."""
    first, last = _present(arguments, "first"), _present(arguments, "last")
    if first is not None and last is not None:
        raise ArgumentConflictError(first="first", second="last")
    asked = last if last is not None else first
    size = _size(ctx, asked, "last" if last is not None else "first")
    window = Window(
        size=size,
        limit=Param(lambda binding: size.read(binding) + 1) if peeks else size,
        peeks=peeks,
        backward=last is not None,
        after=_position(_present(arguments, "after"), "after", order, own),
        before=_position(_present(arguments, "before"), "before", order, own),
    )
    ctx.checks.extend((size, *(window.after or ()), *(window.before or ())))
    return window


def _present(arguments: Arguments, name: str) -> Value | None:
    value = arguments.get(name)
    return value if value is not None and value.present else None


def _size(ctx: Context, asked: Value | None, argument: str) -> Param:
    limits = ctx.limits
    if asked is None:
        return constant(limits.page_nested if ctx.is_nested else limits.page_default)
    read = asked.read

    def size(binding: Binding) -> int:
        wanted = int(read(binding.variables))
        if not 0 <= wanted <= limits.page_max:
            raise PageSizeError(argument=argument, actual=wanted, limit=limits.page_max)
        return wanted

    return Param(size)


def _position(
    cursor: Value | None, argument: str, order: tuple[OrderKey, ...], own: str | Param
) -> tuple[Param, ...] | None:
    if cursor is None:
        return None
    kinds = [(key.kind, key.nullable) for key in order]
    read = cursor.read

    def values(binding: Binding) -> list[Any]:
        memo = id(values)
        if memo not in binding.memo:
            binding.memo[memo] = decode_cursor(
                argument, read(binding.variables), own.read(binding) if isinstance(own, Param) else own, kinds
            )
        found: list[Any] = binding.memo[memo]
        return found

    return tuple(Param(lambda binding, i=i: values(binding)[i]) for i in range(len(order)))  # type: ignore[misc]  # a default binds i
