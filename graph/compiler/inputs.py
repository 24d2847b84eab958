"""Argument values that remember what was looked at.

A plan is made for one request and serves all that are alike. What makes two requests alike is exactly what the planner
looked at: whether a variable was given, which fields an input object has, which direction an order takes. `Value` lets
the planner look and notes each look as a guard; whatever it does not look at becomes a parameter of the statement.
A cached plan serves a request when all its guards still hold.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

Variables = Mapping[str, Any]
Reader = Callable[[Variables], Any]


class _Absent:
    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()


@dataclass(slots=True)
class Guards:
    """What was looked at in the variables of the request that a plan is made for."""

    variables: Variables
    probes: dict[tuple[Hashable, ...], tuple[Callable[[Variables], Hashable], Hashable]] = field(default_factory=dict)

    def look(self, name: tuple[Hashable, ...], probe: Callable[[Variables], Hashable]) -> Any:
        """The answer of the probe, noted under its name."""
        answer = probe(self.variables)
        self.probes.setdefault(name, (probe, answer))
        return answer

    def frozen(self) -> tuple[tuple[Callable[[Variables], Hashable], Hashable], ...]:
        """The guards to keep with the plan."""
        return tuple(self.probes.values())


class Value:
    """One argument or a part of it: spelled out in the document, or read from a variable."""

    __slots__ = ("_guards", "_parts", "_path", "read")

    def __init__(
        self,
        guards: Guards,
        read: Reader,
        *,
        path: tuple[Hashable, ...] | None,
        parts: Mapping[str, Value] | list[Value] | None = None,
    ) -> None:
        self._guards = guards
        self._path = path
        self._parts = parts
        self.read = read

    @classmethod
    def constant(cls, guards: Guards, value: object) -> Value:
        """A value that the document spells out; looking at it guards nothing."""
        return cls(guards, lambda _: value, path=None)

    @classmethod
    def variable(cls, guards: Guards, name: str) -> Value:
        """The value of a variable, ABSENT where the request gives none."""
        return cls(guards, lambda variables: variables.get(name, ABSENT), path=(name,))

    @classmethod
    def composed(cls, guards: Guards, parts: Mapping[str, Value] | list[Value]) -> Value:
        """An object or list that the document spells out and whose parts may be variables."""

        def read(variables: Variables) -> Any:
            if isinstance(parts, Mapping):
                return {name: part.read(variables) for name, part in parts.items()}
            return [part.read(variables) for part in parts]

        return cls(guards, read, path=None, parts=parts)

    def look(self, kind: str, probe: Callable[[Any], Hashable]) -> Any:
        """The probe's answer about this value; a guard where the value comes from a variable."""
        if self._path is None:
            return probe(self.read(self._guards.variables))
        read = self.read
        return self._guards.look((kind, *self._path), lambda variables: probe(read(variables)))

    @property
    def given(self) -> bool:
        """Whether there is a value at all, null included."""
        return bool(self.look("given", lambda v: v is not ABSENT))

    @property
    def present(self) -> bool:
        """Whether there is a value other than null."""
        return bool(self.look("present", lambda v: v is not ABSENT and v is not None))

    def peek(self) -> Any:
        """The value itself; the plan then serves requests with this very value only."""
        return self.look("value", lambda v: v)

    def members(self) -> Mapping[str, Value]:
        """The fields of an input object, by name."""
        if isinstance(self._parts, Mapping):
            return self._parts
        names = self.look("fields", tuple)
        return {name: self._member(name) for name in names}

    def items(self) -> list[Value]:
        """The items of a list."""
        if isinstance(self._parts, list):
            return self._parts
        return [self._member(index) for index in range(self.look("length", len))]

    def _member(self, key: Any) -> Value:
        read = self.read
        path = None if self._path is None else (*self._path, key)
        return Value(self._guards, lambda variables: read(variables)[key], path=path)


Arguments = Mapping[str, Value]
