"""The child process: a JVM with Neo4j in it that ends with its parent.

Run by path, so it imports nothing of this package: it starts fast and needs no import path. Its orders come as one line
of JSON on standard input, which then stays open: its end is the end of the parent, however that came. News go back as
one line of JSON on standard output; all other output goes to the log.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path
from typing import TypedDict

import jpype

POLL_S = 0.5
# By then the first queries are through, so the archive knows their classes and takes nobody's time.
ARCHIVE_DELAY_S = 20.0
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


class Archive(TypedDict):
    """How to make the class archive: the list the JVM writes, the command that reads it, the file it makes."""

    classes: str
    command: list[str]
    made: str
    target: str


class Orders(TypedDict):
    """What the parent says."""

    parent: int
    jvm: str
    options: list[str]
    classpath: list[str]
    home: str
    conf: str
    connection_file: str
    password_file: str
    user: str
    password: str
    version: str
    archive: Archive | None


stopping = False


def main() -> None:
    """Start Neo4j, say where it answers, wait for the end of the parent or a signal, stop it cleanly."""
    # Ctrl-C and a closing terminal reach the whole process group: the parent decides what they mean.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _stop)
    news = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    orders: Orders = json.loads(sys.stdin.buffer.readline())
    # Without handlers of the JVM's own: SIGTERM must reach the one above.
    jpype.startJVM(orders["jvm"], *orders["options"], "-Xrs", classpath=orders["classpath"], convertStrings=True)
    database = Database(orders)
    news.write(json.dumps({"uri": database.uri}) + "\n")
    news.close()
    wait(orders)
    Path(orders["connection_file"]).unlink(missing_ok=True)
    database.shutdown()
    # The JVM has nothing left to do, and its own orderly end takes a second.
    os._exit(0)


class Database:
    """A running Neo4j whose user has the given password, announced in the connection file."""

    def __init__(self, orders: Orders) -> None:
        path = jpype.JClass("java.nio.file.Path")
        # The password file is written last, so without it the store, if there is one, may know another password.
        accepted = Path(orders["password_file"]).exists()
        empty = not (Path(orders["home"]) / "data" / "databases" / "system").exists()
        if empty:
            _set_initial_password(orders)
        builder = jpype.JClass("org.neo4j.dbms.api.DatabaseManagementServiceBuilder")(path.of(orders["home"]))
        self._service = builder.loadPropertiesFromFile(path.of(orders["conf"])).build()
        self._system = self._service.database("system")
        if not (accepted or empty):
            self._replace_user(orders)
        self.uri = f"bolt://{self._address()}"
        write_private(orders["password_file"], orders["password"])
        connection = {key: orders[key] for key in ("user", "password", "version")}
        write_private(orders["connection_file"], json.dumps({"uri": self.uri, "pid": os.getpid(), **connection}))

    def shutdown(self) -> None:
        """Stop Neo4j with a checkpoint; returns when everything is on disk."""
        self._service.shutdown()

    def _replace_user(self, orders: Orders) -> None:
        """Takes seconds, so only where it is needed.

        `CREATE OR REPLACE USER neo4j SET PASSWORD $password CHANGE NOT REQUIRED`
        """
        parameters = jpype.JClass("java.util.HashMap")()
        parameters.put("password", orders["password"])
        statement = f"CREATE OR REPLACE USER {orders['user']} SET PASSWORD $password CHANGE NOT REQUIRED"
        self._system.executeTransactionally(statement, parameters)

    def _address(self) -> str:
        register = jpype.JClass("org.neo4j.configuration.connectors.ConnectorPortRegister")
        bolt = jpype.JClass("org.neo4j.configuration.connectors.ConnectorType").BOLT
        address = self._system.getDependencyResolver().resolveDependency(register).getLocalAddress(bolt)
        return f"{address.getHost()}:{address.getPort()}"


def write_private(file: str, text: str) -> None:
    """Write a file that only the user can read; it is never seen half written."""
    part = Path(f"{file}.part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as target:
        target.write(text)
    part.replace(file)


def wait(orders: Orders) -> None:
    """Return when the parent has ended or closed its end, or SIGTERM came; make the class archive meanwhile."""
    due = time.monotonic() + ARCHIVE_DELAY_S
    maker: subprocess.Popen[bytes] | None = None
    archive = orders["archive"]
    # A process that the parent forked may keep the pipe open, so a new parent counts as the end, too.
    while not stopping and os.getppid() == orders["parent"]:
        if select.select([0], [], [], POLL_S)[0]:
            break
        if archive and maker is None and time.monotonic() > due:
            maker = _make_archive(archive)
        if archive and maker and maker.poll() is not None:
            if maker.returncode == 0:
                Path(archive["made"]).replace(archive["target"])
            archive = None
    if maker:
        maker.kill()
    if orders["archive"]:
        Path(orders["archive"]["classes"]).unlink(missing_ok=True)
        Path(orders["archive"]["made"]).unlink(missing_ok=True)


def _make_archive(archive: Archive) -> subprocess.Popen[bytes]:
    """Write what the JVM has loaded as an archive that the next start maps into memory instead of reading jars."""
    classes = Path(archive["classes"])
    # The reader of the list refuses longer lines.
    lines = [line for line in classes.read_text(encoding="utf-8").splitlines(keepends=True) if len(line) < 4000]
    classes.write_text("".join(lines), encoding="utf-8")
    return subprocess.Popen(  # noqa: S603 - the command is the parent's own
        archive["command"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        preexec_fn=_in_background,  # noqa: PLW1509 - this is the only thread that runs Python
    )


def _in_background() -> None:
    os.nice(19)
    if sys.platform == "linux":
        # The signal comes when the thread that started it ends: here that is the main thread, so the process.
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _set_initial_password(orders: Orders) -> None:
    """Give the user of a store that is yet to be made its password, so that it never listens with another one."""
    path = jpype.JClass("java.nio.file.Path")
    home, conf = path.of(orders["home"]), path.of(orders["conf"]).getParent()
    context = jpype.JClass("org.neo4j.cli.ExecutionContext")(home, conf)
    command = jpype.JClass("org.neo4j.commandline.admin.security.SetInitialPasswordCommand")(context)
    if jpype.JClass("picocli.CommandLine")(command).execute(orders["password"]) != 0:
        raise RuntimeError("The initial password could not be set.")


def _stop(_signal: int, _frame: object) -> None:
    global stopping  # noqa: PLW0603 - a signal handler has no other way to tell the loop
    stopping = True


if __name__ == "__main__":
    try:
        main()
    except BaseException:
        # Threads of the JVM would keep a failed process alive.
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
