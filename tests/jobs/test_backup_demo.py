from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest_asyncio

from graph.migrations import upgrade
from jobs.backup import export, restore
from tests.jobs.conftest import wipe
from tests.oracle.demo import Demo


@pytest_asyncio.fixture(loop_scope="session")
async def company(demo: Demo) -> AsyncIterator[Demo]:
    """The demo company, of which nothing is left afterwards."""
    yield demo
    await wipe(demo.database)
    await upgrade(demo.database, demo.model)


async def exported(company: Demo) -> bytes:
    out = BytesIO()
    await export(company.database, company.model, out)
    return out.getvalue()


async def test_the_demo_company_comes_back_to_the_byte(company: Demo, tmp_path: Path) -> None:
    before = await exported(company)
    (tmp_path / "backup.jsonl").write_bytes(before)
    await wipe(company.database)

    await restore(company.database, company.model, tmp_path / "backup.jsonl")

    after = await exported(company)
    assert after.split(b"\n")[1:] == before.split(b"\n")[1:]
    assert before.count(b'"type":"PurchaseLine"') > 500
