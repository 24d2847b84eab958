"""Logs: structured, on stderr, readable on a terminal and JSON lines elsewhere."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import orjson
import structlog
from structlog.typing import EventDict, Processor

# Libraries that tell every step at the level of information: each request for a jar, each phase of the server.
_CHATTY = ("httpx", "uvicorn")


class LogLevel(StrEnum):
    """The least level that is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    """Who reads the log."""

    AUTO = "auto"
    CONSOLE = "console"
    JSON = "json"


class _Stderr:
    """Where our own lines go: straight to stderr, past the standard library, which would double their cost."""

    def __init__(self, name: str = "") -> None:
        self.name = name

    def msg(self, line: bytes) -> None:
        """Writes one line."""
        sys.stderr.buffer.write(line + b"\n")
        sys.stderr.buffer.flush()

    debug = info = warning = error = critical = exception = msg


def configure_logging(level: LogLevel, form: LogFormat) -> None:
    """From here on structlog and the standard library's loggers write the same lines to stderr.

    Values reach a log only as arguments named by the caller; secrets are `SecretStr`, which shows itself as stars.
    """
    human = form is LogFormat.CONSOLE or (form is LogFormat.AUTO and sys.stderr.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False) if human else _stamp,
    ]
    structlog.configure(
        processors=[_add_name, *shared, *_renderers(human)],
        logger_factory=_Stderr,
        wrapper_class=structlog.make_filtering_bound_logger(level.value),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, structlog.stdlib.ExtraAdder(), *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_renderers(human), _text],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in _CHATTY:
        logging.getLogger(name).setLevel(level.upper() if level is LogLevel.DEBUG else max(root.level, logging.WARNING))


def _add_name(logger: _Stderr, _: str, line: EventDict) -> EventDict:
    line["logger"] = logger.name
    return line


def _stamp(_: Any, __: str, line: EventDict) -> EventDict:
    """The instant as it is: orjson writes it, at a fifth of what structlog's own text costs."""
    line["timestamp"] = datetime.now(UTC)
    return line


def _renderers(human: bool) -> list[Processor]:
    """From what is said to the bytes of a line."""
    if human:
        # The default would show the variables of every frame, and so values of requests.
        console = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
        return [console, lambda _, __, line: str(line).encode()]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(_json)]


def _json(line: Any, **_: Any) -> bytes:
    return orjson.dumps(line, default=str, option=orjson.OPT_UTC_Z)


def _text(_: Any, __: str, line: Any) -> str:
    return bytes(line).decode()
