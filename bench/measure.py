"""Interleaved rounds: in each one every variant answers every workload, so that a noisy minute harms all alike."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any

import httpx
import orjson
import psutil

from bench.processes import Service, cpu
from bench.workloads import Ask, Workload


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


async def ask(client: httpx.AsyncClient, one: Ask, person: str) -> bytes:
    """The body of one answer."""
    body = one.body(person)
    if body is None:
        response = await client.get(one.url(person))
    else:
        response = await client.post(one.path, content=body, headers={"content-type": "application/json"})
    response.raise_for_status()
    return response.content


async def check(services: Sequence[Service], workloads: Sequence[Workload], persons: Sequence[str]) -> None:
    """Every variant gives the same answer. Raises DifferentAnswerError."""
    for workload in workloads:
        answers: dict[str, Any] = {}
        for service in services:
            one = workload.asks[service.variant]
            async with httpx.AsyncClient(base_url=service.url, timeout=60) as client:
                body = await ask(client, one, persons[0])
            try:
                answers[service.variant] = one.reduce(orjson.loads(body))
            except (KeyError, TypeError, IndexError):
                raise DifferentAnswerError(f"{workload.name}: {service.variant} answers {body[:500]!r}") from None
        first = answers[services[0].variant]
        for variant, answer in answers.items():
            if answer != first:
                raise DifferentAnswerError(
                    f"{workload.name}: {variant} answers {str(answer)[:300]}, not {str(first)[:300]}"
                )
        if not first:
            raise DifferentAnswerError(f"{workload.name}: nobody answers anything")


async def sample(
    service: Service, database: psutil.Process, workload: Workload, count: int, persons: Sequence[str]
) -> Sample:
    """Sends `count` requests over the workload's connections."""
    one = workload.asks[service.variant]
    waiting = iter(list(islice(cycle(persons), count)))
    limits = httpx.Limits(max_connections=workload.connections)
    async with httpx.AsyncClient(base_url=service.url, timeout=60, limits=limits) as client:

        async def connection() -> None:
            for person in waiting:
                await ask(client, one, person)

        before = service.cpu(), cpu(database), time.perf_counter()
        await asyncio.gather(*(connection() for _ in range(workload.connections)))
        after = service.cpu(), cpu(database), time.perf_counter()
    spent = [(b - a) for a, b in zip(before, after, strict=True)]
    return Sample(workload.name, service.variant, spent[0] / count * 1000, spent[1] / count * 1000, count / spent[2])


async def measure(
    services: Sequence[Service],
    database: psutil.Process,
    workloads: Sequence[Workload],
    persons: Sequence[str],
    *,
    rounds: int,
    share: float,
) -> list[Sample]:
    """All samples of all rounds; `share` makes each sample smaller. The first round warms up and is thrown away."""
    found: list[Sample] = []
    order = random.Random(1)  # noqa: S311  # shuffles the order of the variants; nothing secret
    for turn in range(rounds + 1):
        for workload in workloads:
            for service in order.sample(services, len(services)):
                count = max(workload.connections, round(workload.requests * share))
                taken = await sample(service, database, workload, count, persons)
                if turn:
                    found.append(taken)
        print(f"round {turn} of {rounds}" if turn else "warm", flush=True)
    return found
