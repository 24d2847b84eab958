"""What keeps the embedded database from starting is said in one sentence, with the way out."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from graph.embedded import EmbeddedSettings, QuietProgress, open_embedded
from graph.embedded.errors import (
    DiskFullError,
    EmbeddedError,
    FolderHeldError,
    NoDownloadError,
    NoPermissionError,
    PortTakenError,
    StartFailedError,
    StartTimeoutError,
)
from graph.embedded.folder import DataFolder
from graph.errors import all_errors, texts

pytestmark = pytest.mark.embedded

NOWHERE = "http://127.0.0.1:9/nowhere"


def opened(settings: EmbeddedSettings) -> None:
    with open_embedded(settings, QuietProgress()):
        raise AssertionError("it started")


@contextmanager
def as_nobody() -> Iterator[None]:
    """As a user without rights, where the tests run as one with all."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_folder_whose_holder_is_silent_names_the_holder(
    small: EmbeddedSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.embedded.service.SILENCE_S", 0.2)
    settings = replace(small, data=tmp_path)
    folder = DataFolder(tmp_path)
    folder.prepare(settings)
    held = folder.try_lock()
    assert held is not None
    folder.connection_file.write_text(
        '{"uri": "bolt://127.0.0.1:9", "user": "u", "password": "p", "pid": 4711, "version": "v"}', encoding="utf-8"
    )

    with pytest.raises(FolderHeldError, match="process 4711") as caught:
        opened(settings)

    os.close(held)
    assert "NEO4J_URI" in caught.value.advice()


def test_a_folder_whose_holder_never_gets_ready_is_held(small: EmbeddedSettings, tmp_path: Path) -> None:
    settings = replace(small, data=tmp_path, start_timeout_s=0)
    folder = DataFolder(tmp_path)
    folder.prepare(settings)
    held = folder.try_lock()
    assert held is not None

    with pytest.raises(FolderHeldError, match="another process"):
        opened(settings)

    os.close(held)


def test_a_cold_cache_needs_the_network(small: EmbeddedSettings, tmp_path: Path) -> None:
    settings = replace(small, data=tmp_path / "data", cache=tmp_path / "cache", repository=NOWHERE)

    with pytest.raises(NoDownloadError, match="cannot be fetched") as caught:
        opened(settings)

    assert "NEO4J_URI" in caught.value.advice()


def test_a_version_without_a_lock_needs_the_network(small: EmbeddedSettings, tmp_path: Path) -> None:
    settings = replace(small, data=tmp_path / "data", cache=tmp_path, version="5.26.1", repository=NOWHERE)

    with pytest.raises(NoDownloadError, match=r"Neo4j 5\.26\.1 cannot be fetched"):
        opened(settings)


def test_a_warm_cache_needs_no_network_and_a_taken_port_is_named(small: EmbeddedSettings, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        # The refusal comes after the jars were found, so nothing asked the repository that does not exist.
        with pytest.raises(PortTakenError, match=f"Port {port}"):
            opened(replace(small, data=tmp_path, repository=NOWHERE, port=port))

    assert not DataFolder(tmp_path).is_held()


@pytest.mark.parametrize("which", ["data", "cache"])
def test_a_folder_without_write_permission_is_named(small: EmbeddedSettings, tmp_path: Path, which: str) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o555)
    own = tmp_path / "own"
    own.mkdir()
    own.chmod(0o777)
    for parent in (tmp_path, *(p for p in tmp_path.parents if "pytest" in p.name or "popen" in p.name)):
        parent.chmod(parent.stat().st_mode | 0o011)
    folders = {"data": own / "data", "cache": own / "cache"} | {which: closed / which}
    settings = replace(small, data=folders["data"], cache=folders["cache"], repository=NOWHERE)

    with as_nobody(), pytest.raises(NoPermissionError, match=str(closed)):
        opened(settings)


def test_a_file_where_the_folder_should_be_is_named(small: EmbeddedSettings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(NoPermissionError, match="file"):
        opened(replace(small, data=tmp_path / "file" / "data"))


def test_a_full_disk_is_named(small: EmbeddedSettings, tmp_path: Path) -> None:
    with pytest.raises(DiskFullError, match="MB are free"):
        opened(replace(small, data=tmp_path, min_free_mb=1 << 30))


def test_a_child_that_dies_shows_the_end_of_its_log(small: EmbeddedSettings, tmp_path: Path) -> None:
    with pytest.raises(StartFailedError) as caught:
        opened(replace(small, data=tmp_path, heap_mb=1))

    assert "heap" in caught.value.advice()
    assert str(tmp_path / "logs" / "embedded.log") in caught.value.advice()
    assert not DataFolder(tmp_path).is_held()


def test_a_child_that_is_not_ready_in_time_is_stopped(small: EmbeddedSettings, tmp_path: Path) -> None:
    with pytest.raises(StartTimeoutError, match="0 s"):
        opened(replace(small, data=tmp_path, start_timeout_s=0, stop_timeout_s=0))

    assert not DataFolder(tmp_path).is_held()


def test_every_refusal_speaks_vietnamese() -> None:
    assert {error.code for error in all_errors(EmbeddedError)} <= set(texts("vi"))
