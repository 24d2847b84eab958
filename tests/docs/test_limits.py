"""docs/limits.md names errors and settings that there are, and every limit of a request is on it."""

import re
from dataclasses import fields
from pathlib import Path

import server
from graph.compiler.planner.context import Limits
from graph.errors import LimitError, all_errors

ROOT = Path(server.__file__).parent
PAGE = (ROOT / "docs" / "limits.md").read_text(encoding="utf-8")
CODES = {error.code for error in all_errors()}
# How much an answer holds by default or before it says that there is more, and what single procedures do.
NO_REFUSALS = {
    "page_size",
    "page_size_nested",
    "search_window",
    "count_cap",
    "scan_max",
    "set_max",
    "changes_max",
    "import_max",
    "work_seconds",
    "duplicates_max",
    "dossier_max",
}


def test_errors_of_the_table_are_errors() -> None:
    named = set(re.findall(r"^\|[^|]+\| `([A-Z_]+)`", PAGE, re.MULTILINE))
    assert named <= CODES
    assert {
        error.code for error in all_errors(LimitError) if error.__module__.startswith("resolvers.executor")
    } <= named


def test_every_limit_of_an_operation_is_on_the_page() -> None:
    usual = {field.name for field in fields(Limits)}
    settings = {name for name in server.Settings.model_fields if name in usual | {"cost", "page_size_max"}}
    missing = [name for name in settings - NO_REFUSALS if server.Settings.variable(name) not in PAGE]
    assert missing == []
