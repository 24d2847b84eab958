"""Interleaved rounds: in each one every variant answers every workload, so that a noisy minute harms all alike."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any

import orjson
import psutil

from bench.asks import Ask, Workload
from bench.client import Connection, connected
from bench.data import Subjects
from bench.processes import Service, cpu

_CHECKED = 4
"""Subjects whose answers are compared; the rest are alike."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One variant under one workload in one round; CPU in milliseconds per request."""

    workload: str
    variant: str
    service_cpu_ms: float
    database_cpu_ms: float
    requests_per_second: float


class DifferentAnswerError(Exception):
    """A variant does not answer what the others do: timing it would mean nothing."""


async def ask(connection: Connection, one: Ask, subject: str) -> bytes:
    """The body of one answer."""
    body = one.body(subject)
    return await connection.ask(one.url(subject) if body is None else one.path, body)


async def check(services: Sequence[Service], workloads: Sequence[Workload], subjects: Subjects) -> None:
    """Every variant gives the same answer, about several subjects. Raises DifferentAnswerError."""
    for workload in workloads:
        for subject in subjects[workload.subject][:_CHECKED]:
            await _check(services, workload, subject)


async def _check(services: Sequence[Service], workload: Workload, subject: str) -> None:
    answers: dict[str, Any] = {}
    for service in services:
        one = workload.asks.get(service.variant)
        if one is None:
            continue
        async with connected(service.url) as connection:
            body = await ask(connection, one, subject)
        try:
            answers[service.variant] = one.reduce(orjson.loads(body))
        except (KeyError, TypeError, IndexError):
            raise DifferentAnswerError(f"{workload.name}: {service.variant} answers {body[:500]!r}") from None
    first = next(iter(answers.values()), None)
    for variant, answer in answers.items():
        if answer != first:
            raise DifferentAnswerError(
                f"{workload.name}: {variant} answers {str(answer)[:900]}, not {str(first)[:900]}"
            )
        if not answer:
            raise DifferentAnswerError(f"{workload.name}: nobody answers anything")


async def sample(
    service: Service, database: psutil.Process, workload: Workload, count: int, subjects: Subjects
) -> Sample:
    """Sends `count` requests over the workload's connections."""
    one = workload.asks[service.variant]
    waiting = iter(list(islice(cycle(subjects[workload.subject]), count)))
    async with AsyncExitStack() as stack:
        connections = [await stack.enter_async_context(connected(service.url)) for _ in range(workload.connections)]

        async def send(connection: Connection) -> None:
            for subject in waiting:
                await ask(connection, one, subject)

        before = service.cpu(), cpu(database), time.perf_counter()
        await asyncio.gather(*(send(connection) for connection in connections))
        after = service.cpu(), cpu(database), time.perf_counter()
    spent = [(b - a) for a, b in zip(before, after, strict=True)]
    return Sample(workload.name, service.variant, spent[0] / count * 1000, spent[1] / count * 1000, count / spent[2])


async def measure(
    services: Sequence[Service],
    database: psutil.Process,
    workloads: Sequence[Workload],
    subjects: Subjects,
    *,
    rounds: int,
    share: float,
) -> list[Sample]:
    """All samples of all rounds; `share` makes each sample smaller. The first round warms up and is thrown away."""
    found: list[Sample] = []
    order = random.Random(1)  # noqa: S311  # shuffles the order of the variants; nothing secret
    for turn in range(rounds + 1):
        for workload in workloads:
            taking = [service for service in services if service.variant in workload.asks]
            for service in order.sample(taking, len(taking)):
                count = max(workload.connections, round(workload.requests * share))
                taken = await sample(service, database, workload, count, subjects)
                if turn:
                    found.append(taken)
        print(f"round {turn} of {rounds}" if turn else "warm", flush=True)
    return found
