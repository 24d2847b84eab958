"""The commands that work on a database, run on a real one; what is written here is rolled back."""

import gzip
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import neo4j
import pytest

import server
from commands import app, serve
from commands.errors import ExitCode
from graph.client import DatabaseSettings
from graph.model.values import instant_text

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


@pytest.fixture
def ask(neo4j_settings: DatabaseSettings) -> Iterator[Callable[..., list[Any]]]:
    """The values of the rows of a statement; what it makes under the names of these tests is removed at the end."""
    auth = (neo4j_settings.user or "", neo4j_settings.password or "") if neo4j_settings.user else None
    with neo4j.GraphDatabase.driver(neo4j_settings.uri, auth=auth) as driver:

        def rows(text: str, **parameters: Any) -> list[Any]:
            found = driver.execute_query(text, parameters, database_=neo4j_settings.database)
            return [record.values() for record in found.records]

        yield rows
        rows("MATCH (k:ExternalKey)-[:IDENTIFIES]->(n) WHERE k.key STARTS WITH 'house-test:' DETACH DELETE k, n")
        rows("MATCH (n:Category|UnfinishedLoad) WHERE n.name IN ['house-test', 'demo'] DETACH DELETE n")
        rows("MATCH (n:Change|Event) WHERE n.by = 'import' OR n.type = 'Person' DELETE n")


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


def test_an_export_is_a_file_for_its_owner_alone_or_goes_to_standard_output(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run("migrate") == ExitCode.OK
    capfdbinary.readouterr()
    for name, read in (
        ("backup.jsonl", Path.read_bytes),
        ("backup.jsonl.gz", lambda file: gzip.decompress(file.read_bytes())),
    ):
        assert run("export", name) == ExitCode.OK
        assert b"nodes and relationships" in capfdbinary.readouterr().err
        lines = read(tmp_path / name).splitlines()
        assert (b'"format":"customer-graph"' in lines[0], b'"end"' in lines[-1]) == (True, True)
        assert (tmp_path / name).stat().st_mode & 0o077 == 0
    assert run("export", "-", "--type", "Brand") == ExitCode.OK
    told = capfdbinary.readouterr()
    assert b'"selection":["Brand"]' in told.out.splitlines()[0]
    assert b"relationships lead out of the selection" in told.err
    assert {file.name for file in tmp_path.iterdir()} == {"backup.jsonl", "backup.jsonl.gz"}


def test_an_export_that_fails_leaves_the_earlier_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "backup.jsonl").write_text("earlier")
    assert run("export", "backup.jsonl", "--party", "house-test:person:nobody") == ExitCode.USAGE
    assert "house-test:person:nobody" in capsys.readouterr().err
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("backup.jsonl", "earlier")]


