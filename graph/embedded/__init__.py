"""The embedded default: a real Neo4j Community as a child process, without Docker and without an installed Java.

`open_embedded` is the door: it joins the database that runs on a data folder, or starts it and stops it at the end.
"""

from .lock import write_lock
from .progress import PlainProgress, Progress, QuietProgress, RichProgress, progress_on
from .service import open_embedded, status, stop
from .settings import DEFAULT_VERSION, EmbeddedSettings, EmbeddedStatus, Endpoint

__all__ = [
    "DEFAULT_VERSION",
    "EmbeddedSettings",
    "EmbeddedStatus",
    "Endpoint",
    "PlainProgress",
    "Progress",
    "QuietProgress",
    "RichProgress",
    "open_embedded",
    "progress_on",
    "status",
    "stop",
    "write_lock",
]
