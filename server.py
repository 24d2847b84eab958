"""The process: its settings (the only reader of the environment) and the entry of the command line."""

from __future__ import annotations

import difflib
import gc
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache, partial

import structlog
from graphql import print_schema
from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict
from starlette.applications import Starlette

from access.api_keys import ApiKeys
from access.build import build_access, build_keys
from commands import app
from commands.logs import configure_logging
from commands.services import Services, keys_off
from commands.traces import export_traces
from endpoint.app import build_app
from endpoint.drain import Drain
from endpoint.health import Readiness
from graph.client import Database, DatabaseSettings
from graph.compiler.planner.context import Limits
from graph.errors import CustomerGraphError
from graph.migrations import status
from jobs.upkeep import upkeep
from resolvers.executor.execute import Executor
from resolvers.types.query import build_schema, core_schema
from schema.declarations import model
from settings.base import PREFIX, SettingError
from settings.database import DatabaseGroup
from settings.limits import LimitsGroup
from settings.log import LogGroup
from settings.service import ServiceGroup

_log = structlog.get_logger("server")


class Settings(LogGroup, LimitsGroup, ServiceGroup, DatabaseGroup, BaseSettings):
    """Every setting of the service. docs/settings.md shows this class as one table; a test compares the two."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
    )


def load_settings() -> Settings:
    """The settings of this process.

    Raises:
        SettingError: a value cannot be used, or a variable with our prefix is none of the settings.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = str(first["loc"][0])
        name = Settings.variable(field) if field in Settings.model_fields else field
        raise SettingError(name=name, reason=f"{first['msg']}.") from None
    known = {Settings.variable(field) for field in Settings.model_fields}
    for name in sorted(os.environ):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            close = difflib.get_close_matches(name.upper(), known, n=1)
            meant = f"; did you mean {close[0]}?" if close else "."
            raise SettingError(name=name, reason=f"there is no such setting{meant}")
    return settings


def build_executor(limits: Limits, keys: ApiKeys | None = None) -> Executor:
    """The executor of the whole schema, without a database yet."""
    return Executor(core_schema(build_schema(model())), model(), limits=limits, keys=keys)


def settle_memory() -> None:
    """The garbage collector leaves alone what is there now: schema and model live as long as the process.

    An answer of 2,000 rows is 4,000 young objects: it should neither walk the former nor start a collection for itself.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def build_application(settings: Settings, database: DatabaseSettings) -> Starlette:
    """The service over HTTP; it holds a database of its own between start-up and shut-down."""
    access = build_access(settings.identity(), lambda: executor.connected)
    executor = build_executor(settings.limits(), access.keys)
    executor.persisted = settings.persisted()
    executor.introspectors = settings.introspectors()
    executor.gate = settings.gate()
    executor.meter = settings.meter()
    executor.live = settings.live()
    drain = Drain()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        executor.database = await Database.connect(database)
        settle_memory()
        async with upkeep(executor.database, event_days=settings.event_days):
            with drain.on_signals(settings.drain_seconds):
                yield
        await access.close()
        await executor.database.close()

    async def ready() -> Readiness:
        try:
            missing = await status(executor.connected, model())
        except CustomerGraphError as error:
            _log.warning("not_ready", reason=str(error))
            return Readiness({"database": str(error.outside())})
        lacking = ", ".join((*missing.schema, *missing.migrations))
        return Readiness({"database": None, "migrations": f"missing: {lacking}" if lacking else None})

    return build_app(executor, access.authenticate, ready, settings.endpoint(), lifespan, drain)


def served(settings: Settings, database: DatabaseSettings) -> Starlette:
    """The service in the process that calls this; one of several workers is yet to be told where logs and traces go."""
    configure_logging(settings.log_level, settings.log_format)
    if (traces := settings.traces()) is not None:
        export_traces(traces)
    return build_application(settings, database)


def connected(settings: Settings, database: Database) -> Executor:
    """The executor on this database."""
    executor = build_executor(settings.limits(), build_keys(settings.identity(), lambda: database))
    executor.database = database
    return executor


def api_keys(settings: Settings, database: Database) -> ApiKeys:
    """The API keys of this database.

    Raises:
        ApiKeysOffError: there are none without a pepper.
    """
    return build_keys(settings.identity(), lambda: database) or keys_off(database)


def services() -> Services:
    """What the commands work with; reads the settings when the first command asks."""
    settings = load_settings()
    configure_logging(settings.log_level, settings.log_format)
    return Services(
        address=settings.address,
        database=settings.database(),
        embedded=settings.embedded(),
        demo=settings.demo_mapping(),
        executor=partial(connected, settings),
        keys=partial(api_keys, settings),
        workers=settings.workers,
        event_days=settings.event_days,
        application=partial(served, settings),
        sdl=lambda: print_schema(core_schema(build_schema(model()))),
    )


def main() -> None:
    """The command `customer-graph`; its exit code says how it went (commands/errors.py)."""
    sys.exit(app.run(cache(services)))


if __name__ == "__main__":
    main()
