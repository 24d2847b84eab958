"""One database: reads in one round trip, writes in managed transactions, both tried again where that helps."""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar, cast

import neo4j
from neo4j import READ_ACCESS, WRITE_ACCESS, AsyncDriver, AsyncGraphDatabase, AsyncSession, Query
from neo4j.exceptions import DriverError

from graph.client.bookmarks import Bookmarks
from graph.client.deadline import left
from graph.client.errors import DRIVER_ERRORS, REPEATED, DatabaseMisconfiguredError, QueryTimeoutError, translate
from graph.client.plans import PlanStep, Profile, plan_step
from graph.client.settings import DatabaseSettings
from graph.client.tracing import statement_span
from graph.client.transaction import Transaction

T = TypeVar("T")
Rows = list[list[Any]]

_GRACE = 2.0
"""Seconds after its timeout at which a statement that the database has not stopped by itself is cut off."""
_FIRST_DELAY = 0.05
_LONGEST_DELAY = 2.0


class Database:
    """A pool of connections to one database. It belongs to the event loop that it was connected in."""

    def __init__(self, driver: AsyncDriver, settings: DatabaseSettings) -> None:
        self.settings = settings
        self._driver = driver
        self._readers: deque[AsyncSession] = deque()
        self.busy = 0
        """Statements and transactions under way; each has a connection of its own, or waits for one."""

    @classmethod
    async def connect(cls, settings: DatabaseSettings) -> Database:
        """A database that answers. UnavailableError names what is wrong: address, credentials, database or URI."""
        if settings.names_user:
            raise DatabaseMisconfiguredError(
                address=settings.address, reason="user name and password do not belong there"
            )
        try:
            driver = AsyncGraphDatabase.driver(
                settings.uri,
                auth=None if settings.user is None else (settings.user, settings.password or ""),
                max_connection_pool_size=settings.pool_size,
                connection_timeout=settings.connect_timeout,
                connection_acquisition_timeout=settings.acquire_timeout,
                notifications_min_severity="OFF",
                telemetry_disabled=True,
            )
        except (DriverError, ValueError) as error:
            raise DatabaseMisconfiguredError(address=settings.address, reason=str(error)) from None
        database = cls(driver, settings)
        try:
            await database.read("RETURN 1", {}, retry=False)
        except BaseException:
            await database.close()
            raise
        return database

    async def close(self) -> None:
        """Closes all connections; what still runs on them is rolled back."""
        while self._readers:
            await self._readers.pop().close()
        await self._driver.close()

    async def read(
        self,
        text: str,
        parameters: Mapping[str, Any],
        *,
        seconds: float | None = None,
        bookmarks: Bookmarks | None = None,
        retry: bool = True,
    ) -> Rows:
        """The values of all rows of a reading statement, in one round trip, on a replica where there is one."""

        async def once() -> Rows:
            limit = left(seconds or self.settings.read_timeout)
            self.busy += 1
            session = self._readers.pop() if self._readers and not bookmarks else self._session(READ_ACCESS, bookmarks)
            try:
                async with asyncio.timeout(limit + _GRACE):
                    rows = await _values(session, text, parameters, limit)
            except BaseException as error:
                raise await self._failed(session, error, text, limit) from None
            finally:
                self.busy -= 1
            if bookmarks:
                await session.close()
            else:
                self._readers.append(session)
            return rows

        return await (self._again(once) if retry else once())

    async def read_together(
        self,
        work: Callable[[Transaction], Awaitable[T]],
        *,
        seconds: float | None = None,
        bookmarks: Bookmarks | None = None,
    ) -> T:
        """What `work` returns, all its reads in one transaction; `work` may run more than once."""
        limit = seconds or self.settings.read_timeout
        return await self._again(lambda: self._managed(READ_ACCESS, work, left(limit), bookmarks))

    async def write(
        self,
        work: Callable[[Transaction], Awaitable[T]],
        *,
        seconds: float | None = None,
        bookmarks: Bookmarks | None = None,
    ) -> T:
        """What `work` returns, committed; an exception of `work` rolls everything back.

        `work` runs again after a deadlock or a lost connection, so it must have no effect outside the transaction.
        `bookmarks` are moved on to this commit.
        """
        limit = seconds or self.settings.write_timeout
        return await self._again(lambda: self._managed(WRITE_ACCESS, work, left(limit), bookmarks))

    async def run_implicit(
        self,
        text: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        seconds: float | None = None,
        bookmarks: Bookmarks | None = None,
    ) -> Rows:
        """The rows of a statement that commits by itself, once and never again: schema commands and
        `CALL { ... } IN TRANSACTIONS`. Without `seconds` it may take as long as the database allows."""
        session = self._session(WRITE_ACCESS, bookmarks)
        try:
            async with asyncio.timeout(None if seconds is None else seconds + _GRACE):
                rows = await _values(session, text, parameters or {}, seconds)
                await _advance(bookmarks, session)
        except BaseException as error:
            raise await self._failed(session, error, text, seconds) from None
        await session.close()
        return rows

    async def profile(self, text: str, parameters: Mapping[str, Any], *, seconds: float | None = None) -> Profile:
        """The reading statement's plan with the real figures of one run."""
        limit = seconds or self.settings.read_timeout
        summary, rows = await self._inspect(f"PROFILE {text}", parameters, limit)
        spent = (summary.result_available_after or 0) + (summary.result_consumed_after or 0)
        return Profile(plan_step(summary.profile or {}), rows, spent)

    async def explain(self, text: str, parameters: Mapping[str, Any] | None = None) -> PlanStep:
        """The plan that the database would follow; nothing runs, and parameters may be left out."""
        summary, _ = await self._inspect(f"EXPLAIN {text}", parameters or {}, self.settings.read_timeout)
        return plan_step(cast("Mapping[str, Any]", summary.plan or {}))

    async def _inspect(
        self, text: str, parameters: Mapping[str, Any], limit: float
    ) -> tuple[neo4j.ResultSummary, Rows]:
        session = self._session(READ_ACCESS, None)
        try:
            async with asyncio.timeout(limit + _GRACE):
                result = await session.run(Query(text, timeout=limit), dict(parameters))
                rows = await result.values()
                summary = await result.consume()
        except BaseException as error:
            raise await self._failed(session, error, text, limit) from None
        await session.close()
        return summary, rows

    async def _managed(
        self, access: str, work: Callable[[Transaction], Awaitable[T]], limit: float, bookmarks: Bookmarks | None
    ) -> T:
        session = self._session(access, bookmarks)
        self.busy += 1
        try:
            async with asyncio.timeout(limit + _GRACE), await session.begin_transaction(timeout=limit) as inner:
                result = await work(Transaction(inner, self.settings, limit))
                await inner.commit()
                await _advance(bookmarks, session)
        except BaseException as error:
            raise await self._failed(session, error, "", limit) from None
        finally:
            self.busy -= 1
        await session.close()
        return result

    async def _again(self, once: Callable[[], Awaitable[T]]) -> T:
        """What `once` returns, tried again after each failure that passes, for `retry_time` at most."""
        delay = _FIRST_DELAY
        end: float | None = None
        while True:
            try:
                return await once()
            except REPEATED:
                end = end or time.monotonic() + self.settings.retry_time
                pause = delay * random.uniform(0.8, 1.2)  # noqa: S311  # spreads retries; nothing secret
                if time.monotonic() + pause > end:
                    raise
            await asyncio.sleep(pause)
            delay = min(delay * 2, _LONGEST_DELAY)

    def _session(self, access: str, bookmarks: Bookmarks | None) -> AsyncSession:
        after = neo4j.Bookmarks.from_raw_values(bookmarks.values) if bookmarks else None
        return self._driver.session(
            database=self.settings.database, default_access_mode=access, fetch_size=-1, bookmarks=after
        )

    async def _failed(
        self, session: AsyncSession, error: BaseException, text: str, limit: float | None
    ) -> BaseException:
        """The error to raise; the session is closed, and its connection too where a statement may still run on it."""
        session.cancel()
        await session.close()
        if isinstance(error, TimeoutError):
            return QueryTimeoutError(limit=limit or 0.0)
        if isinstance(error, DRIVER_ERRORS):
            return translate(error, self.settings, statement=text, limit=limit)
        return error


async def _values(session: AsyncSession, text: str, parameters: Mapping[str, Any], limit: float | None) -> Rows:
    with statement_span(text):
        result = await session.run(Query(text, timeout=limit), cast("dict[str, Any]", parameters))
        return await result.values()


async def _advance(bookmarks: Bookmarks | None, session: AsyncSession) -> None:
    if bookmarks is not None:
        bookmarks.values = (await session.last_bookmarks()).raw_values
