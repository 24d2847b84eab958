"""/healthz and /readyz."""

import asyncio

import httpx
import pytest

from endpoint.app import build_app
from endpoint.health import Readiness, Ready
from endpoint.settings import EndpointSettings
from graph.errors import UnavailableError
from tests.endpoint.conftest import client_of
from tests.endpoint.toy import ToyExecutor, authenticate


async def readyz(ready: Ready, timeout_seconds: float = 5) -> httpx.Response:
    app = build_app(ToyExecutor(), authenticate, ready, EndpointSettings(ready_timeout_seconds=timeout_seconds))
    async with client_of(app) as client:
        return await client.get("/readyz")


async def never() -> Readiness:
    raise AssertionError("the process does not ask its parts whether it lives")


async def test_the_process_is_alive_whatever_its_parts_do() -> None:
    async with client_of(build_app(ToyExecutor(), authenticate, never, EndpointSettings())) as client:
        answer = await client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})
    assert answer.headers["cache-control"] == "no-store"


async def test_ready_when_every_part_is() -> None:
    async def ready() -> Readiness:
        return Readiness({"database": None, "migrations": None})

    answer = await readyz(ready)
    assert answer.status_code == 200
    assert answer.json() == {"status": "ready", "parts": {"database": "ok", "migrations": "ok"}}


async def test_not_ready_names_the_part_that_fails() -> None:
    async def ready() -> Readiness:
        return Readiness({"database": None, "migrations": "2 are waiting."})

    answer = await readyz(ready)
    assert answer.status_code == 503
    assert answer.json() == {"status": "not ready", "parts": {"database": "ok", "migrations": "2 are waiting."}}


async def test_a_part_that_hangs_is_not_waited_for() -> None:
    async def ready() -> Readiness:
        await asyncio.Event().wait()
        raise AssertionError

    answer = await readyz(ready, timeout_seconds=0.01)
    assert answer.status_code == 503
    assert answer.json()["parts"] == {"service": "No answer from its parts within 0.01 s."}


@pytest.mark.parametrize(("failure", "status"), [(UnavailableError(reason="refused"), 503), (ValueError(), 500)])
async def test_a_check_that_fails_itself_is_not_ready_either(failure: Exception, status: int) -> None:
    async def ready() -> Readiness:
        raise failure

    answer = await readyz(ready)
    assert answer.status_code == status
    assert "errors" in answer.json()
