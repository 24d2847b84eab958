"""No pattern of the service takes forever over a text, however long and whatever its author had in mind.

A pattern that goes back over a text in exponentially many ways would not end here.
"""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest

import access
import endpoint
import graph
import resolvers
import schema
from graph.compiler.planner.context import Limits

LENGTH = Limits().text_length
SHORTER = {"graph.model.contacts._PLAIN": 64}
"""Patterns that are asked about short texts only: `contacts` looks at the length first."""
SEEDS = [
    "a",
    "a.",
    "a-",
    "a@",
    "a@a.",
    "0",
    "0.",
    " ",
    "\n",
    "\u0301",
    "phở ",
    "`",
    "label `",
    "a'",
    "://",
    "www.",
    "-_.",
]
ENDS = ["", "!", "\n", "@", ".", "`"]


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every pattern of a module that texts of clients may reach, with its name."""
    for package in (graph, resolvers, access, endpoint, schema):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(found.name)
            for name, value in vars(module).items():
                if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                    yield f"{found.name}.{name}", value


PATTERNS = dict(patterns())


def test_patterns_are_found() -> None:
    assert "graph.model.contacts._PLAIN" in PATTERNS
    assert len(PATTERNS) > 10


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_is_done_with_any_long_text(name: str) -> None:
    pattern, length = PATTERNS[name], SHORTER.get(name, LENGTH)
    for seed in SEEDS:
        for end in ENDS:
            text = (seed * length)[: length - len(end)] + end
            pattern.fullmatch(text)
            pattern.search(text)
            pattern.sub("", text)
