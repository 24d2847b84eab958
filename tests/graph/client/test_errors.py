import inspect
from dataclasses import replace

import neo4j.exceptions
import pytest
from structlog.testing import capture_logs

from graph.client import Database, DatabaseSettings
from graph.client.errors import (
    BY_TYPE,
    REPEATED,
    BadCredentialsError,
    BadTextError,
    DatabaseMisconfiguredError,
    DatabaseMissingError,
    DatabaseUnreachableError,
    MemoryOverrunError,
    QueryTerminatedError,
    kind_of,
)
from graph.errors import CustomerGraphError, InternalError, NumberOverflowError

OUR_OWN_FAULT = {
    "BrokenRecordError": "a value of the database cannot be read",
    "ClientError": "a wrong statement; those that data can cause are mapped by code",
    "ConstraintError": "mapped by code",
    "CypherSyntaxError": "a wrong statement",
    "CypherTypeError": "a wrong statement",
    "DatabaseError": "a failure inside the database",
    "DriverError": "the root of wrong uses of the driver",
    "GqlError": "the root of all",
    "Neo4jError": "the root of what the server reports",
    "ResultConsumedError": "a wrong use of the driver",
    "ResultError": "a wrong use of the driver",
    "ResultFailedError": "a wrong use of the driver",
    "ResultNotSingleError": "a wrong use of the driver",
    "SessionError": "a wrong use of the driver",
    "TransactionError": "a wrong use of the driver",
    "TransactionNestingError": "a wrong use of the driver",
}


def test_every_error_of_the_driver_is_mapped_or_our_own_fault() -> None:
    known = {
        c
        for name, c in inspect.getmembers(neo4j.exceptions, inspect.isclass)
        if issubclass(c, neo4j.exceptions.GqlError) and not name.startswith("_")
    }
    unmapped = {c.__name__ for c in known if not any(base in BY_TYPE for base in c.__mro__)}

    assert unmapped == set(OUR_OWN_FAULT)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("Neo.TransientError.General.MemoryPoolOutOfMemoryError", MemoryOverrunError),
        ("Neo.ClientError.Transaction.Terminated", QueryTerminatedError),
        ("Neo.ClientError.Security.Unauthorized", BadCredentialsError),
        ("Neo.ClientError.Statement.TypeError", InternalError),
        ("Neo.DatabaseError.General.UnknownError", InternalError),
    ],
)
def test_what_is_hard_to_cause_is_mapped_by_its_code(code: str, kind: type[CustomerGraphError]) -> None:
    error = neo4j.exceptions.Neo4jError._hydrate_neo4j(code=code, message="")

    assert kind_of(error) is kind


def test_a_memory_overrun_is_not_repeated() -> None:
    assert not issubclass(MemoryOverrunError, REPEATED)
    assert not MemoryOverrunError.retryable


@pytest.mark.parametrize("text", ["RETURN 9223372036854775807 + $n", "RETURN 9223372036854775807 * ($n + 1)"])
async def test_an_overflow_says_so(database: Database, text: str) -> None:
    with pytest.raises(NumberOverflowError) as caught:
        await database.read(text, {"n": 1})
    assert caught.value.code == "AMOUNT_OVERFLOW"


async def test_a_sum_that_overflows_is_no_error_of_the_database_but_a_float(database: Database) -> None:
    [[total]] = await database.read("UNWIND [9223372036854775807, $n] AS amount RETURN sum(amount)", {"n": 1})

    assert isinstance(total, float)


async def test_a_number_beyond_64_bits_is_an_overflow_too(database: Database) -> None:
    with pytest.raises(NumberOverflowError):
        await database.read("RETURN $n", {"n": 2**63})


async def test_half_a_character_is_refused(database: Database) -> None:
    with pytest.raises(BadTextError):
        await database.read("RETURN $text", {"text": "\ud800"})
    assert await database.read("RETURN $text", {"text": "😀"}) == [["😀"]]


@pytest.mark.parametrize(
    "text",
    [
        "RETURN date($secret)",
        "RETURN 1 / toInteger($secret - $secret)",
        "RETURN $secret.name",
        "CREATE (:X {name: $secret})",
        "RETRUN",
    ],
)
@pytest.mark.parametrize("secret", ["it's 'secret' \"4711\"", 4711, [4711]])
async def test_the_log_has_trace_and_statement_and_no_value(database: Database, text: str, secret: object) -> None:
    with capture_logs() as logs, pytest.raises(InternalError) as caught:
        await database.read(text, {"secret": secret})

    (entry,) = logs
    assert entry["statement"] == text
    assert entry["trace"] in caught.value.message()
    shown = {k: v for k, v in entry.items() if k not in {"statement", "trace"}}
    assert "4711" not in str(shown)
    assert "4711" not in caught.value.message()
    assert caught.value.__suppress_context__


async def test_an_address_without_database_is_named() -> None:
    with pytest.raises(DatabaseUnreachableError, match=r"bolt://127\.0\.0\.1:1\."):
        await Database.connect(DatabaseSettings("bolt://127.0.0.1:1"))


async def test_a_scheme_that_neo4j_does_not_have_is_named() -> None:
    with pytest.raises(DatabaseMisconfiguredError, match="URI scheme 'redis'"):
        await Database.connect(DatabaseSettings("redis://127.0.0.1:1"))


async def test_a_password_in_the_uri_is_refused_without_showing_it() -> None:
    settings = DatabaseSettings("bolt://neo4j:hush@127.0.0.1:7687")

    with pytest.raises(DatabaseMisconfiguredError) as caught:
        await Database.connect(settings)
    assert "hush" not in caught.value.message() + caught.value.advice()


async def test_a_missing_database_is_named(neo4j_settings: DatabaseSettings) -> None:
    with pytest.raises(DatabaseMissingError, match="'nowhere'"):
        await Database.connect(replace(neo4j_settings, database="nowhere"))


async def test_wrong_credentials_are_refused(neo4j_settings: DatabaseSettings) -> None:
    if neo4j_settings.user is None:
        await (await Database.connect(replace(neo4j_settings, user="neo4j", password="wrong"))).close()
        return
    with pytest.raises(BadCredentialsError, match="refuses the user name or the password"):
        await Database.connect(replace(neo4j_settings, password="wrong"))


def test_the_password_is_not_shown() -> None:
    assert "hush" not in repr(DatabaseSettings("bolt://localhost", "neo4j", "hush"))


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("bolt://me:secret@graph.example:7687?x=1", "bolt://graph.example:7687"),
        ("graph.example", "NEO4J_URI"),
        ("", "NEO4J_URI"),
    ],
)
def test_an_address_is_shown_without_secrets_and_by_its_setting_where_it_is_none(uri: str, shown: str) -> None:
    assert DatabaseSettings(uri).address == shown
