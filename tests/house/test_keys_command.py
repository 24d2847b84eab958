"""`customer-graph keys` on a real database: a secret on stdout, everything else beside it."""

import json
from collections.abc import Iterator
from pathlib import Path

import neo4j
import pytest

import server
from commands import app
from commands.errors import ExitCode
from graph.client import DatabaseSettings

PEPPER = "a pepper of more than 32 characters"


@pytest.fixture(autouse=True)
def pointed_at_the_test_database(
    neo4j_settings: DatabaseSettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEO4J_URI", neo4j_settings.uri)
    monkeypatch.setenv("NEO4J_USER", neo4j_settings.user or "")
    monkeypatch.setenv("NEO4J_PASSWORD", neo4j_settings.password or "")
    monkeypatch.setenv("NEO4J_DATABASE", neo4j_settings.database or "")
    monkeypatch.setenv("CUSTOMER_GRAPH_KEY_PEPPER", PEPPER)
    yield
    auth = (neo4j_settings.user or "", neo4j_settings.password or "") if neo4j_settings.user else None
    with neo4j.GraphDatabase.driver(neo4j_settings.uri, auth=auth) as driver:
        driver.execute_query("MATCH (k:ApiKey) DELETE k", database_=neo4j_settings.database)


def run(*arguments: str) -> int:
    return app.run(server.services, ["keys", *arguments])


def created(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The secret of a new key."""
    assert run("create", "--name", "Nightly export", "--role", "service", "--scope", "read", *arguments) == ExitCode.OK
    return capsys.readouterr().out.strip()


def listed(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    assert run("list", "--json") == ExitCode.OK
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_new_key_prints_its_secret_alone_and_the_list_never_does(capsys: pytest.CaptureFixture[str]) -> None:
    secret = created(capsys, "--days", "30")
    [key] = listed(capsys)
    assert secret.startswith(f"{key['id']}_")
    assert (key["name"], key["state"], key["roles"], key["scopes"]) == (
        "Nightly export",
        "valid",
        ["service"],
        ["read"],
    )
    assert (key["createdBy"], key["lastUsedAt"], key["organisations"]) == ("local", None, None)
    assert run("list") == ExitCode.OK
    shown = capsys.readouterr().out
    assert "Nightly export" in shown
    assert secret not in shown


def test_a_key_is_rotated_and_revoked(capsys: pytest.CaptureFixture[str]) -> None:
    secret = created(capsys)
    [key] = listed(capsys)
    assert run("rotate", str(key["id"]), "--overlap-hours", "1", "--days", "7") == ExitCode.OK
    newer = capsys.readouterr().out.strip()
    assert newer.startswith(str(key["id"]))
    assert newer != secret
    [rotated] = listed(capsys)
    assert rotated["previousSecretUntil"] is not None
    assert rotated["expiresAt"] != key["expiresAt"]
    assert run("revoke", str(key["id"])) == ExitCode.OK
    capsys.readouterr()
    assert [found["state"] for found in listed(capsys)] == ["revoked"]
    assert run("rotate", str(key["id"])) == ExitCode.FAILED
    assert "was revoked or has expired" in capsys.readouterr().err


def test_a_key_may_hold_for_ever(capsys: pytest.CaptureFixture[str]) -> None:
    created(capsys, "--no-expiry")
    assert [key["expiresAt"] for key in listed(capsys)] == [None]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("create", "--name", "x", "--role", "service"), "ApiKey.scopes needs a value"),
        (("create", "--name", "x", "--role", "partner"), "ApiKey.party needs a value"),
        (("create", "--name", "x", "--role", "partner", "--party", "no:such:key"), "names 'no:such:key'"),
        (("create", "--name", "x", "--role", "boss"), "boss"),
        (("revoke", "cgk_none"), "There is no ApiKey 'cgk_none'"),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_with_the_reason(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], told: str
) -> None:
    assert run(*arguments) == ExitCode.USAGE
    assert told in capsys.readouterr().err


def test_without_a_pepper_it_says_what_to_set(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CUSTOMER_GRAPH_KEY_PEPPER")
    assert run("list") == ExitCode.FAILED
    assert "CUSTOMER_GRAPH_KEY_PEPPER" in capsys.readouterr().err
