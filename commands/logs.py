"""Logs: structured, on stderr, readable on a terminal and JSON lines elsewhere."""

from __future__ import annotations

import logging
import sys
from enum import StrEnum
from typing import Any

import orjson
import structlog
from structlog.typing import Processor

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


def configure_logging(level: LogLevel, form: LogFormat) -> None:
    """From here on structlog and the standard library's loggers write the same lines to stderr.

    Values reach a log only as arguments named by the caller; secrets are `SecretStr`, which shows itself as stars.
    """
    human = form is LogFormat.CONSOLE or (form is LogFormat.AUTO and sys.stderr.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="%H:%M:%S" if human else "iso", utc=not human),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_renderers(human)],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in _CHATTY:
        logging.getLogger(name).setLevel(level.upper() if level is LogLevel.DEBUG else max(root.level, logging.WARNING))


def _renderers(human: bool) -> list[Processor]:
    if human:
        return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(_json)]


def _json(line: Any, **_: Any) -> str:
    return orjson.dumps(line, default=str).decode()
