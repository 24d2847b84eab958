"""Random queries get the answer that the oracle gives, whoever asks."""

import json
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.viewer import Viewer
from graph.compiler.planner.context import Limits
from resolvers.executor.execute import Executor
from resolvers.executor.request import Request
from tests.cases.readable import without_digests
from tests.oracle.demo import Demo
from tests.oracle.generate import operation
from tests.oracle.inputs import Pools
from tests.oracle.sight import RefusedError


@pytest.fixture(scope="module")
def pools(demo: Demo) -> Pools:
    return Pools.of(demo.world)


VIEWERS = {
    "admin": (frozenset({"admin"}), None),
    "staff of one organisation": (frozenset({"staff"}), ["demo:party:bao-van-restaurants"]),
    "analyst of two organisations": (frozenset({"analyst"}), ["demo:party:ngon-toi", "demo:party:o-to-hoang-gia"]),
    "customer": (frozenset({"customer"}), None),
    "partner who sells, too": (frozenset({"partner"}), None),
    "service without scopes": (frozenset({"service"}), None),
}
PARTIES = {"customer": "demo:party:nguyen-thi-dao", "partner who sells, too": "demo:party:bao-van-restaurants"}


@given(random=st.randoms(use_true_random=True), who=st.sampled_from(list(VIEWERS)))
async def test_everybody_gets_what_the_oracle_says(demo: Demo, pools: Pools, random: Random, who: str) -> None:
    asked = operation(random, demo.plain, pools)
    roles, organisations = VIEWERS[who]
    limit = None if organisations is None else tuple(demo.ids[key] for key in organisations)
    viewer = Viewer(roles, limit, demo.ids[PARTIES[who]] if who in PARTIES else None)
    executor = Executor(demo.schema, demo.model, demo.database, Limits(cost_max=10**12, depth=100))
    answer = await executor.execute(Request(asked.text, asked.variables), viewer)
    found = json.loads(answer.body)
    codes = [error["extensions"]["code"] for error in found.get("errors", ())]
    assert codes in ([], ["NOT_ALLOWED"]), found["errors"]
    try:
        said = demo.oracle(viewer).answer(asked.text, asked.variables)
    except RefusedError:
        assert codes == ["NOT_ALLOWED"]
        return
    if codes:
        # The oracle looks at what it meets; the service refuses the question whatever it would meet.
        assert who != "admin"
        return
    assert json.dumps(without_digests(found["data"]), indent=1) == json.dumps(said, indent=1)
