"""What every planning function needs to know."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from graph.compiler.inputs import Arguments, Value
from graph.compiler.matching import Binding, Param, Period, Ref
from graph.errors import InputError, LimitError
from graph.model.elements import Property
from graph.model.model import Model
from graph.model.scalars import Scalar
from graph.model.values import now_text


@dataclass(frozen=True, slots=True)
class Audience:
    """The class of viewer that a plan is made for: its roles, and whether it sees all, what belongs to some
    organisations, or what is its own. A plan for one audience never serves another. One that aims at a `change` finds
    what the viewer may change of what it sees."""

    roles: frozenset[str] = frozenset({"admin"})
    sight: Literal["all", "organisations", "own"] = "all"
    aim: Literal["see", "change"] = "see"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one operation may ask for.

    Page sizes multiply down a selection, so a page inside another list is smaller where the client names no size: an
    organisation chart of four levels fits, and a flood of pages does not. Depth is paid for by the database's planner,
    most of all for viewers with a narrow sight: twenty levels cover that chart with edges and nodes.

    What no index answers is bounded twice: a page or a count of a whole type tests `scan_max` rows, then stops and says
    so; figures over a whole type, and orders by them, cover `set_max` rows or are refused. One mutation makes or
    changes `changes_max` nodes and relationships, and one import takes `import_max` rows; one that goes in steps stops
    after `work_seconds` and can be gone on with. A search for duplicates looks at `duplicates_max` parties, and
    `dossier_max` facts are told of one party.

    A document is measured before it is validated: `tokens` of its text, `selections` once its fragments are in place,
    `overlaps` compared in validation, and so on. Values nest `value_depth` deep, and a text has `text_length`
    characters, in documents and variables alike.

    All that one request asks of the database takes `request_seconds` together. `cost_by_role` gives roles a `cost_max`
    of their own.
    """

    page_default: int = 25
    page_nested: int = 10
    page_max: int = 200
    filter_depth: int = 5
    filter_size: int = 200
    depth: int = 20
    list_max: int = 500
    count_cap: int = 10_000
    scan_max: int = 20_000
    set_max: int = 50_000
    search_window: int = 1_000
    cost_max: int = 200_000
    changes_max: int = 500
    import_max: int = 5_000
    work_seconds: float = 20.0
    duplicates_max: int = 500
    dossier_max: int = 10_000
    document_length: int = 100_000
    tokens: int = 10_000
    aliases: int = 200
    directives: int = 100
    root_fields: int = 100
    fragments: int = 200
    selections: int = 10_000
    overlaps: int = 5_000
    value_depth: int = 32
    text_length: int = 20_000
    variable_values: int = 200_000
    request_seconds: float = 60.0
    cost_by_role: Mapping[str, int] = field(default_factory=dict)

    def cost_of(self, roles: Iterable[str]) -> int:
        """What an operation of somebody with these roles may cost: the most that one of them is given, or what
        everybody is."""
        if not self.cost_by_role:
            return self.cost_max
        return max((self.cost_by_role[role] for role in roles if role in self.cost_by_role), default=self.cost_max)


class PageSizeError(LimitError):
    """`first` or `last` is out of range."""

    code = "PAGE_SIZE"
    text = "{argument} is {actual}; it must be from 0 to {limit}."
    hint = "Ask for a page within the limit and follow pageInfo.endCursor with after."


class ListTooLongError(LimitError):
    """A list argument has too many items."""

    code = "LIST_TOO_LONG"
    text = "A list of {actual} values was given; at most {limit} are allowed."
    hint = "Split the list over several requests."


class FilterSizeError(LimitError):
    """Filters are too large: each condition is planned and compiled by itself."""

    code = "FILTER_SIZE"
    text = "The filters of the operation hold {actual} conditions or more; at most {limit} are allowed."
    hint = "Give many values of one field as a list to in, or ask in several requests."


class SelectionDepthError(LimitError):
    """Fields are nested too deeply."""

    code = "SELECTION_DEPTH"
    text = "The fields are nested {actual} deep; at most {limit} is allowed."
    hint = "Ask for less depth, or start a second request from where the first one ends."


