import asyncio
import threading
from collections.abc import Iterator
from contextlib import aclosing

import pytest

from jobs.ahead import ahead


@pytest.mark.parametrize("count", [0, 1, 3])
async def test_all_come_in_their_order(count: int) -> None:
    assert [number async for number in ahead(iter(range(count)))] == list(range(count))


async def test_the_next_is_made_while_one_is_worked_on() -> None:
    at_work = threading.Event()

    def made() -> Iterator[int]:
        yield 0
        # Were the first one waited for until it is done with, nobody would be at work now.
        assert at_work.wait(10)
        yield 1

    found = []
    async with aclosing(ahead(made())) as batches:
        async for number in batches:
            at_work.set()
            found.append(number)
    assert found == [0, 1]


async def test_what_goes_wrong_with_one_is_told_where_its_turn_is() -> None:
    def made() -> Iterator[int]:
        yield 0
        raise ValueError("the second")

    async with aclosing(ahead(made())) as batches:
        assert await anext(batches) == 0
        with pytest.raises(ValueError, match="the second"):
            await anext(batches)


async def test_whoever_stops_early_waits_for_the_one_that_is_being_made() -> None:
    let_go, done = threading.Event(), threading.Event()

    def made() -> Iterator[int]:
        yield 0
        let_go.wait(10)
        done.set()
        yield 1

    batches = ahead(made())
    assert await anext(batches) == 0
    asyncio.get_running_loop().call_later(0.05, let_go.set)
    await batches.aclose()
    assert done.is_set()
