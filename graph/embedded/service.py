"""Joins the database of a data folder, or starts it: one owner for each folder, whoever comes first."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from .bolt import answers
from .errors import FolderHeldError, OtherVersionError
from .folder import Connection, DataFolder
from .jars import fetch
from .lock import lock_of
from .owner import Owner
from .progress import Progress
from .settings import EmbeddedSettings, EmbeddedStatus, Endpoint

POLL_S = 0.1
# An owner that said it is ready and does not answer for this long is not going to.
SILENCE_S = 10.0


@contextmanager
def open_embedded(settings: EmbeddedSettings, progress: Progress) -> Iterator[Endpoint]:
    """Where the database of the data folder answers; on exit it is stopped if this call started it.

    Raises:
        EmbeddedError: it cannot be joined or started; the hint names the way out.
    """
    settings = replace(settings, data=settings.data.absolute(), cache=settings.cache.absolute())
    folder = DataFolder(settings.data)
    joined = _join(settings, folder)
    if joined:
        progress.note(f"Joining the embedded Neo4j {settings.version} at {joined.uri}")
        yield joined
        return
    folder.prepare(settings)
    lock = lock_of(settings.version, settings.cache, settings.repository, progress)
    jars = fetch(lock, settings.cache, settings.repository, progress)
    while (held := folder.try_lock()) is None:
        # Another process was faster meanwhile.
        if joined := _join(settings, folder):
            yield joined
            return
    progress.note(f"Starting the embedded Neo4j {settings.version} in {settings.data}")
    owner = Owner(settings, folder, held, jars)
    try:
        yield owner.endpoint
    finally:
        owner.stop()


def status(settings: EmbeddedSettings) -> EmbeddedStatus | None:
    """The database that holds the data folder; None when nothing does, or it is still starting."""
    folder = DataFolder(settings.data)
    connection = folder.connection() if folder.is_held() else None
    if connection is None:
        return None
    return EmbeddedStatus(settings.data, connection.uri, connection.version, connection.pid, answers(connection.uri))


def stop(settings: EmbeddedSettings) -> bool:
    """Stop the database that holds the data folder, whoever started it; False when there was none.

    Raises:
        FolderHeldError: it has not ended within the stop timeout.
    """
    folder = DataFolder(settings.data)
    connection = folder.connection() if folder.is_held() else None
    if connection is None:
        return False
    os.kill(connection.pid, signal.SIGTERM)
    deadline = time.monotonic() + settings.stop_timeout_s
    while folder.is_held():
        if time.monotonic() > deadline:
            raise _held(folder, connection)
        time.sleep(POLL_S)
    return True


def _join(settings: EmbeddedSettings, folder: DataFolder) -> Endpoint | None:
    """The running database, waiting for it while it starts or stops; None when nobody holds the folder."""
    began = silent_since = time.monotonic()
    while folder.is_held():
        connection = folder.connection()
        if connection and answers(connection.uri):
            if connection.version != settings.version:
                raise OtherVersionError(running=connection.version, folder=settings.data, wanted=settings.version)
            return Endpoint(connection.uri, connection.user, connection.password, owned=False)
        now = time.monotonic()
        silent_since = silent_since if connection else now
        if now - silent_since > SILENCE_S or now - began > settings.start_timeout_s:
            raise _held(folder, connection)
        time.sleep(POLL_S)
    return None


def _held(folder: DataFolder, connection: Connection | None) -> FolderHeldError:
    holder = f"process {connection.pid}" if connection else "another process"
    return FolderHeldError(folder=folder.path, holder=holder)
