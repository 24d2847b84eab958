"""A document is measured before it is validated: what would unfold or overlap without bound is refused at once."""

import re
from dataclasses import replace
from typing import Any

import orjson
import pytest
from graphql import get_introspection_query, parse
from hypothesis import given
from hypothesis import strategies as st

from access.viewer import LOCAL
from graph.compiler.planner.context import Limits
from graph.errors import LimitError
from resolvers.executor.bounds import UnfoldedError, check_document
from resolvers.executor.execute import Executor
from resolvers.executor.request import Request
from resolvers.types.query import build_schema, core_schema
from schema.declarations import model

FIELD = "{ __typename }"


@pytest.fixture(scope="module")
def executor() -> Executor:
    return Executor(core_schema(build_schema(model())), model())


async def refusal(executor: Executor, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
    """The only error of a request that is refused as a whole."""
    answer = await executor.execute(Request(query, variables), LOCAL)
    assert (answer.status, answer.has_data) == (400, False)
    content = orjson.loads(answer.body)
    assert set(content) == {"errors"}
    (error,) = content["errors"]
    return dict(error)


def bomb(doublings: int) -> str:
    """A fragment that stands for two of the next one, and so on: its selections are about 2 to the power."""
    fragments = [f"fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} }}" for n in range(doublings)]
    return f"{{ ...f0 }} {' '.join(fragments)} fragment f{doublings} on Query {FIELD}"


def nested(levels: int, opening: str = "a { ", inside: str = "a") -> str:
    return "{ " + opening * (levels - 1) + inside + " }" * levels


LIMITS = Limits()
REFUSED = {
    "a fragment bomb": (bomb(18), "DOCUMENT_SELECTIONS", 3 * 2**18 - 1, LIMITS.selections),
    "a fragment bomb that no operation uses": (f"{FIELD} {bomb(18)[10:]}", "DOCUMENT_SELECTIONS", None, None),
    "one field again and again": ("{" + " __typename" * 1_500 + " }", "OVERLAPPING_FIELDS", 1_500 * 1_499 // 2, 5_000),
    "one field again and again in fragments": (
        "{ "
        + " ".join(f"...f{n}" for n in range(150))
        + " }"
        + " ".join(f"fragment f{n} on Query {FIELD}" for n in range(150)),
        "OVERLAPPING_FIELDS",
        150 * 149 // 2,
        5_000,
    ),
    "one field again and again in inline fragments": (
        "{" + " ... on Query { __typename }" * 150 + " }",
        "OVERLAPPING_FIELDS",
        150 * 149 // 2,
        5_000,
    ),
    "few fields that overlap in many": (
        "{" + (" a {" + " b" * 40 + " }") * 10 + " }",
        "OVERLAPPING_FIELDS",
        45 + 400 * 399 // 2,
        5_000,
    ),
    "few fields with many arguments": (
        "{" + ' a(b: { c: ["d", "e", "f", "g", "h"] })' * 50 + " }",
        "OVERLAPPING_FIELDS",
        50 * 8 * 49 // 2,
        5_000,
    ),
    "depth": (nested(21), "SELECTION_DEPTH", 21, 20),
    "depth through fragments": (
        "{ ...f0 }"
        + "".join(f"fragment f{n} on Query {{ a {{ ...f{n + 1} }} }}" for n in range(20))
        + " fragment f20 on Query { a }",
        "SELECTION_DEPTH",
        21,
        20,
    ),
    "inline fragments in each other": (nested(150, "... { "), "DOCUMENT_PARTS", 101, 100),
    "fragments in each other, the innermost first": (
        "{"
        + " ".join(f"...f{n}" for n in reversed(range(150)))
        + " }"
        + "".join(f"fragment f{n} on Query {{ ...f{n + 1} }}" for n in range(149))
        + f" fragment f149 on Query {FIELD}",
        "DOCUMENT_PARTS",
        101,
        100,
    ),
    "aliases": ("{ a {" + "".join(f" b{n}: b" for n in range(201)) + " } }", "DOCUMENT_PARTS", 201, 200),
    "directives": ("{ a" + " @skip(if: false)" * 101 + " }", "DOCUMENT_PARTS", 101, 100),
    "directives of an operation": ("query" + " @a" * 101 + " { a }", "DOCUMENT_PARTS", 101, 100),
    "root fields": ("{" + "".join(f" a{n}" for n in range(101)) + " }", "DOCUMENT_PARTS", 101, 100),
    "fragments": (FIELD + "".join(f" fragment f{n} on Query {FIELD}" for n in range(201)), "DOCUMENT_PARTS", 201, 200),
    "tokens": ("{" + " a" * 9_999 + " }", "DOCUMENT_TOKENS", 10_001, 10_000),
    "tokens of comments": (FIELD + "#\n" * 10_000, "DOCUMENT_TOKENS", 10_001, 10_000),
    "length": (FIELD.ljust(100_001), "DOCUMENT_LENGTH", 100_001, 100_000),
    "depth of a value": ("{ a(b: " + "[" * 33 + "]" * 33 + ") }", "VALUE_DEPTH", 33, 32),
    "depth of a default": ("query ($a: B = " + "{c: " * 33 + "1" + "}" * 33 + ") { a }", "VALUE_DEPTH", 33, 32),
    "a long text": (f'{{ a(b: "{"x" * 20_001}") }}', "TEXT_TOO_LONG", 20_001, 20_000),
    "a long text for a directive": (f'{{ a @b(c: ["{"x" * 20_001}"]) }}', "TEXT_TOO_LONG", 20_001, 20_000),
}


@pytest.mark.parametrize(("query", "code", "actual", "limit"), REFUSED.values(), ids=REFUSED)
async def test_what_is_beyond_a_limit_is_refused_with_the_limit_the_value_and_the_way_out(
    executor: Executor, query: str, code: str, actual: int | None, limit: int | None
) -> None:
    error = await refusal(executor, query)
    assert error["extensions"]["code"] == code
    assert error["extensions"]["hint"]
    numbers = [int(number) for number in re.findall(r"\b\d+\b", error["message"])]
    assert {actual, limit} - {None} <= set(numbers)


@pytest.mark.parametrize(
    "query",
    [
        bomb(11),
        nested(20, "__schema { ", "__typename"),
        "{" + " __typename" * 100 + " }",
        get_introspection_query(input_value_deprecation=True, specified_by_url=True, directive_is_repeatable=True),
    ],
    ids=["fragments", "depth", "overlaps", "introspection"],
)
def test_what_is_within_the_limits_is_left_to_validation(query: str) -> None:
    check_document(parse(query), LIMITS)


@pytest.mark.parametrize("circle", ["a", "b } fragment b on Query { ...a", "b } fragment b on Query { x { ...a }"])
async def test_fragments_in_a_circle_are_refused_where_they_are(executor: Executor, circle: str) -> None:
    error = await refusal(executor, f"{{ ...a }} fragment a on Query {{ ...{circle} }}")
    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert error["locations"]


async def test_a_fragment_that_is_not_there_is_for_validation_to_tell(executor: Executor) -> None:
    error = await refusal(executor, "{ ...nowhere }")
    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert "nowhere" in error["message"]


def test_limits_are_those_of_the_settings() -> None:
    document = parse("{ a: b c d }")
    check_document(document, replace(LIMITS, aliases=1, root_fields=3, selections=3))
    for tighter in (Limits(aliases=0), Limits(root_fields=2), Limits(selections=2)):
        with pytest.raises(LimitError):
            check_document(document, tighter)


@given(spreads=st.lists(st.lists(st.integers(1, 4), max_size=3), min_size=1, max_size=6))
def test_fragments_count_as_often_as_they_are_spread(spreads: list[list[int]]) -> None:
    """Each fragment spreads some of those after it; the oracle writes them out."""

    def unfolded(number: int) -> int:
        return 1 + sum(1 + unfolded(number + step) for step in spreads[number] if number + step < len(spreads))

    fragments = [
        f"fragment f{n} on Query {{ a{n} {' '.join(f'...f{n + step}' for step in steps if n + step < len(spreads))} }}"
        for n, steps in enumerate(spreads)
    ]
    document = parse("{ " + " ".join(f"...f{n}" for n in range(len(spreads))) + " } " + " ".join(fragments))
    whole = sum(1 + unfolded(n) for n in range(len(spreads)))
    check_document(document, replace(LIMITS, selections=whole))
    with pytest.raises(UnfoldedError, match=f" {whole} selections"):
        check_document(document, replace(LIMITS, selections=whole - 1))


def deep(levels: int) -> Any:
    found: Any = 1
    for level in range(levels):
        found = [found] if level % 2 else {"not": found}
    return found


@pytest.mark.parametrize(
    ("value", "code"),
    [(deep(33), "VALUE_DEPTH"), (["x" * 20_001], "TEXT_TOO_LONG"), ([0] * 200_001, "VARIABLE_VALUES")],
    ids=["depth", "a long text", "very many values"],
)
async def test_variables_have_limits_too(executor: Executor, value: Any, code: str) -> None:
    query = "query ($f: PartyFilter) { parties(filter: $f) { totalCount } }"
    error = await refusal(executor, query, {"f": value})
    assert error["extensions"]["code"] == code


async def test_variables_within_the_limits_are_left_to_their_types(executor: Executor) -> None:
    query = "query ($f: PartyFilter) { parties(filter: $f) { totalCount } }"
    error = await refusal(executor, query, {"f": deep(32)})
    assert error["extensions"]["code"] == "BAD_USER_INPUT"


async def test_a_limit_is_told_in_vietnamese(executor: Executor) -> None:
    answer = await executor.execute(Request(nested(21), language="vi"), LOCAL)
    assert "lồng nhau 21 cấp" in orjson.loads(answer.body)["errors"][0]["message"]


FILTER = "query ($f: PartyFilter) { parties(filter: $f) { totalCount } }"
WIDE: dict[str, tuple[str, dict[str, Any], str]] = {
    "conditions": (FILTER, {"f": {"or": [{"name": {"eq": str(n)}} for n in range(200)]}}, "FILTER_SIZE"),
    "conditions of several filters": (
        FILTER.replace("{ parties", "{ other: parties(filter: $f) { totalCount } parties"),
        {"f": {"or": [{"name": {"eq": str(n)}} for n in range(100)]}},
        "FILTER_SIZE",
    ),
    "empty conditions": (FILTER, {"f": {"and": [{}] * 200}}, "FILTER_SIZE"),
    "conditions spelled out": (
        "{ parties(filter: { or: [" + "{ name: { eq: 1 } }".replace("1", '"1"') * 200 + "] }) { totalCount } }",
        {},
        "FILTER_SIZE",
    ),
    "items of a list of conditions": (FILTER, {"f": {"or": [{}] * 501}}, "LIST_TOO_LONG"),
    "types": (FILTER, {"f": {"type": {"in": ["PERSON"] * 501}}}, "LIST_TOO_LONG"),
    "orders": (
        "query ($o: [PartyOrder!]) { parties(orderBy: $o) { nodes { id } } }",
        {"o": [{"name": "ASC"}] * 501},
        "LIST_TOO_LONG",
    ),
}


@pytest.mark.parametrize(("query", "variables", "code"), WIDE.values(), ids=WIDE)
def test_what_is_planned_one_by_one_is_bounded(
    executor: Executor, query: str, variables: dict[str, Any], code: str
) -> None:
    with pytest.raises(LimitError) as refused:
        executor.prepare(Request(query, variables), LOCAL)
    assert refused.value.code == code


def test_many_values_of_one_field_are_no_conditions(executor: Executor) -> None:
    executor.prepare(Request(FILTER, {"f": {"name": {"in": ["x"] * 500}}}), LOCAL)
    executor.prepare(Request(FILTER, {"f": {"or": [{"name": {"eq": "x"}}] * 199}}), LOCAL)
