"""Random queries get the answer that the oracle gives, whoever asks."""

import json
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.viewer import LOCAL, Viewer
from graph.compiler.planner.context import Limits
from resolvers.executor.execute import Executor
from resolvers.executor.request import Request
from tests.cases.readable import without_digests
from tests.oracle.demo import Demo
from tests.oracle.generate import operation
from tests.oracle.inputs import Pools


@pytest.fixture(scope="module")
def pools(demo: Demo) -> Pools:
    return Pools.of(demo.world)


@given(random=st.randoms(use_true_random=True), is_limited=st.booleans())
async def test_everybody_gets_what_the_oracle_says(demo: Demo, pools: Pools, random: Random, is_limited: bool) -> None:
    asked = operation(random, demo.plain, pools)
    viewer = Viewer(frozenset({"staff"}), (demo.ids["demo:party:bao-van-restaurants"],)) if is_limited else LOCAL
    executor = Executor(demo.schema, demo.model, demo.database, Limits(cost_max=10**12))
    answer = await executor.execute(Request(asked.text, asked.variables), viewer)
    found = json.loads(answer.body)
    assert "errors" not in found, found["errors"]
    said = demo.oracle(viewer).answer(asked.text, asked.variables)
    assert json.dumps(without_digests(found["data"]), indent=1) == json.dumps(said, indent=1)
