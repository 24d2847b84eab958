"""A database whose transactions fail where a test wants it: before a statement, before the commit, or after it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from graph.client import Bookmarks, Database, Transaction

T = TypeVar("T")


class InjectedError(Exception):
    """A failure that nothing in the service knows: the end of the process, as the database sees it."""


@dataclass
class Fault:
    """Raises `error` once: before the statement of this number (from 0), before the commit, or after it, so that its
    answer is lost."""

    at: int | Literal["commit", "answer"]
    error: Exception
    fired: bool = False

    def reach(self, place: int | str) -> None:
        if place == self.at and not self.fired:
            self.fired = True
            raise self.error


class FailingTransaction(Transaction):
    """The transaction that it is given, with a fault in it."""

    __slots__ = ("_count", "_fault", "_real")

    def __init__(self, real: Transaction, fault: Fault) -> None:
        self._real = real
        self._fault = fault
        self._count = 0

    async def run(self, text: str, parameters: Mapping[str, Any] | None = None) -> list[list[Any]]:
        self._fault.reach(self._count)
        self._count += 1
        return await self._real.run(text, parameters)


class FailingDatabase(Database):
    """A database whose next write has the `fault`."""

    fault: Fault | None = None

    async def write(
        self,
        work: Callable[[Transaction], Awaitable[T]],
        *,
        seconds: float | None = None,
        bookmarks: Bookmarks | None = None,
    ) -> T:
        fault, self.fault = self.fault, None
        if fault is None:
            return await super().write(work, seconds=seconds, bookmarks=bookmarks)

        async def failing(transaction: Transaction) -> T:
            result = await work(FailingTransaction(transaction, fault))
            fault.reach("commit")
            return result

        result = await super().write(failing, seconds=seconds, bookmarks=bookmarks)
        fault.reach("answer")
        return result
