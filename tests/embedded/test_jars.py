"""Jars are fetched in parallel, resumed, and refused by name when they are not what the lock file names."""

import hashlib
import io
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from graph.embedded import DEFAULT_VERSION, PlainProgress, QuietProgress
from graph.embedded.errors import DiskFullError, NoDownloadError, UnknownVersionError, WrongHashError
from graph.embedded.jars import fetch
from graph.embedded.lock import LOCKS, Jar, Lock, read_lock, write_lock

CONTENT = {f"org.example:part-{number}:1.0": os.urandom(200_000 + number) for number in range(5)}
LOCK = Lock("1.0", tuple(Jar(name, len(data), hashlib.sha256(data).hexdigest()) for name, data in CONTENT.items()))


class Repository(ThreadingHTTPServer):
    """A repository on loopback with what `files` holds; `cut` breaks each answer off after that many bytes, once."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.files = {"/" + jar.path: CONTENT[jar.name] for jar in LOCK.jars}
        self.cut: dict[str, int] = {}
        self.asked: list[tuple[str, str | None]] = []
        self.address = f"http://127.0.0.1:{self.server_port}"


class Answer(BaseHTTPRequestHandler):
    server: Repository

    def do_GET(self) -> None:
        asked = self.headers["Range"]
        self.server.asked.append((self.path, asked))
        content = self.server.files.get(self.path)
        if content is None:
            self.send_error(404)
            return
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
        self.send_response(206 if asked else 200)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        self.wfile.write(content[start:][: self.server.cut.pop(self.path, None)])

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def repository() -> Iterator[Repository]:
    with Repository() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def get(repository: Repository, cache: Path, said: io.StringIO | None = None) -> list[bytes]:
    progress = PlainProgress(said) if said else QuietProgress()
    return [file.read_bytes() for file in fetch(LOCK, cache, repository.address, progress)]


def test_each_jar_is_fetched_once_and_a_warm_cache_asks_for_nothing(repository: Repository, tmp_path: Path) -> None:
    said = io.StringIO()

    assert get(repository, tmp_path, said) == list(CONTENT.values())
    assert len(repository.asked) == len(CONTENT)
    assert said.getvalue().splitlines()[-1] == "Fetching Neo4j 1.0: 100 % of 1 MB"

    assert get(repository, tmp_path) == list(CONTENT.values())
    assert len(repository.asked) == len(CONTENT)


def test_a_broken_download_goes_on_where_it_stopped(repository: Repository, tmp_path: Path) -> None:
    path = "/" + LOCK.jars[0].path
    repository.cut[path] = 70_000
    said = io.StringIO()

    assert get(repository, tmp_path, said) == list(CONTENT.values())

    first, again = [header for asked, header in repository.asked if asked == path]
    assert first is None
    assert again
    assert again != "bytes=0-"
    assert said.getvalue().count("100 %") == 1


def test_a_part_of_an_earlier_run_is_resumed(repository: Repository, tmp_path: Path) -> None:
    part = tmp_path / "maven" / (LOCK.jars[0].path + ".part")
    part.parent.mkdir(parents=True)
    part.write_bytes(CONTENT[LOCK.jars[0].name][:1234])

    assert get(repository, tmp_path) == list(CONTENT.values())
    assert ("/" + LOCK.jars[0].path, "bytes=1234-") in repository.asked
    assert not part.exists()


def test_a_part_that_is_something_else_is_fetched_anew(repository: Repository, tmp_path: Path) -> None:
    part = tmp_path / "maven" / (LOCK.jars[0].path + ".part")
    part.parent.mkdir(parents=True)
    part.write_bytes(b"something else")

    assert get(repository, tmp_path) == list(CONTENT.values())


def test_a_jar_that_is_not_the_one_of_the_lock_is_refused_by_name(repository: Repository, tmp_path: Path) -> None:
    jar = LOCK.jars[2]
    repository.files["/" + jar.path] = b"x" * jar.size

    with pytest.raises(WrongHashError, match=rf"{jar.name} is refused.*{jar.sha256}") as caught:
        get(repository, tmp_path)

    assert "NEO4J_URI" in caught.value.advice()
    folder = (tmp_path / "maven" / jar.path).parent
    assert list(folder.iterdir()) == []


def test_a_cached_jar_that_has_changed_is_named_and_fetched_again(repository: Repository, tmp_path: Path) -> None:
    get(repository, tmp_path)
    (tmp_path / "maven" / LOCK.jars[1].path).write_bytes(b"changed")
    said = io.StringIO()

    assert get(repository, tmp_path, said) == list(CONTENT.values())
    assert said.getvalue().startswith(f"{LOCK.jars[1].name} in the cache is not the one of the lock file")


def test_a_jar_that_the_repository_lacks_is_named(repository: Repository, tmp_path: Path) -> None:
    del repository.files["/" + LOCK.jars[3].path]

    with pytest.raises(NoDownloadError, match=f"{LOCK.jars[3].name} cannot be fetched: .*404"):
        get(repository, tmp_path)


def test_a_disk_that_fills_while_fetching_is_named(repository: Repository, tmp_path: Path) -> None:
    part = tmp_path / "maven" / (LOCK.jars[0].path + ".part")
    part.parent.mkdir(parents=True)
    part.symlink_to("/dev/full")

    with pytest.raises(DiskFullError, match=str(tmp_path)):
        get(repository, tmp_path)


def test_a_version_that_nobody_published_is_named(repository: Repository, tmp_path: Path) -> None:
    with pytest.raises(UnknownVersionError, match=r"Neo4j 0\.0 cannot be resolved") as caught:
        write_lock("0.0", tmp_path / "0.0.toml", QuietProgress(), repository=repository.address)

    assert DEFAULT_VERSION in caught.value.advice()


def test_a_lock_is_made_from_what_a_version_needs(repository: Repository, tmp_path: Path) -> None:
    needed, data = LOCK.jars[0], CONTENT[LOCK.jars[0].name]
    pom = "<project><modelVersion>4.0.0</modelVersion><groupId>{}</groupId><artifactId>{}</artifactId>{}</project>"
    dependency = "<groupId>org.example</groupId><artifactId>part-0</artifactId><version>1.0</version>"
    neo4j = f"<version>9.9</version><dependencies><dependency>{dependency}</dependency></dependencies>"
    root = "/org/neo4j/neo4j/9.9/neo4j-9.9"
    repository.files |= {
        f"{root}.pom": pom.format("org.neo4j", "neo4j", neo4j).encode(),
        f"{root}.jar": b"neo4j itself",
        "/" + needed.path.replace(".jar", ".pom"): pom.format(
            "org.example", "part-0", "<version>1.0</version>"
        ).encode(),
    }
    file = tmp_path / "9.9.toml"

    write_lock("9.9", file, QuietProgress(), repository=repository.address)

    neo4j_jar = Jar("org.neo4j:neo4j:9.9", len(b"neo4j itself"), hashlib.sha256(b"neo4j itself").hexdigest())
    assert read_lock(file) == Lock("9.9", (Jar(needed.name, len(data), needed.sha256), neo4j_jar))
    assert repository.address not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("file", sorted(LOCKS.glob("*.toml")), ids=lambda file: file.stem)
def test_the_committed_locks_are_whole_and_name_no_host(file: Path) -> None:
    lock = read_lock(file)

    assert lock.version == file.stem
    assert f"org.neo4j:neo4j:{lock.version}" in {jar.name for jar in lock.jars}
    assert all(len(bytes.fromhex(jar.sha256)) == 32 and jar.size > 0 for jar in lock.jars)
    assert "//" not in file.read_text(encoding="utf-8")


def test_the_default_version_is_locked() -> None:
    assert (LOCKS / f"{DEFAULT_VERSION}.toml").is_file()
