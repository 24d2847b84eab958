import pytest

from tests.cases.case import Case, Ran, run
from tests.cases.readable import Readable
from tests.oracle.demo import Demo

Runs = dict[str, Ran]


@pytest.fixture(scope="module")
def readable(demo: Demo) -> Readable:
    return Readable(demo)


@pytest.fixture(scope="module")
def runs() -> Runs:
    """Each case runs once for all of its tests."""
    return {}


@pytest.fixture
async def ran(case: Case, demo: Demo, readable: Readable, runs: Runs) -> Ran:
    if case.name not in runs:
        runs[case.name] = await run(demo, case.request(readable), case.viewer(demo), case.limits())
    return runs[case.name]
