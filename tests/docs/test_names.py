"""What pages name is there: files, settings, commands."""

import re
from pathlib import Path

import pytest
import typer

import server
from commands.app import cli

ROOT = Path(server.__file__).parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
SETTINGS = {server.Settings.variable(field) for field in server.Settings.model_fields}
# These tell how to make files that are not there yet.
MAKERS = {"CONTRIBUTING.md", "tutorial.md"}
FOLDERS = "schema|resolvers|graph|access|endpoint|jobs|commands|examples|docs|tests"
FILE = re.compile(rf"`((?:{FOLDERS})/[\w./-]+)`")
SETTING = re.compile(r"\b(?:CUSTOMER_GRAPH_|NEO4J_)(?!TEST_)[A-Z0-9_]*[A-Z0-9]\b")
COMMAND = re.compile(r"\bcustomer-graph ([a-z]+)(?: ([a-z]+))?")
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


@pytest.mark.parametrize("page", [p for p in PAGES if p.name not in MAKERS], ids=lambda page: page.name)
def test_files_are_there(page: Path) -> None:
    named = FILE.findall(page.read_text(encoding="utf-8"))
    assert [name for name in named if not (ROOT / name).exists()] == []


@every_page
def test_settings_are_settings(page: Path) -> None:
    assert set(SETTING.findall(page.read_text(encoding="utf-8"))) <= SETTINGS


@every_page
def test_commands_are_commands(page: Path) -> None:
    commands = typer.main.get_command(cli)
    known = getattr(commands, "commands", {})
    for name, below in COMMAND.findall(page.read_text(encoding="utf-8")):
        assert name in known, name
        assert not hasattr(known[name], "commands") or below in {"", *known[name].commands}, below
