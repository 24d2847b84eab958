"""What is logged, and how."""

from __future__ import annotations

from pydantic import Field

from commands.logs import LogFormat, LogLevel
from settings.base import Group


class LogGroup(Group):
    """What is logged, and how."""

    # Logging
    log_level: LogLevel = Field(LogLevel.INFO, description="least level logged: `debug`, `info`, `warning`, `error`")
    log_format: LogFormat = Field(
        LogFormat.AUTO, description="`console` for people, `json` for machines, `auto`: people on a terminal"
    )
