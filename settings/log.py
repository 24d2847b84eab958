"""What is logged and traced, and how."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, SecretStr

from commands.logs import LogFormat, LogLevel
from commands.traces import TraceSettings
from settings.base import Group, SettingError

_HEADER = re.compile(r"\s*([A-Za-z0-9-]+)=([\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)\s*")


class LogGroup(Group):
    """What is logged and traced, and how."""

    # Logs and traces
    log_level: LogLevel = Field(LogLevel.INFO, description="least level logged: `debug`, `info`, `warning`, `error`")
    log_format: LogFormat = Field(
        LogFormat.AUTO, description="`console` for people, `json` for machines, `auto`: people on a terminal"
    )
    traces_url: str | None = Field(
        None,
        description="where traces of operations and statements are sent: a collector that takes OTLP over HTTP, "
        "such as `http://127.0.0.1:4318/v1/traces`; nowhere without it",
    )
    traces_ratio: Annotated[float, Field(ge=0, le=1)] = Field(1.0, description="the part of the traces that is sent")
    traces_headers: SecretStr | None = Field(
        None, description="headers for the collector: `name=value`, with commas between several"
    )

    def traces(self) -> TraceSettings | None:
        """Where traces are sent; None: nowhere.

        Raises:
            SettingError: the address is none of HTTP, or the headers cannot be read.
        """
        if self.traces_url is None:
            return None
        if not re.match(r"https?://[^/\s]", self.traces_url):
            raise SettingError(name=self.variable("traces_url"), reason="it must begin with http:// or https://.")
        return TraceSettings(self.traces_url, self.traces_ratio, dict(self._headers()))

    def _headers(self) -> Iterator[tuple[str, str]]:
        given = self.traces_headers.get_secret_value() if self.traces_headers else ""
        for part in filter(None, given.split(",")):
            found = _HEADER.fullmatch(part)
            if found is None:
                raise SettingError(name=self.variable("traces_headers"), reason="headers are name=value,name=value.")
            yield found[1], found[2]
