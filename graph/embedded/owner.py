"""Starts the child, waits until it answers, and stops it."""

from __future__ import annotations

import json
import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from . import child
from .archive import archive_file, archive_options, archive_order, classpath_of, jvm
from .bolt import answers, port_is_free
from .config import jvm_options, neo4j_conf
from .errors import DiskFullError, PortTakenError, StartFailedError, StartTimeoutError, folder_errors, free_mb
from .folder import DataFolder
from .settings import USER, EmbeddedSettings, Endpoint

TAIL_LINES = 12


class Owner:
    """A child that runs the database of one data folder. Made with the folder's lock, which the child then holds."""

    def __init__(self, settings: EmbeddedSettings, folder: DataFolder, lock: int, jars: Sequence[Path]) -> None:
        self._settings, self._folder = settings, folder
        try:
            if settings.port and not port_is_free(settings.port):
                raise PortTakenError(port=settings.port)
            folder.connection_file.unlink(missing_ok=True)
            self._password = folder.password()
            orders = self._orders(jars)
            with folder_errors(folder.path), folder.log.open("wb") as log:
                # -P: the child's folder must not become part of its import path.
                self._child = subprocess.Popen(  # noqa: S603 - our own program, run by our own interpreter
                    [sys.executable, "-P", child.__file__],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    pass_fds=(lock,),
                )
        finally:
            # From here on the child alone holds the folder: when it ends, however, the folder is free.
            os.close(lock)
        try:
            self._send(orders)
            self._uri = self._await_ready()
        except BaseException:
            self.stop()
            raise

    @property
    def endpoint(self) -> Endpoint:
        """Where the child answers."""
        return Endpoint(self._uri, USER, self._password, owned=True)

    def stop(self) -> None:
        """End the child: cleanly within the time of the settings, otherwise the hard way."""
        process = self._child
        if process.stdin and not process.stdin.closed:
            # A broken pipe means that it is gone already.
            with suppress(BrokenPipeError):
                process.stdin.close()
        try:
            process.wait(self._settings.stop_timeout_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        finally:
            if process.stdout:
                process.stdout.close()

    def _orders(self, jars: Sequence[Path]) -> child.Orders:
        settings, folder = self._settings, self._folder
        conf = folder.path / "conf" / "neo4j.conf"
        classpath = classpath_of(jars)
        class_list = folder.path / "logs" / "classes.list"
        archive = archive_file(settings.cache, settings.version, classpath) if settings.class_archive else None
        options = jvm_options(settings, folder.path / "logs")
        with folder_errors(folder.path):
            conf.parent.mkdir(exist_ok=True)
            conf.write_text(neo4j_conf(settings), encoding="utf-8")
            return child.Orders(
                parent=os.getpid(),
                jvm=str(jvm()),
                options=options + (archive_options(archive, class_list) if archive else []),
                classpath=classpath,
                home=str(folder.path),
                conf=str(conf),
                connection_file=str(folder.connection_file),
                password_file=str(folder.password_file),
                user=USER,
                password=self._password,
                version=settings.version,
                archive=archive_order(archive, class_list, classpath) if archive else None,
            )

    def _send(self, orders: child.Orders) -> None:
        assert self._child.stdin
        try:
            self._child.stdin.write(json.dumps(orders).encode() + b"\n")
            self._child.stdin.flush()
        except BrokenPipeError:
            raise self._failure() from None

    def _await_ready(self) -> str:
        assert self._child.stdout
        deadline = time.monotonic() + self._settings.start_timeout_s
        ready = select.select([self._child.stdout], [], [], self._settings.start_timeout_s)[0]
        line = self._child.stdout.readline() if ready else b""
        if ready and not line:
            raise self._failure()
        while ready and time.monotonic() < deadline:
            uri: str = json.loads(line)["uri"]
            if answers(uri):
                return uri
            time.sleep(0.05)
        raise StartTimeoutError(seconds=self._settings.start_timeout_s, log=self._folder.log)

    def _failure(self) -> Exception:
        """What the end of the log means."""
        lines = self._folder.log.read_text(encoding="utf-8", errors="replace").splitlines()
        text = "\n".join(lines)
        if "Address already in use" in text:
            return PortTakenError(port=self._settings.port)
        if "No space left on device" in text:
            return DiskFullError(folder=self._folder.path, free_mb=free_mb(self._folder.path))
        return StartFailedError(cause=_cause(lines), log=self._folder.log, tail="\n".join(lines[-TAIL_LINES:]))


def _cause(lines: Sequence[str]) -> str:
    """The innermost reason that a log names: the last line that looks like an exception with a message."""
    said = [line.strip() for line in lines if re.search(r"(Caused by:|Error|Exception)\b.*: ", line)]
    return said[-1] if said else "it left no reason."
