"""The lock file of a version: every jar of Neo4j with size and SHA-256, and how to make it again.

A lock file is `locks/<version>.toml`; it names no host. Versions without a committed lock are resolved on demand and
locked beside the cache.
"""

from __future__ import annotations

import hashlib
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import requests
from jgo.maven import Artifact, MavenContext

from .errors import NoDownloadError, UnknownVersionError, folder_errors
from .progress import Progress
from .settings import DEFAULT_VERSION

LOCKS = Path(__file__).parent / "locks"
CONNECTIONS = 16

# Reading Parquet files from cloud storage; nothing else uses these and what only they need (17 MB).
LEFT_OUT = ("org.apache.hadoop:hadoop-common", "blue.strategic.parquet:parquet-floor")


@dataclass(frozen=True, slots=True)
class Jar:
    """One file: `name` is group:artifact:version or group:artifact:version:classifier; size in bytes."""

    name: str
    size: int
    sha256: str

    @property
    def path(self) -> str:
        """Where a Maven repository keeps it, relative to the repository."""
        return jar_path(self.name)


@dataclass(frozen=True, slots=True)
class Lock:
    """What a version of Neo4j consists of."""

    version: str
    jars: tuple[Jar, ...]


def jar_path(name: str) -> str:
    """Where a Maven repository keeps the jar of that name."""
    group, artifact, version, *classifier = name.split(":")
    file = "-".join((artifact, version, *classifier))
    return f"{group.replace('.', '/')}/{artifact}/{version}/{file}.jar"


def read_lock(path: Path) -> Lock:
    """The lock of a file that `write_lock` wrote."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return Lock(content["version"], tuple(Jar(**jar) for jar in content["jars"]))


def lock_of(version: str, cache: Path, repository: str | None, progress: Progress) -> Lock:
    """The committed lock of the version; else the one beside the cache, made first where it is missing."""
    committed, made = LOCKS / f"{version}.toml", cache / "locks" / f"{version}.toml"
    if committed.is_file():
        return read_lock(committed)
    if not made.is_file():
        write_lock(version, made, progress, repository=repository)
    return read_lock(made)


def write_lock(version: str, path: Path, progress: Progress, *, repository: str | None = None) -> None:
    """Resolve a version of Neo4j, fetch each jar once and write their hashes to `path`. Takes about two minutes.

    Raises:
        UnknownVersionError: the repository has no such version.
        NoDownloadError: the repository cannot be reached.
    """
    progress.note(f"Resolving Neo4j {version} (about two minutes)")
    # The resolver keeps what it fetches, whole or not, so each run gets a folder of its own.
    with TemporaryDirectory(prefix="customer-graph-") as folder:
        names = _resolve(version, context(Path(folder), repository))
    base = repository_address(repository)
    with folder_errors(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        progress.note(f"Hashing {len(names)} jars")
        with httpx.Client(timeout=60) as client, ThreadPoolExecutor(CONNECTIONS) as pool:
            jars = list(pool.map(lambda name: _measure(name, client, base), names))
        part = path.with_suffix(".part")
        part.write_text(_text(version, jars), encoding="utf-8")
        part.replace(path)


def context(folder: Path, repository: str | None) -> MavenContext:
    """The resolver, which keeps what it fetches in the folder."""
    remote = {"central": repository} if repository else None
    return MavenContext(repo_cache=folder, remote_repos=remote, timeout=30)


def repository_address(repository: str | None) -> str:
    """The address of the repository: the given one, else the resolver's default."""
    return repository or next(iter(MavenContext().remote_repos.values()))


def _resolve(version: str, maven: MavenContext) -> list[str]:
    excluded = [maven.project(*name.split(":")) for name in LEFT_OUT]
    root = maven.create_dependency(f"org.neo4j:neo4j:{version}", excluded)
    try:
        inputs, others = maven.resolver.resolve([root])
    except requests.RequestException as error:
        raise NoDownloadError(what=f"Neo4j {version}", reason=reason_of(error)) from error
    except RuntimeError as error:  # the resolver's way to say that a file is in none of the repositories
        raise UnknownVersionError(version=version, reason="not in the repository", default=DEFAULT_VERSION) from error
    return sorted({_name(dependency.artifact) for dependency in (*inputs, *others)})


def _name(artifact: Artifact) -> str:
    parts = (artifact.groupId, artifact.artifactId, artifact.version, artifact.classifier)
    return ":".join(part for part in parts if part)


def _measure(name: str, client: httpx.Client, base: str) -> Jar:
    try:
        response = client.get(f"{base}/{jar_path(name)}").raise_for_status()
    except httpx.HTTPError as error:
        raise NoDownloadError(what=name, reason=reason_of(error)) from error
    return Jar(name, len(response.content), hashlib.sha256(response.content).hexdigest())


def reason_of(error: Exception) -> str:
    """The first line of what went wrong, without a full stop."""
    return str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__


def _text(version: str, jars: list[Jar]) -> str:
    lines = [f'  {{ name = "{jar.name}", size = {jar.size}, sha256 = "{jar.sha256}" }},' for jar in jars]
    head = "# Made by `customer-graph embedded lock`; not edited by hand."
    return "\n".join((head, f'version = "{version}"', "jars = [", *lines, "]", ""))
