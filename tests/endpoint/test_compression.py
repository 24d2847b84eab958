"""Long answers are packed for those who take it; short ones are left alone."""

import httpx
import pytest

from access.viewer import Viewer
from resolvers.executor.request import Answer, Request
from tests.endpoint.conftest import client_of
from tests.endpoint.toy import ToyExecutor, toy_app

QUERY = {"query": "{ viewer }"}


class LongExecutor(ToyExecutor):
    """Answers with a body of a given length."""

    def __init__(self, length: int) -> None:
        super().__init__()
        self.body = b'{"data":"%s"}' % (b"x" * (length - 11))

    async def execute(self, _request: Request, _viewer: Viewer) -> Answer:
        return Answer(self.body)


async def answer_of(length: int, accepts: str, **settings: int) -> httpx.Response:
    executor = LongExecutor(length)
    async with client_of(toy_app(executor, **settings)) as client:
        answer = await client.post("/graphql", json=QUERY, headers={"accept-encoding": accepts})
    assert answer.content == executor.body
    return answer


@pytest.mark.parametrize("accepts", ["gzip", "gzip, deflate, br", "br;q=1, GZIP;q=0.5", "*", "x-gzip"])
@pytest.mark.parametrize("length", [1_400, 200_000])
async def test_a_long_answer_is_packed(accepts: str, length: int) -> None:
    answer = await answer_of(length, accepts)
    assert (answer.headers["content-encoding"], answer.headers["vary"]) == ("gzip", "accept-encoding")
    assert int(answer.headers["content-length"]) < length / 2


@pytest.mark.parametrize("accepts", ["", "br", "identity", "gzip;q=0", "gzip;q=0, *"])
async def test_who_does_not_take_it_gets_it_plain(accepts: str) -> None:
    answer = await answer_of(2_000, accepts)
    assert "content-encoding" not in answer.headers
    assert answer.headers["vary"] == "accept-encoding"


async def test_a_short_answer_is_left_alone() -> None:
    answer = await answer_of(1_399, "gzip")
    assert not {"content-encoding", "vary"} & set(answer.headers)


async def test_it_can_be_switched_off() -> None:
    assert "content-encoding" not in (await answer_of(200_000, "gzip", pack_bytes=0)).headers