def test_old_events_are_pruned_and_young_ones_stay(
    ask: Callable[..., list[Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("migrate") == ExitCode.OK
    ask("MATCH (e:Event) DELETE e")
    for age in (9, 8, 6):
        at = instant_text((datetime.now(UTC) - timedelta(days=age)).isoformat())
        ask(
            "MATCH (c:Counter {id: 'events'}) SET c.seq = c.seq + 1 "
            "CREATE (:Event {seq: c.seq, at: $at, kind: 'CREATED', type: 'Person', nodeIds: []})",
            at=at,
        )
    capsys.readouterr()
    assert run("events", "prune", "--days", "7") == ExitCode.OK
    assert capsys.readouterr().out == "Events older than 7 days that were removed: 2.\n"
    assert run("events", "prune") == ExitCode.OK
    assert capsys.readouterr().out == "Events older than 30 days that were removed: 0.\n"
    ask("MATCH (c:Counter {id: 'removedEvents'}) DELETE c")


def test_check_finds_nothing_after_migrate(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("migrate") == ExitCode.OK
    assert run("check") == ExitCode.OK
    assert "The graph is consistent." in capsys.readouterr().out


def test_check_names_what_is_wrong_and_fails(ask: Callable[..., list[Any]], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("migrate") == ExitCode.OK
    ask("CREATE (:Category {id: 'cat_1', name: 'house-test', nameKey: 'other', version: 1, createdAt: '2026'})")
    capsys.readouterr()
    assert run("check") == ExitCode.FAILED
    told = capsys.readouterr().out.splitlines()
    assert "Category.nameKey: the rule 'key' is broken once" in told
    assert "  cat_1: should be house-test, is other" in told
    assert "Category.updatedAt: the rule 'value' is broken once" in told
    assert "The graph is consistent." not in told


def test_check_says_how_to_make_what_is_missing(
    ask: Callable[..., list[Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("migrate") == ExitCode.OK
    ask("DROP INDEX cg_range_Brand_nameKey_id")
    capsys.readouterr()
    assert run("check") == ExitCode.FAILED
    told = capsys.readouterr().out
    assert "cg_range_Brand_nameKey_id: the rule 'schema' is broken once" in told
    assert told.splitlines()[-1] == "Run: customer-graph migrate"
    assert run("migrate") == ExitCode.OK
    assert run("check") == ExitCode.OK


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """A mapping in the place of the demo company's."""
    (tmp_path / "people.csv").write_text("id,name\n1,Lan\n2,Minh\n", encoding="utf-8")
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(MAPPING, encoding="utf-8")
    return mapping


LOADED = "MATCH (k:ExternalKey)-[:IDENTIFIES]->(n) WHERE k.key STARTS WITH 'house-test:' RETURN n.name ORDER BY n.name"


def test_a_demo_that_was_interrupted_is_completed_at_the_next_start(
    ask: Callable[..., list[Any]], people: Path, neo4j_settings: DatabaseSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        ask("CREATE (:ExternalKey {key: 'house-test:1', id: 'key_1'})-[:IDENTIFIES]->(:Category {name: 'first'})")
        raise KeyboardInterrupt

    with monkeypatch.context() as first:
        first.setattr(serve, "load", interrupted)
        with pytest.raises(KeyboardInterrupt):
            serve.prepare(neo4j_settings, people)

    serve.prepare(neo4j_settings, people)

    assert ask(LOADED) == [["Lan"], ["Minh"], ["first"]]
    assert ask("MATCH (l:UnfinishedLoad) RETURN l") == []


def test_a_database_that_holds_something_is_given_no_demo(
    ask: Callable[..., list[Any]], people: Path, neo4j_settings: DatabaseSettings
) -> None:
    ask("CREATE (:ExternalKey {key: 'house-test:own', id: 'key_1'})-[:IDENTIFIES]->(:Category {name: 'own'})")
    serve.prepare(neo4j_settings, people)
    assert ask(LOADED) == [["own"]]


def test_a_load_that_was_interrupted_is_told_at_the_next_start(
    ask: Callable[..., list[Any]], neo4j_settings: DatabaseSettings, capsys: pytest.CaptureFixture[str]
) -> None:
    ask("CREATE (:UnfinishedLoad {name: 'house-test', advice: 'Do it again.'})")
    serve.prepare(neo4j_settings, None)
    told = "The load 'house-test' was interrupted, and the database holds only a part of it. Do it again."
    assert told in capsys.readouterr().err


def test_explain_says_in_one_line_what_is_wrong_with_an_operation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "wrong.graphql").write_text("{ organisations { nodes { nme } } }", encoding="utf-8")
    assert run("explain", "wrong.graphql") == ExitCode.USAGE
    message, hint = capsys.readouterr().err.splitlines()
    assert message.startswith("Error: The operation cannot run: Cannot query field 'nme'")
    assert "customer-graph schema" in hint


def test_duplicates_are_listed_with_their_reasons(
    ask: Callable[..., list[Any]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("migrate") == ExitCode.OK
    (tmp_path / "mapping.toml").write_text(MAPPING + 'values.phone = "{phone}"\n', encoding="utf-8")
    people = "id,name,phone\n1,Đỗ Thị Lan,+84910000001\n2,Do Thi Lan,+84910000001\n3,Đỗ Thị Mai,+84910000001\n"
    (tmp_path / "people.csv").write_text(people, encoding="utf-8")
    assert run("import", "mapping.toml") == ExitCode.OK
    [[id]] = ask("MATCH (:ExternalKey {key: 'house-test:person:1'})-[:IDENTIFIES]->(p) RETURN p.id")
    capsys.readouterr()

    assert run("duplicates") == ExitCode.OK
    told = capsys.readouterr().out
    assert "+6.0 PHONE +84910000001" in told
    assert "Đỗ Thị Lan | Do Thi Lan" in told
    assert told.splitlines()[-1] == "1 pair."

    assert run("duplicates", "--party", id, "--min-score", "0", "--json") == ExitCode.OK
    likely, unlikely = map(json.loads, capsys.readouterr().out.splitlines())
    assert (likely["party"], likely["other_name"]) == (id, "Do Thi Lan")
    assert {reason["kind"]: reason["weight"] for reason in likely["reasons"]} == {"NAME": 6.5, "PHONE": 6.0}
    assert unlikely["score"] < 0.01

    assert run("duplicates", "--min-score", "0", "--limit", "2", "--json") == ExitCode.OK
    assert len(capsys.readouterr().out.splitlines()) == 2

    assert run("duplicates", "--party", "per_0") == ExitCode.USAGE
    assert "There is no party 'per_0'." in capsys.readouterr().err
