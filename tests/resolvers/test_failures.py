"""Whatever goes wrong in the database, a client is told what it can do about it and nothing of the inside."""

import inspect
from typing import Any

import neo4j.exceptions
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from access.viewer import LOCAL
from graph.client import DatabaseSettings
from graph.client.errors import BY_CODE, DatabaseFailedError, DatabaseUnreachableError, translate
from graph.errors import all_errors
from resolvers.executor.execute import Executor
from resolvers.executor.request import Request
from resolvers.types.query import build_schema, core_schema
from schema.declarations import model

SETTINGS = DatabaseSettings("bolt://graph.inside:7687", user="keeper", password="hush", database="crm")
STATEMENT = "MATCH (n0:Person {taxId: $p0}) RETURN n0.name"
INSIDE = (
    "MATCH",
    "RETURN",
    "$p0",
    "taxId",
    "graph.inside",
    "10.1.2.3",
    "7687",
    "keeper",
    "hush",
    "crm",
    "Traceback",
    "/var/lib",
    "java.",
    "site-packages",
    "0123456789",
)
CLASSES = [
    found
    for name, found in inspect.getmembers(neo4j.exceptions, inspect.isclass)
    if issubclass(found, (neo4j.exceptions.DriverError, neo4j.exceptions.Neo4jError)) and not name.startswith("_")
]
WORDS = st.lists(
    st.sampled_from(
        [
            STATEMENT,
            "Unable to retrieve routing information from graph.inside:7687 (resolved to 10.1.2.3)",
            "The client is unauthorized due to authentication failure: keeper/hush",
            "Database does not exist. Database name: 'crm'",
            'File "/var/lib/site-packages/x.py" Traceback java.lang.NullPointerException at java.util',
            "Node(17) already exists with label and property taxId = '0123456789'",
            "overflow",
        ]
    )
    | st.text(),
    min_size=1,
    max_size=4,
).map(" ".join)


class FailingDatabase:
    """Fails as the driver did."""

    def __init__(self, failure: Exception) -> None:
        self.failure = failure

    async def read(self, *_: Any) -> Any:
        raise translate(self.failure, SETTINGS, statement=STATEMENT, limit=15)


@pytest.fixture(scope="module")
def executor() -> Executor:
    return Executor(core_schema(build_schema(model())), model())


async def answer(executor: Executor, failure: Exception, language: str) -> dict[str, Any]:
    executor.database = FailingDatabase(failure)  # type: ignore[assignment]  # all of a database that is needed here
    found = await executor.execute(Request('{ party(by: { id: "x" }) { id } }', language=language), LOCAL)
    return dict(orjson.loads(found.body))


def nothing_of_the_inside(content: dict[str, Any]) -> None:
    assert content["data"] is None
    (error,) = content["errors"]
    shown = orjson.dumps(error).decode()
    assert [word for word in INSIDE if word in shown] == []
    assert set(error["extensions"]) <= {"code", "hint", "retryable"}


@given(kind=st.sampled_from(CLASSES), words=WORDS, language=st.sampled_from(["en", "vi"]))
async def test_no_error_of_the_driver_shows_the_inside(
    executor: Executor, kind: Any, words: str, language: str
) -> None:
    with capture_logs():
        nothing_of_the_inside(await answer(executor, kind(words), language))


CODES = [*BY_CODE, "Neo.ClientError.Statement.SyntaxError", "Neo.DatabaseError.General.UnknownError", "nonsense"]


@given(code=st.sampled_from(CODES), words=WORDS, language=st.sampled_from(["en", "vi"]))
async def test_no_error_of_the_server_shows_the_inside(
    executor: Executor, code: str, words: str, language: str
) -> None:
    failure = neo4j.exceptions.Neo4jError._hydrate_neo4j(code=code, message=words)
    with capture_logs():
        nothing_of_the_inside(await answer(executor, failure, language))


async def test_the_log_tells_what_the_client_is_not(executor: Executor) -> None:
    with capture_logs() as lines:
        content = await answer(executor, neo4j.exceptions.ServiceUnavailable("graph.inside"), "en")
    assert content["errors"][0]["extensions"]["code"] == "DATABASE_UNREACHABLE"
    assert content["errors"][0]["message"] == "The database cannot answer now."
    (line,) = lines
    assert "bolt://graph.inside:7687" in line["reason"]


def test_every_error_that_names_an_address_is_told_without_it() -> None:
    addressed = [error for error in all_errors() if "{address}" in error.text + error.hint]
    assert DatabaseUnreachableError in addressed
    assert [error for error in addressed if not issubclass(error, DatabaseFailedError)] == []
