"""One owner for each data folder: others join it; it listens on loopback and asks for a password."""

import stat
from collections.abc import Iterator
from dataclasses import replace

import neo4j
import pytest
from neo4j.exceptions import AuthError

from graph.embedded import EmbeddedSettings, Endpoint, QuietProgress, open_embedded, status
from graph.embedded.errors import OtherVersionError

pytestmark = pytest.mark.embedded


@pytest.fixture(scope="module")
def running(settings: EmbeddedSettings) -> Iterator[Endpoint]:
    with open_embedded(settings, QuietProgress()) as endpoint:
        yield endpoint


def ask(endpoint: Endpoint, query: str) -> list[neo4j.Record]:
    with neo4j.GraphDatabase.driver(endpoint.uri, auth=(endpoint.user, endpoint.password)) as driver:
        return driver.execute_query(query).records


def test_a_second_one_joins_and_leaves_it_running(settings: EmbeddedSettings, running: Endpoint) -> None:
    with open_embedded(settings, QuietProgress()) as joined:
        assert (joined.owned, joined.uri) == (False, running.uri)
        assert ask(joined, "RETURN 1 AS one")[0]["one"] == 1

    found = status(settings)
    assert found
    assert found.answers


def test_another_version_is_not_joined(settings: EmbeddedSettings, running: Endpoint) -> None:
    assert running.owned
    with (
        pytest.raises(OtherVersionError, match=r"Neo4j \S+ runs on .*, but 5\.26\.0 was asked for"),
        open_embedded(replace(settings, version="5.26.0"), QuietProgress()),
    ):
        pass


def test_the_password_is_needed_and_only_the_user_can_read_it(settings: EmbeddedSettings, running: Endpoint) -> None:
    with neo4j.GraphDatabase.driver(running.uri, auth=("neo4j", "neo4j")) as driver, pytest.raises(AuthError):
        driver.verify_connectivity()

    for name in ("connection.json", "password"):
        assert stat.S_IMODE((settings.data / name).stat().st_mode) == 0o600
    assert running.password not in repr(running)
    for log in (settings.data / "logs").glob("*.log"):
        assert running.password not in log.read_text(encoding="utf-8", errors="replace")


def test_its_settings_are_those_of_ours(settings: EmbeddedSettings, running: Endpoint) -> None:
    wanted = {
        "server.memory.pagecache.size": "64.00MiB",
        "db.memory.transaction.max": "64.00MiB",
        "dbms.memory.transaction.total.max": "128.00MiB",
        "db.transaction.timeout": f"{settings.transaction_timeout_s // 60}m",
        "db.lock.acquisition.timeout": f"{settings.lock_timeout_s}s",
        "dbms.usage_report.enabled": "false",
    }
    found = {row["name"]: row["value"] for row in ask(running, "SHOW SETTINGS YIELD name, value")}

    assert {name: found[name] for name in wanted} == wanted
    assert found["server.bolt.listen_address"].startswith("127.0.0.1:")
