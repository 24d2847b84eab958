"""What can go wrong with the embedded database, each with its way out.

```
UnavailableError
└── EmbeddedError
    ├── FolderHeldError        the data folder belongs to a process that does not answer
    ├── OtherVersionError      the running database is of another version
    ├── NoPermissionError      a folder may not be written
    ├── DiskFullError          a folder's disk has no room
    ├── PortTakenError         the configured port belongs to another process
    ├── NoDownloadError        the jars cannot be fetched
    ├── WrongHashError         a jar is not the one that the lock file names
    ├── UnknownVersionError    no such version of Neo4j is published
    ├── StartFailedError       the child ended before it was ready
    └── StartTimeoutError      the child was not ready in time
```
"""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.errors import UnavailableError


class EmbeddedError(UnavailableError):
    """The embedded database cannot serve."""

    code = "EMBEDDED"
    text = "The embedded database cannot serve: {reason}."
    hint = "Set NEO4J_URI to use a Neo4j that runs elsewhere."
    retryable = False


class FolderHeldError(EmbeddedError):
    """Another process holds the data folder and does not answer."""

    code = "EMBEDDED_FOLDER_HELD"
    text = "The data folder {folder} is held by {holder}, which does not answer."
    hint = "End that process and try again, choose another folder in CUSTOMER_GRAPH_DATA, or set NEO4J_URI."


class OtherVersionError(EmbeddedError):
    """The database that runs on the data folder is of another version than asked for."""

    code = "EMBEDDED_OTHER_VERSION"
    text = "Neo4j {running} runs on {folder}, but {wanted} was asked for."
    hint = "Stop the running one first, or set CUSTOMER_GRAPH_NEO4J_VERSION={running}."


class NoPermissionError(EmbeddedError):
    """The folder cannot be made or written."""

    code = "EMBEDDED_NO_PERMISSION"
    text = "{folder} cannot be written: {reason}."
    hint = "Give your user write permission there, choose another folder, or set NEO4J_URI."


class DiskFullError(EmbeddedError):
    """The disk of the folder has no room."""

    code = "EMBEDDED_DISK_FULL"
    text = "The disk of {folder} is full: {free_mb} MB are free."
    hint = "Free some space (1 GB is plenty to begin with), choose a folder on another disk, or set NEO4J_URI."


class PortTakenError(EmbeddedError):
    """The configured port belongs to another process."""

    code = "EMBEDDED_PORT_TAKEN"
    text = "Port {port} on 127.0.0.1 is taken by another process."
    hint = (
        "Choose another CUSTOMER_GRAPH_EMBEDDED_PORT (0 means any free one), end that process, "
        "or set NEO4J_URI to use it."
    )


class NoDownloadError(EmbeddedError):
    """The files of Neo4j cannot be fetched."""

    code = "EMBEDDED_NO_DOWNLOAD"
    text = "{what} cannot be fetched: {reason}."
    hint = (
        "Check the network (the first start needs it, later ones do not); what is fetched already is kept. "
        "Without a network set NEO4J_URI."
    )
    retryable = True


class WrongHashError(EmbeddedError):
    """A fetched jar is not the one that the lock file names; it was removed."""

    code = "EMBEDDED_WRONG_HASH"
    text = "{jar} is refused: its SHA-256 is {actual}, the lock file names {expected}. The file was removed."
    hint = "Try again; if it happens again, a proxy or a mirror changes files: use another network, or set NEO4J_URI."


class UnknownVersionError(EmbeddedError):
    """No such version of Neo4j is published."""

    code = "EMBEDDED_UNKNOWN_VERSION"
    text = "Neo4j {version} cannot be resolved: {reason}."
    hint = "Choose a published version in CUSTOMER_GRAPH_NEO4J_VERSION; {default} is the default."


class StartFailedError(EmbeddedError):
    """The child ended before it was ready."""

    code = "EMBEDDED_START_FAILED"
    text = "The embedded database ended while it was starting: {cause}"
    hint = "Its log is {log}. It ends with:\n{tail}"


class StartTimeoutError(EmbeddedError):
    """The child was not ready in time; it was stopped."""

    code = "EMBEDDED_START_TIMEOUT"
    text = "The embedded database was not ready within {seconds} s and was stopped."
    hint = "Its log is {log}. Raise CUSTOMER_GRAPH_START_SECONDS or CUSTOMER_GRAPH_HEAP_MB, or set NEO4J_URI."
    retryable = True


def free_mb(folder: Path) -> int:
    """MB (2^20 bytes) that are free on the disk where the folder is or would be."""
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    return shutil.disk_usage(there).free >> 20


@contextmanager
def folder_errors(folder: Path) -> Iterator[None]:
    """Turn what the operating system says about a folder into the errors of this tree."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFullError(folder=folder, free_mb=free_mb(folder)) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST, errno.ENOENT):
            raise NoPermissionError(folder=folder, reason=error.strerror) from error
        raise
