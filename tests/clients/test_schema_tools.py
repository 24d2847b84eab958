"""The linter finds nothing in the schema, and a change that would break clients of the last release is found."""

import subprocess
from pathlib import Path

from tests.clients.conftest import ROOT, Run

SCHEMA = (ROOT / "schema.graphql").read_text(encoding="utf-8")
BRAND = "type Brand implements Node {\n"
NAME = '  """The brand\'s name."""\n  name: String!\n\n'
ACCEPTED: dict[str, str] = {}
"""Breaks on purpose since the last release: the place of each, and the decision that says why."""


def lint(folder: Path) -> str:
    command = ["node_modules/.bin/eslint", "schema.graphql"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout


def git(*command: str) -> str | None:
    """What git says; nothing where it cannot."""
    found = subprocess.run(["git", *command], cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    return found.stdout.rstrip("\n") if found.returncode == 0 else None


def changes(run: Run, folder: Path, older: str, newer: str) -> dict[str, str]:
    """The level of each change by the place of what changed."""
    files = {folder / "older.graphql": older, folder / "newer.graphql": newer}
    for file, text in files.items():
        file.write_text(text, encoding="utf-8")
    return {change["path"]: change["level"] for change in run("schema-diff.mjs", *map(str, files))}


def test_the_linter_finds_nothing(programs: Path) -> None:
    assert lint(programs) == ""


def test_the_linter_finds_mistakes_and_exceptions_that_nothing_needs(programs: Path, tmp_path: Path) -> None:
    for name in ("eslint.config.mjs", "node_modules"):
        (tmp_path / name).symlink_to(programs / name)
    text = '"All."\ntype Query {\n  "A thing."\n  thing: lower_case\n}\n\n"A thing."\ntype lower_case {\n  id: ID!\n}\n'
    (tmp_path / "schema.graphql").write_text(text, encoding="utf-8")
    found = lint(tmp_path)
    assert 'Type "lower_case" should be in PascalCase format' in found
    assert "Not needed: type ChangeEdge {" in found


def test_a_field_that_is_gone_is_a_break_unless_it_was_deprecated(run: Run, tmp_path: Path) -> None:
    before, brand, fields = SCHEMA.partition(BRAND)
    older = f'{before}{brand}  label: String @deprecated(reason: "Use name.")\n{fields}'
    newer = f"{before}{brand}  motto: String\n{fields.replace(NAME, '', 1)}"
    assert changes(run, tmp_path, older, newer) == {
        "Brand.name": "BREAKING",
        "Brand.label": "DANGEROUS",
        "Brand.motto": "NON_BREAKING",
    }


def test_a_type_that_clients_may_name_is_a_break_when_it_goes(run: Run, tmp_path: Path) -> None:
    left = "type Query { node: Node } interface Node { id: ID! } type Kept implements Node { id: ID! }"
    gone = "type Gone implements Node { id: ID! } type Helper { count: Int! }"
    assert changes(run, tmp_path, f"{left} {gone}", left) == {"Gone": "BREAKING", "Helper": "DANGEROUS"}


def test_the_last_release_is_not_broken_where_the_clone_has_its_tag(run: Run, tmp_path: Path) -> None:
    tag = git("describe", "--tags", "--match", "v*", "--abbrev=0")
    released = git("show", f"{tag}:schema.graphql") if tag else None
    found = changes(run, tmp_path, released or SCHEMA, SCHEMA)
    assert {place for place, level in found.items() if level == "BREAKING"} == set(ACCEPTED)
    assert all((ROOT / "docs" / "decisions" / page).exists() for page in ACCEPTED.values())
