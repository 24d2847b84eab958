"""The database ends with its owner, however that ends, and keeps every write that it acknowledged."""

import os
import signal
import subprocess

import neo4j
import pytest

from graph.embedded import EmbeddedSettings, Endpoint, QuietProgress, open_embedded, status, stop
from graph.embedded.errors import FolderHeldError
from tests.embedded.conftest import Program, is_alive, wait_until_free

pytestmark = pytest.mark.embedded

WRITES = 150


def next_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def child_of(settings: EmbeddedSettings) -> int:
    found = status(settings)
    assert found
    assert found.answers
    return found.pid


def written(endpoint: Endpoint, run: str) -> set[int]:
    with neo4j.GraphDatabase.driver(endpoint.uri, auth=(endpoint.user, endpoint.password)) as driver:
        found = driver.execute_query("MATCH (n:Written {run: $run}) RETURN collect(n.number) AS numbers", run=run)
    return set(found.records[0]["numbers"])


@pytest.mark.parametrize("victim", ["owner", "database", "owner again"])
def test_no_acknowledged_write_is_lost_when_a_process_is_killed(
    settings: EmbeddedSettings, program: Program, victim: str
) -> None:
    process = program("write", victim)
    assert next_line(process) == "owned"
    acknowledged = [int(next_line(process)) for _ in range(WRITES)]
    database = child_of(settings)

    os.kill(database if victim == "database" else process.pid, signal.SIGKILL)
    assert process.stdout
    acknowledged += [int(line) for line in process.stdout]
    process.wait(60)
    wait_until_free(settings)

    assert not is_alive(database)
    with open_embedded(settings, QuietProgress()) as endpoint:
        # One write more may be there: acknowledged by the database, but its owner was gone before it said so.
        assert set(acknowledged) <= written(endpoint, victim) <= {*acknowledged, len(acknowledged)}


@pytest.mark.parametrize("end", ["SIGTERM", "Ctrl-C", "exception"])
def test_the_database_ends_with_its_owner(settings: EmbeddedSettings, program: Program, end: str) -> None:
    process = program("raise" if end == "exception" else "wait", "600")
    assert next_line(process) == "owned"
    database = None if end == "exception" else child_of(settings)

    if end == "SIGTERM":
        process.terminate()
    if end == "Ctrl-C":
        # A terminal sends it to the whole group, so the database gets it, too.
        os.killpg(process.pid, signal.SIGINT)
    process.wait(60)
    wait_until_free(settings)

    assert database is None or not is_alive(database)
    assert not (settings.data / "connection.json").exists()


def test_when_two_start_at_once_one_owns_and_the_other_joins(settings: EmbeddedSettings, program: Program) -> None:
    both = program("wait", "600"), program("wait", "600")

    assert sorted(map(next_line, both)) == ["joined", "owned"]
    assert child_of(settings)


def test_it_can_be_stopped_from_another_process(settings: EmbeddedSettings, program: Program) -> None:
    process = program("wait", "600")
    assert next_line(process) == "owned"
    database = child_of(settings)

    assert stop(settings)

    assert not is_alive(database)
    assert status(settings) is None
    assert not stop(settings)


def test_a_database_that_does_not_stop_is_named(
    settings: EmbeddedSettings, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = program("wait", "600")
    assert next_line(process) == "owned"
    monkeypatch.setattr("graph.embedded.service.os.kill", lambda _pid, _signal: None)

    with pytest.raises(FolderHeldError, match=f"process {child_of(settings)}"):
        stop(EmbeddedSettings(settings.data, settings.cache, stop_timeout_s=0))
