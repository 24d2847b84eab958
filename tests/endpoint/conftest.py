from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette

from tests.endpoint.toy import EXAMPLES, ToyExecutor, toy_app


def client_of(app: Starlette) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service")


def code_of(answer: httpx.Response) -> str:
    """The code of the only error of an answer that carries no data."""
    content = answer.json()
    assert set(content) == {"errors"}
    (error,) = content["errors"]
    assert error["message"]
    return str(error["extensions"]["code"])


@pytest.fixture
def executor() -> ToyExecutor:
    return ToyExecutor()


@pytest.fixture
async def client(executor: ToyExecutor) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(toy_app(executor, max_body_bytes=1000, examples=EXAMPLES)) as client:
        yield client
