"""Northwind's figures come out exactly, through the queries that people start from."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest_asyncio

from access.viewer import LOCAL
from graph.client import Database
from graph.migrations import upgrade
from jobs.importer import import_folder
from resolvers.executor.execute import Executor
from resolvers.executor.request import Request
from resolvers.types.query import build_schema, core_schema
from schema.declarations import model
from tests.oracle.demo import left_as_found

ROOT = Path(__file__).parents[2]
FILES = ROOT.parent / "shared" / "data" / "northwind"
QUERIES = ROOT / "examples" / "queries"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def executor(database: Database) -> AsyncIterator[Executor]:
    await upgrade(database, model())
    async with left_as_found(database):
        report = await import_folder(database, model(), ROOT / "examples" / "northwind" / "mapping.toml", FILES)
        assert report.rejections == []
        yield Executor(core_schema(build_schema(model())), model(), database)


async def ask(executor: Executor, name: str) -> Any:
    query = (QUERIES / f"{name}.graphql").read_text(encoding="utf-8")
    answer = orjson.loads((await executor.execute(Request(query), LOCAL)).body)
    assert "errors" not in answer, answer
    return answer["data"]["organisation"]


async def test_revenue(executor: Executor) -> None:
    found = await ask(executor, "northwind-revenue")
    assert found["sales"]["aggregate"] == {"count": 830, "net": [{"currency": "USD", "sum": "1265793.0395"}]}


async def test_top_customer(executor: Executor) -> None:
    [best] = (await ask(executor, "northwind-top-customer"))["customers"]["nodes"]
    keys = [node["key"] for node in best["party"]["externalKeys"]["nodes"]]
    assert [key.rpartition(":")[2] for key in keys] == ["QUICK"]
    assert best["purchases"]["aggregate"]["net"] == [{"currency": "USD", "sum": "110277.305"}]


async def test_idle_customers(executor: Executor) -> None:
    found = (await ask(executor, "northwind-idle-customers"))["customers"]
    keys = [key["key"] for node in found["nodes"] for key in node["party"]["externalKeys"]["nodes"]]
    assert [key.rpartition(":")[2] for key in keys] == ["FISSA", "PARIS"]
    assert found["totalCount"] == 2


async def test_reporting_tree(executor: Executor) -> None:
    [root] = (await ask(executor, "northwind-reporting-tree"))["employees"]["nodes"]
    assert root["person"]["name"] == "Andrew Fuller"
    assert depth(root["person"]) == 3


def depth(person: dict[str, Any]) -> int:
    below = person.get("reports", {"nodes": []})["nodes"]
    return 1 + max(map(depth, below), default=0)
