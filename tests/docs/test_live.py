"""The page about live updates shows operations of the schema, and messages as they are sent."""

from __future__ import annotations

import json
from contextlib import aclosing
from typing import Any

import pytest
from graphql import parse, validate

from access.viewer import LOCAL
from graph.events import last_position
from graph.writer import Put, write
from resolvers.executor.execute import Executor
from resolvers.executor.request import Request
from resolvers.types.query import build_schema, core_schema
from schema.declarations import model
from tests.docs.page import sections
from tests.oracle.demo import Demo

BLOCKS = [block for section in sections("docs/live.md") for block in section.blocks]


def texts(language: str) -> list[str]:
    return [block.text for block in BLOCKS if block.language == language]


@pytest.mark.parametrize("operation", texts("graphql"), ids=lambda text: text.split("(")[0])
def test_an_operation_fits_the_schema(operation: str) -> None:
    assert validate(core_schema(build_schema(model())), parse(operation)) == []


def shape(value: Any) -> Any:
    """The keys of an answer, in their order."""
    return {key: shape(inner) for key, inner in value.items()} if isinstance(value, dict) else None


async def test_the_message_is_one_of_the_subscription_above_it(demo: Demo) -> None:
    watch, message = texts("graphql")[0], json.loads(texts("json")[0])
    id = next(id for id, thing in demo.world.things.items() if thing.type.name == "Person")
    start = await last_position(demo.database)
    key = demo.world.external_keys()[id]
    (outcome,) = await write(demo.database, demo.model, [[Put("Person", key, {"name": "Đỗ Thị Mai"})]], by="test")
    assert outcome.error is None
    executor = Executor(demo.schema, demo.model, demo.database)
    request = Request(watch, {"ids": [id], "after": str(start)})
    async with aclosing(executor.subscribe(request, LOCAL)) as answers:
        assert shape(json.loads((await anext(answers)).body)) == shape(message)
