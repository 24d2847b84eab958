"""So many operations run, so many wait, and the next one is turned away."""

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.executor.gate import Gate, OverloadedError


class Visitors:
    """Tasks that go through a gate and stay inside until they are let out."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.inside: list[int] = []
        self.tasks: list[asyncio.Task[None]] = []
        self.leave: list[asyncio.Event] = []

    async def come(self) -> int:
        """One more; its number."""
        number = len(self.tasks)
        self.leave.append(asyncio.Event())
        self.tasks.append(asyncio.create_task(self._visit(number)))
        await settled()
        return number

    async def _visit(self, number: int) -> None:
        async with self.gate:
            self.inside.append(number)
            try:
                await self.leave[number].wait()
            finally:
                self.inside.remove(number)

    async def go(self, number: int) -> None:
        self.leave[number].set()
        await settled()

    async def give_up(self, number: int) -> None:
        self.tasks[number].cancel()
        await settled()

    async def end(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_who_finds_no_room_waits_in_the_order_of_arrival() -> None:
    visitors = Visitors(Gate(running=2, waiting=2))
    for _ in range(4):
        await visitors.come()
    assert visitors.inside == [0, 1]
    await visitors.go(1)
    assert visitors.inside == [0, 2]
    await visitors.go(0)
    assert visitors.inside == [2, 3]
    await visitors.end()


async def test_who_finds_no_place_to_wait_is_turned_away_at_once() -> None:
    visitors = Visitors(Gate(running=1, waiting=1))
    for _ in range(3):
        await visitors.come()
    with pytest.raises(OverloadedError, match="1 operations run and 1 wait"):
        await visitors.tasks[2]
    with pytest.raises(OverloadedError):
        visitors.gate.must_have_room()
    await visitors.go(0)
    visitors.gate.must_have_room()
    await visitors.end()


async def test_who_waits_too_long_is_turned_away() -> None:
    visitors = Visitors(Gate(running=1, waiting=9, seconds=0.01))
    await visitors.come()
    late = await visitors.come()
    with pytest.raises(OverloadedError):
        await visitors.tasks[late]
    assert visitors.inside == [0]
    await visitors.end()


async def test_a_turn_that_comes_as_its_visitor_gives_up_goes_to_the_next() -> None:
    visitors = Visitors(Gate(running=1, waiting=2))
    for _ in range(3):
        await visitors.come()
    visitors.leave[0].set()
    await asyncio.sleep(0)  # The first one is out and has passed its turn on; the second has not noticed yet.
    visitors.tasks[1].cancel()
    await settled()
    assert visitors.inside == [2]
    await visitors.end()


@given(
    running=st.integers(1, 3),
    waiting=st.integers(0, 3),
    steps=st.lists(st.tuples(st.sampled_from(["come", "go", "give_up"]), st.integers(0, 9)), max_size=40),
)
async def test_whatever_happens_the_gate_stays_as_wide_as_it_was(
    running: int, waiting: int, steps: list[tuple[str, int]]
) -> None:
    """The oracle is a list: those inside are the first of it."""
    visitors = Visitors(Gate(running, waiting))
    present: list[int] = []
    for step, choice in steps:
        if step == "come":
            number = await visitors.come()
            if len(present) < running + waiting:
                present.append(number)
        elif present:
            leaving = present[choice % len(present)]
            if step == "give_up" or leaving in visitors.inside:
                act: Callable[[int], object] = visitors.go if step == "go" else visitors.give_up
                await act(leaving)  # type: ignore[misc]  # both are coroutine functions
                present.remove(leaving)
        assert sorted(visitors.inside) == sorted(present[:running])
    await visitors.end()
