"""Every error of the driver becomes one of ours here, and nowhere else.

What is neither in `BY_CODE` nor in `BY_TYPE` is our own fault: an InternalError whose trace id leads to the log entry.
The log names the statement and the kind of failure. The database's own words may repeat values of parameters, so they
are logged only where the statement was refused before it ran, and up to the first quotation mark. The original error is
not chained for the same reason.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping

import structlog
from neo4j import exceptions as driver

from graph.client.settings import DatabaseSettings
from graph.errors import (
    ConflictError,
    CustomerGraphError,
    InputError,
    InternalError,
    LimitError,
    NumberOverflowError,
    UnavailableError,
)

_log = structlog.get_logger(__name__)


class DatabaseFailedError(UnavailableError):
    """The database cannot be used. Subclasses say why and where, which is for whoever runs the service."""

    code = "DATABASE_UNAVAILABLE"
    text = "The database cannot answer now."
    hint = "Try again in a moment."

    def outside(self) -> CustomerGraphError:
        """The bare fact: no address, no name of a database or of a user."""
        return DatabaseFailedError()


class DatabaseUnreachableError(DatabaseFailedError):
    """Nothing answers at the address, or the connection was lost."""

    code = "DATABASE_UNREACHABLE"
    text = "The database does not answer at {address}."
    hint = "Check that Neo4j runs there and that NEO4J_URI names it; without NEO4J_URI the service starts its own."


class DatabaseBusyError(DatabaseFailedError):
    """The database answers, but cannot do this now: it starts, elects a leader or holds a lock too long."""

    code = "DATABASE_BUSY"
    text = "The database at {address} cannot do this now."
    hint = "Try again in a moment."


class DatabaseOverloadedError(DatabaseFailedError):
    """All connections of the pool stayed in use for as long as a request may wait for one."""

    code = "DATABASE_OVERLOADED"
    text = "All {connections} connections to the database are in use."
    hint = "Try again in a moment; raise CUSTOMER_GRAPH_POOL_SIZE where this happens often."


class OutcomeUnknownError(UnavailableError):
    """The connection was lost while a commit was under way."""

    code = "OUTCOME_UNKNOWN"
    text = "The connection was lost while the change was saved; it may or may not have happened."
    hint = "Read what was to be changed before sending the change again."
    retryable = False


class BadCredentialsError(DatabaseFailedError):
    """The database refuses the user name or the password."""

    code = "DATABASE_CREDENTIALS"
    text = "The database at {address} refuses the user name or the password."
    hint = "Check NEO4J_USER and NEO4J_PASSWORD."
    retryable = False


class DatabaseForbiddenError(DatabaseFailedError):
    """The user of the database lacks a right that the service needs."""

    code = "DATABASE_FORBIDDEN"
    text = "The database at {address} does not allow its user to do this."
    hint = "The user in NEO4J_USER must be able to read, write and change the schema."
    retryable = False


class DatabaseMissingError(DatabaseFailedError):
    """The server has no database of this name."""

    code = "DATABASE_MISSING"
    text = "The server at {address} has no database {database!r}."
    hint = "Check NEO4J_DATABASE, or create the database."
    retryable = False


class DatabaseMisconfiguredError(DatabaseFailedError):
    """The address or a certificate cannot be used, or the server is not Neo4j."""

    code = "DATABASE_SETTINGS"
    text = "The database at {address} cannot be used: {reason}"
    hint = "NEO4J_URI looks like bolt://host:7687, neo4j://host:7687 or neo4j+s://host:7687."
    retryable = False


class QueryTimeoutError(LimitError):
    """The statement ran longer than it may."""

    code = "QUERY_TIMEOUT"
    text = "The database did not finish within {limit:g} seconds."
    hint = "Ask for less at once: a smaller page, less depth or a narrower filter."


class QueryTerminatedError(LimitError):
    """Somebody stopped the statement, or the database shuts down."""

    code = "QUERY_TERMINATED"
    text = "The database stopped the query."
    hint = "Try again; ask an administrator where it happens again."
    retryable = True


class MemoryOverrunError(LimitError):
    """The statement needs more memory than it may have; it would need as much the next time."""

    code = "QUERY_MEMORY"
    text = "The query needs more memory than the database allows."
    hint = "Ask for less at once: a smaller page, less depth or a narrower filter."


class DeadlockError(ConflictError):
    """Two changes waited for one another."""

    code = "DEADLOCK"
    text = "Other changes to the same data got in the way."
    hint = "Try again in a moment."
    retryable = True


class ConstraintViolatedError(ConflictError):
    """Another node or relationship has the value that must be unique."""

    code = "NOT_UNIQUE"
    text = "Another {label} has the same {property} already."
    hint = "Use that one, or give another {property}."


class DuplicatesError(ConflictError):
    """A uniqueness constraint cannot be made, because the graph breaks it already."""

    code = "DUPLICATES"
    text = "Several of {label} have the same {property}."
    hint = "Merge or remove all but one of them, then start again."


class BadTextError(InputError):
    """A text holds half a character, which UTF-8 has no form for."""

    code = "BAD_TEXT"
    text = "A text of the request is not valid Unicode."
    hint = "Remove unpaired surrogates such as \\ud800."


class BadBookmarkError(InputError):
    """The bookmark is not one that this database gave out."""

    code = "BAD_BOOKMARK"
    text = "The bookmark is not one of this database."
    hint = "Send the bookmark of an earlier answer unchanged, or none."


REPEATED = (DatabaseUnreachableError, DatabaseBusyError, DeadlockError)
"""The failures that pass by themselves, so that a managed transaction or a read is tried again."""

_Kind = type[CustomerGraphError]

BY_CODE: Mapping[str, _Kind] = {
    "Neo.ClientError.Database.DatabaseNotFound": DatabaseMissingError,
    "Neo.ClientError.Schema.ConstraintValidationFailed": ConstraintViolatedError,
    "Neo.DatabaseError.Schema.ConstraintCreationFailed": DuplicatesError,
    # Another process just dropped the same one.
    "Neo.DatabaseError.Schema.ConstraintDropFailed": DatabaseBusyError,
    "Neo.DatabaseError.Schema.IndexDropFailed": DatabaseBusyError,
    "Neo.ClientError.Statement.ArithmeticError": NumberOverflowError,
    "Neo.ClientError.Transaction.InvalidBookmark": BadBookmarkError,
    "Neo.ClientError.Transaction.InvalidBookmarkMixture": BadBookmarkError,
    "Neo.ClientError.Transaction.TransactionTimedOut": QueryTimeoutError,
    "Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration": QueryTimeoutError,
    "Neo.ClientError.Transaction.Terminated": QueryTerminatedError,
    "Neo.ClientError.Transaction.LockClientStopped": QueryTerminatedError,
    "Neo.TransientError.General.MemoryPoolOutOfMemoryError": MemoryOverrunError,
    "Neo.TransientError.General.OutOfMemoryError": MemoryOverrunError,
    "Neo.TransientError.General.StackOverFlowError": MemoryOverrunError,
    "Neo.TransientError.Transaction.DeadlockDetected": DeadlockError,
}

BY_TYPE: Mapping[type[Exception], _Kind] = {
    driver.TransientError: DatabaseBusyError,
    driver.AuthError: BadCredentialsError,
    driver.Forbidden: DatabaseForbiddenError,
    driver.ServiceUnavailable: DatabaseUnreachableError,
    driver.SessionExpired: DatabaseUnreachableError,
    driver.IncompleteCommit: OutcomeUnknownError,
    driver.ConnectionPoolError: DatabaseOverloadedError,
    driver.ConfigurationError: DatabaseMisconfiguredError,
    UnicodeEncodeError: BadTextError,
    OverflowError: NumberOverflowError,
}

DRIVER_ERRORS = (driver.DriverError, driver.Neo4jError, UnicodeEncodeError, OverflowError)
"""What the driver raises, the two for parameters that Bolt cannot carry included."""

_REFUSED_BEFORE_RUNNING = frozenset(
    {
        "Neo.ClientError.Statement.SyntaxError",
        "Neo.ClientError.Statement.ParameterMissing",
        "Neo.ClientError.Statement.AccessMode",
        "Neo.ClientError.Procedure.ProcedureNotFound",
        "Neo.ClientError.Schema.IndexNotFound",
    }
)
_QUOTE = re.compile(r"[\'\"`\n]")
_UNIQUE = re.compile(r"(?:label|type) `(?P<label>[^`]+)` and propert(?:y|ies) `(?P<property>[^`]+)`")


def kind_of(error: Exception) -> _Kind:
    """The class of ours that an error of the driver becomes; InternalError for all that nobody expects."""
    code = str(getattr(error, "code", None))
    if code in BY_CODE and not (BY_CODE[code] is NumberOverflowError and "overflow" not in str(error)):
        return BY_CODE[code]
    return next((BY_TYPE[t] for t in type(error).__mro__ if t in BY_TYPE), InternalError)


def translate(
    error: Exception, settings: DatabaseSettings, *, statement: str = "", limit: float | None = None
) -> CustomerGraphError:
    """The error of ours for one of the driver; an unexpected one is logged under the trace id it then carries."""
    kind = kind_of(error)
    if kind is InternalError:
        return InternalError(trace=_record(error, statement))
    values: dict[str, object] = {
        "address": settings.address,
        "database": settings.database,
        "connections": settings.pool_size,
        "limit": limit or 0.0,
    }
    more = _MORE.get(kind)
    return kind(**values, **more(str(error)) if more else {})


def _record(error: Exception, statement: str) -> str:
    trace = secrets.token_hex(8)
    code = getattr(error, "code", None)
    reason: str | None = str(error)
    if isinstance(error, driver.Neo4jError):
        reason = _QUOTE.split(error.message or "", maxsplit=1)[0] if code in _REFUSED_BEFORE_RUNNING else None
    _log.error(
        "database_error",
        trace=trace,
        error=type(error).__name__,
        database_code=code,
        gql_status=getattr(error, "gql_status", None),
        reason=reason,
        statement=statement,
    )
    return trace


def _unique(message: str) -> Mapping[str, str]:
    found = _UNIQUE.search(message)
    return found.groupdict() if found else {"label": "entry", "property": "key"}


_MORE: Mapping[_Kind, Callable[[str], Mapping[str, str]]] = {
    ConstraintViolatedError: _unique,
    DuplicatesError: _unique,
    DatabaseMisconfiguredError: lambda message: {"reason": message},
}
