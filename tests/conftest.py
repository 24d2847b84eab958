"""What every test can use: in continuous integration nothing is skipped, and one Neo4j lives for the whole run."""

import os
import tempfile
from collections.abc import AsyncIterator, Generator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

import server
from graph.client import Database, DatabaseSettings
from graph.embedded import QuietProgress, open_embedded
from tests.support.data import NOT_BESIDE
from tests.support.scratch import URI, given_database

# The demo company (fixture `demo`) and the option --update-expectations.
pytest_plugins = ["tests.oracle.demo"]

# A run asks each statement once or twice: making its machine code fast costs more than it saves.
os.environ.setdefault("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1")

PATIENCE = 100.0
"""A machine that does other things too must not decide what a test finds."""
UNHURRIED = {"dbms.cypher.min_replan_interval": "1h"}
"""Tests write and remove all the time: each change of the counts would have every plan made again."""
OWN = ("Counter", "Event", "Lock", "Migration")
"""What a database has before anything is written to it, and the outbox, which forgets with time."""
IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}


def _not_in_ci(report: pytest.TestReport | pytest.CollectReport) -> None:
    """A skip hides a missing tool: on a laptop that is fine, in continuous integration it is a failure. Data that is
    not there is no tool."""
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        if str(reason).endswith(NOT_BESIDE):
            return
        report.outcome = "failed"
        report.longrepr = f"{reason} (in CI a skipped test is a failure: .ci/run installs what tests need)"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _not_in_ci(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _not_in_ci(report)
    return report


@pytest.fixture(scope="session")
def neo4j_settings() -> Iterator[DatabaseSettings]:
    """Where the run's Neo4j is: one of its own in a folder that goes with it, or the empty one at NEO4J_TEST_URI."""
    if URI in os.environ:
        with given_database() as settings:
            yield settings
        return
    # The settings of the environment hold here too, so that CUSTOMER_GRAPH_NEO4J_VERSION runs the suite on another one.
    embedded = server.load_settings().embedded()
    with (
        tempfile.TemporaryDirectory(prefix="customer-graph-test-") as folder,
        open_embedded(
            replace(embedded, data=Path(folder), port=0, configuration=UNHURRIED), QuietProgress()
        ) as endpoint,
    ):
        yield DatabaseSettings(
            endpoint.uri, endpoint.user, endpoint.password, read_timeout=PATIENCE, write_timeout=PATIENCE
        )


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def database(neo4j_settings: DatabaseSettings) -> AsyncIterator[Database]:
    """The run's Neo4j, connected in the event loop that all tests share."""
    connected = await Database.connect(neo4j_settings)
    yield connected
    try:
        left = await connected.read("MATCH (n) WHERE NOT labels(n)[0] IN $own RETURN labels(n), count(*)", {"own": OWN})
    finally:
        await connected.close()
    assert left == [], "tests leave nothing behind"
