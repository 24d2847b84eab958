from pathlib import Path

import pytest

from tests.cases.case import Case, Ran, run
from tests.cases.readable import Readable
from tests.oracle.demo import Demo

Runs = dict[str, Ran]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of a case stand together, so that it runs in one process and its plan is made once."""
    here = [n for n, item in enumerate(items) if item.path.parent == Path(__file__).parent]
    sorted_items = sorted((items[n] for n in here), key=_case_name)
    for n, item in zip(here, sorted_items, strict=True):
        items[n] = item


def _case_name(item: pytest.Item) -> str:
    spec = getattr(item, "callspec", None)
    case = spec.params.get("case") if spec is not None else None
    return case.name if isinstance(case, Case) else "~"


@pytest.fixture(scope="module")
def readable(demo: Demo) -> Readable:
    return Readable(demo)


@pytest.fixture(scope="module")
def runs() -> Runs:
    """Each case runs once for all of its tests."""
    return {}


@pytest.fixture
async def ran(case: Case, counted: Demo, readable: Readable, runs: Runs) -> Ran:
    if case.name not in runs:
        runs[case.name] = await run(counted, case.request(readable), case.viewer(counted), case.limits())
    return runs[case.name]
