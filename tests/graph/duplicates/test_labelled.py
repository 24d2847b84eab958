"""Precision and recall of the whole way: written to the database, brought together by indexes, scored.

Weights and threshold were chosen by seed 1. This is another one, and docs/duplicates.md shows what it gives.
"""

import re
from collections.abc import AsyncIterator

import pytest_asyncio

from graph.client import Database
from tests.docs.page import ROOT
from tests.graph.duplicates.measure import Measured, measured
from tests.oracle.demo import left_as_found

SEED = 2
PAGE = ROOT / "docs" / "duplicates.md"


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def result(database: Database) -> AsyncIterator[Measured]:
    async with left_as_found(database):
        yield await measured(database, SEED)


async def test_there_are_pairs_enough(result: Measured) -> None:
    assert len(result.population.pairs) + len(result.population.negatives) >= 500


async def test_what_is_told_is_true_and_what_is_true_is_told(result: Measured) -> None:
    assert result.precision > 0.95
    assert result.recall > 0.95


async def test_no_pair_is_told_twice(result: Measured) -> None:
    assert len(set(result.found)) == len(result.found)


async def test_the_page_shows_these_figures(result: Measured) -> None:
    page = PAGE.read_text(encoding="utf-8")
    shown = re.search(r"<!-- measured -->\n(.*?)\n<!-- end -->", page, re.DOTALL)
    assert shown is not None
    assert shown[1].strip() == result.tables, result.tables
    assert f"| {SEED} | {result.precision:.3f} | {result.recall:.3f} |" in page