class ArgumentConflictError(InputError):
    """Two arguments exclude each other."""

    code = "ARGUMENT_CONFLICT"
    text = "{first} and {second} cannot be given together."
    hint = "Give one of them."


class PeriodError(InputError):
    """A period ends before it begins."""

    code = "PERIOD"
    text = "during: the period begins at {start} and ends at {end}, which is earlier."
    hint = "Give from the earlier and to the later instant; without to the period ends now."


@dataclass(frozen=True, slots=True)
class Context:
    """The model, the limits, the class of viewer, the time that nested facts are read at (None is now), and whether a
    list is around.

    `checks` collects the parameters that must be right even where the statement has no need of them, `lookups` the keys
    of root fields that look nodes up by id, each with the id or ids that it is asked for, `conditions` one entry for
    each object of a filter.
    """

    model: Model
    limits: Limits
    audience: Audience
    time: Period | None = None
    is_nested: bool = False
    checks: list[Param] = field(default_factory=list)
    lookups: list[tuple[str, Param]] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)

    def condition(self, on: str) -> None:
        """Counts one object of a filter on nodes of a type; FilterSizeError where there are too many."""
        self.conditions.append(on)
        if len(self.conditions) > self.limits.filter_size:
            raise FilterSizeError(actual=len(self.conditions), limit=self.limits.filter_size)

    def items(self, value: Value) -> list[Value]:
        """The items of a list that is planned one by one; ListTooLongError above the limit."""
        if (actual := value.look("length", len)) > self.limits.list_max:
            raise ListTooLongError(actual=actual, limit=self.limits.list_max)
        return value.items()

    def at(self, arguments: Arguments) -> Context:
        """The context of a field: its own `asOf` or `during`, or the time inherited from above."""
        as_of, during = arguments.get("asOf"), arguments.get("during")
        moment = as_of if as_of is not None and as_of.present else None
        period = during if during is not None and during.present else None
        if moment is not None and period is not None:
            raise ArgumentConflictError(first="asOf", second="during")
        if moment is not None:
            param = parameter(moment)
            return replace(self, time=Period(param, param))
        if period is not None:
            ends = period.members()
            end = _end(ends["from"], ends.get("to"))
            self.checks.append(end)
            return replace(self, time=Period(parameter(ends["from"]), end))
        return self

    def nested(self) -> Context:
        """The context of the rows of a list."""
        return replace(self, is_nested=True)


def _end(start: Value, value: Value | None) -> Param:
    def read(binding: Binding) -> Any:
        first = start.read(binding.variables)
        last = (value.read(binding.variables) if value else None) or now_text()
        if last < first:
            raise PeriodError(start=first, end=last)
        return last

    return Param(read)


def parameter(value: Value, encode: Callable[[Any], Any] | None = None) -> Param:
    """A parameter that holds the argument's value, encoded at each execution."""
    read = value.read
    if encode is None:
        return Param(lambda binding: read(binding.variables))
    return Param(lambda binding: encode(read(binding.variables)))


def constant(value: object) -> Param:
    """A parameter that never changes: limits and declared values travel like any other, so the text stays the same."""
    return Param(lambda _: value)


def encoder(scalar: Scalar) -> Callable[[Any], Any] | None:
    """How a coerced input value of this kind becomes the stored form; None where coercion has done it already."""
    if scalar.choices is not None:
        return lambda v: getattr(v, "name", v)
    return scalar.sought if scalar.builtin and scalar.name in ("String", "ID") else None


def encode_list(encode: Callable[[Any], Any] | None, limit: int) -> Callable[[Any], list[Any]]:
    """Encodes each item of a list argument, nulls left out; ListTooLongError above the limit."""

    def run(values: list[Any]) -> list[Any]:
        if len(values) > limit:
            raise ListTooLongError(actual=len(values), limit=limit)
        return [encode(v) if encode else v for v in values if v is not None]

    return run


def property_ref(item: Property, on: Any, *, key: bool = False) -> Ref:
    """The stored property, or its folded key."""
    return Ref(item.key if key else item.name, on, item.visible_to)
