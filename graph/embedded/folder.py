"""The data folder: who owns it, how to reach the owner, and the password.

- `owner.lock`: an OS lock that the child holds as long as it lives. It alone says whether there is an owner; it cannot
  go stale, because the kernel frees it when its holder ends in whatever way.
- `connection.json`: how to reach the owner. Written when it is ready, removed before it stops; without the lock it
  means nothing.
- `password`: generated once; written when the database has accepted it.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from .errors import DiskFullError, folder_errors, free_mb
from .settings import EmbeddedSettings

PRIVATE = 0o600


@dataclass(frozen=True, slots=True)
class Connection:
    """What a connection file says: where the owner answers, and which process and version it is."""

    uri: str
    user: str
    password: str = field(repr=False)
    pid: int
    version: str


@dataclass(frozen=True, slots=True)
class DataFolder:
    """The paths below one data folder, and what is kept in them."""

    path: Path

    @property
    def connection_file(self) -> Path:
        """How other processes reach the owner."""
        return self.path / "connection.json"

    @property
    def password_file(self) -> Path:
        """The password, once the database has accepted it."""
        return self.path / "password"

    @property
    def lock_file(self) -> Path:
        """Locked by the owner."""
        return self.path / "owner.lock"

    @property
    def log(self) -> Path:
        """What the child and its JVM print."""
        return self.path / "logs" / "embedded.log"

    def prepare(self, settings: EmbeddedSettings) -> None:
        """Make the folder, private to the user.

        Raises:
            NoPermissionError: it cannot be made or written.
            DiskFullError: its disk has less room than the settings ask for.
        """
        with folder_errors(self.path):
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self.path / "logs").mkdir(exist_ok=True)
            os.close(os.open(self.lock_file, os.O_RDWR | os.O_CREAT, PRIVATE))
        free = free_mb(self.path)
        if free < settings.min_free_mb:
            raise DiskFullError(folder=self.path, free_mb=free)

    def try_lock(self) -> int | None:
        """A descriptor that holds the folder for as long as it, or an heir of it, is open; None where it is held."""
        return self._flock(fcntl.LOCK_EX)

    def is_held(self) -> bool:
        """True when a process owns the folder."""
        with folder_errors(self.path):
            if not self.lock_file.exists():
                return False
        descriptor = self._flock(fcntl.LOCK_SH)
        if descriptor is None:
            return True
        os.close(descriptor)
        return False

    def connection(self) -> Connection | None:
        """What the owner wrote when it was ready; None while there is nothing, or nothing whole."""
        try:
            return Connection(**json.loads(self.connection_file.read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def password(self) -> str:
        """The password of this folder's database; a new one while the database has not accepted any."""
        with folder_errors(self.password_file):
            if self.password_file.exists():
                return self.password_file.read_text(encoding="utf-8")
        # Hexadecimal: one that began with a dash would look like an option to the command that sets it.
        return secrets.token_hex(24)

    def _flock(self, kind: int) -> int | None:
        with folder_errors(self.path):
            descriptor = os.open(self.lock_file, os.O_RDWR)
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return descriptor
