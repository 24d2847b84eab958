"""The locks of the clients name versions and checksums, and no registry that they would have to come from."""

import json
from pathlib import Path

import pytest

LOCKS = sorted(Path(__file__).parent.glob("*/package-lock.json"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.parent.name)
def test_a_lock_names_no_registry_and_every_checksum(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    packages = json.loads(text)["packages"]
    assert '"resolved"' not in text
    assert all("integrity" in package for path, package in packages.items() if path)
    assert "omit-lockfile-registry-resolved=true" in (lock.parent / ".npmrc").read_text(encoding="utf-8")
