"""Fetches the jars of a lock into the cache: in parallel, resumable, each checked against its SHA-256.

A jar that is there with the right hash is not asked for again, so a warm cache needs no network.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx

from .errors import NoDownloadError, WrongHashError, folder_errors
from .lock import CONNECTIONS, Jar, Lock, reason_of, repository_address
from .progress import Advance, Progress

ATTEMPTS = 4
CHUNK = 1 << 16


def fetch(lock: Lock, cache: Path, repository: str | None, progress: Progress) -> list[Path]:
    """The files of the lock's jars, in its order; what is missing is fetched first.

    A cached file whose hash is wrong is removed, named and fetched again. Processes that share a cache take turns.
    """
    folder = cache / "maven"
    files = [folder / jar.path for jar in lock.jars]
    with folder_errors(cache):
        if not _missing(lock.jars, files, progress):
            return files
        cache.mkdir(parents=True, exist_ok=True)
        with _turn(cache / "fetch.lock"):
            missing = _missing(lock.jars, files, progress)
            _fetch_all(missing, folder, repository_address(repository), progress, lock.version)
    return files


def _missing(jars: Sequence[Jar], files: Sequence[Path], progress: Progress) -> list[Jar]:
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        sums = list(pool.map(_sha256, files))
    missing = []
    for jar, file, found in zip(jars, files, sums, strict=True):
        if found == jar.sha256:
            continue
        if found is not None:
            progress.note(f"{jar.name} in the cache is not the one of the lock file: fetched again")
            file.unlink()
        missing.append(jar)
    return missing


def _fetch_all(jars: Sequence[Jar], folder: Path, base: str, progress: Progress, version: str) -> None:
    if not jars:
        return
    total = sum(jar.size for jar in jars)
    limits = httpx.Limits(max_connections=CONNECTIONS)
    pool = ThreadPoolExecutor(CONNECTIONS)
    with progress.bar(f"Fetching Neo4j {version}", total) as advance, httpx.Client(limits=limits, timeout=30) as client:
        try:
            # The largest first, so that none of them is alone at the end.
            ordered = sorted(jars, key=lambda jar: -jar.size)
            list(pool.map(lambda jar: fetch_jar(jar, folder / jar.path, client, base, advance), ordered))
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def fetch_jar(jar: Jar, file: Path, client: httpx.Client, base: str, advance: Advance) -> None:
    """Fetch one jar to `file`, going on where an earlier attempt stopped.

    Raises:
        WrongHashError: a whole download is not what the lock names.
        NoDownloadError: there is no whole download.
    """
    part = file.with_name(file.name + ".part")
    part.parent.mkdir(parents=True, exist_ok=True)
    failure: Exception | None = None
    for _ in range(ATTEMPTS):
        resumed = part.exists()
        try:
            _download(f"{base}/{jar.path}", part, jar.size, client, advance)
        except httpx.TransportError as error:
            failure = error
            continue
        except httpx.HTTPError as error:
            raise NoDownloadError(what=jar.name, reason=reason_of(error)) from error
        found = _sha256(part)
        if found == jar.sha256:
            part.replace(file)
            return
        part.unlink()
        advance(-jar.size)
        if not resumed:
            raise WrongHashError(jar=jar.name, actual=found, expected=jar.sha256)
    raise NoDownloadError(what=jar.name, reason=reason_of(failure or httpx.HTTPError("interrupted again and again")))


def _download(url: str, part: Path, size: int, client: httpx.Client, advance: Advance) -> None:
    have = part.stat().st_size if part.exists() else 0
    if have >= size:
        advance(size)
        return
    # Without compression the bytes are those of the file, which the range counts.
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with client.stream("GET", url, headers=headers, follow_redirects=True) as response:
        response.raise_for_status()
        goes_on = response.status_code == httpx.codes.PARTIAL_CONTENT
        done = have if goes_on else 0
        advance(done)
        try:
            with part.open("ab" if goes_on else "wb") as target:
                for chunk in response.iter_raw(CHUNK):
                    target.write(chunk)
                    done += len(chunk)
                    advance(len(chunk))
        except BaseException:
            advance(-done)
            raise


def _sha256(file: Path) -> str | None:
    try:
        with file.open("rb") as source:
            return hashlib.file_digest(source, "sha256").hexdigest()
    except FileNotFoundError:
        return None


@contextmanager
def _turn(path: Path) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
