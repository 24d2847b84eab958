"""The commands that work on a database, run on a real one; what is written here is rolled back."""

from pathlib import Path

import pytest

import server
from commands import app
from commands.errors import ExitCode
from graph.client import DatabaseSettings

MAPPING = """
source = "house-test"

[[file]]
path = "people.csv"

[[file.node]]
type = "Person"
key = "person:{id}"
values.name = "{name}"
"""


@pytest.fixture(autouse=True)
def pointed_at_the_test_database(
    neo4j_settings: DatabaseSettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEO4J_URI", neo4j_settings.uri)
    monkeypatch.setenv("NEO4J_USER", neo4j_settings.user or "")
    monkeypatch.setenv("NEO4J_PASSWORD", neo4j_settings.password or "")
    monkeypatch.setenv("NEO4J_DATABASE", neo4j_settings.database or "")


def run(*arguments: str) -> int:
    return app.run(server.services, arguments)


def test_migrate_changes_nothing_the_second_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("migrate") == ExitCode.OK
    capsys.readouterr()
    assert run("migrate") == ExitCode.OK
    assert capsys.readouterr().out == "The database is up to date.\n"


def test_import_reports_rows_and_rate_and_a_dry_run_keeps_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "people.csv").write_text("id,name\n1,Lan\n2,Minh\n", encoding="utf-8")
    for _ in range(2):
        assert run("import", "mapping.toml", "--dry-run") == ExitCode.OK
        told = capsys.readouterr().out
        assert "Person" in told
        assert "Nothing was kept (dry run): 2 rows in " in told
        assert "rows/s" in told
    assert not (tmp_path / "rejects.csv").exists()


def test_import_names_the_rows_it_cannot_take_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "people.csv").write_text("id,name\n1,Lan\n2,Minh,left over\n", encoding="utf-8")
    assert run("import", "mapping.toml", "--dry-run", "--rejects", "bad.csv") == ExitCode.FAILED
    assert "people.csv:3: " in capsys.readouterr().out
    assert "left over" in (tmp_path / "bad.csv").read_text(encoding="utf-8")


def test_a_silent_database_has_its_own_exit_code_and_no_secret_is_shown(
    neo4j_settings: DatabaseSettings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NEO4J_URI", "bolt://127.0.0.1:9")
    assert run("migrate") == ExitCode.UNAVAILABLE
    message = capsys.readouterr().err
    assert "127.0.0.1:9" in message
    assert (neo4j_settings.password or "no password") not in message


def test_check_finds_nothing_after_migrate(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("migrate") == ExitCode.OK
    assert run("check") == ExitCode.OK
    assert "The graph is consistent." in capsys.readouterr().out
