"""Each case of tests/mutations/cases gives its answers, and leaves a graph in which everything is right."""

import json
import re
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml
from graphql import OperationDefinitionNode, parse

from access.viewer import LOCAL, Viewer
from graph.check import check
from resolvers.executor.execute import Executor
from resolvers.executor.request import Request

CASES = sorted((Path(__file__).parent / "cases").glob("*.graphql"))
_ID = re.compile(r"\b([a-z]{2,5})_([0-9a-f]{32})\b")
_COUNTED = re.compile(r"\b([a-z]{2,5})#([0-9]+)\b")


def readable(value: Any) -> Any:
    text = _ID.sub(lambda found: f"{found[1]}#{int(found[2], 16)}", json.dumps(value, ensure_ascii=False))
    return json.loads(text)


def viewer_of(document: str, operation: str) -> Viewer:
    for names, viewer in re.findall(r"^# viewer(?: of ([\w, ]+))?: (.*)$", document, re.MULTILINE):
        if not names or operation in names.split(", "):
            given = json.loads(viewer)
            organisations = given.get("organisations")
            limit = None if organisations is None else tuple(organisations)
            return Viewer(frozenset(given["roles"]), limit, given.get("party"), given.get("subject", "somebody"))
    return LOCAL


def operations(document: str) -> list[str]:
    found = (d for d in parse(document).definitions if isinstance(d, OperationDefinitionNode))
    return [operation.name.value for operation in found if operation.name]


def read(path: Path) -> str:
    return _COUNTED.sub(lambda found: f"{found[1]}_{int(found[2]):032x}", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
async def test_case(path: Path, empty: Executor, update_expectations: bool) -> None:
    document = read(path)
    answers = {}
    for name in operations(document):
        answer = await empty.execute(Request(document, None, name), viewer_of(document, name))
        answers[name] = readable(orjson.loads(answer.body))
        assert "errors" not in answers[name]
    expectation = path.with_suffix(".expected.yaml")
    if update_expectations:
        text = yaml.safe_dump(answers, allow_unicode=True, sort_keys=False, width=120)
        expectation.write_text(text, encoding="utf-8")
    assert answers == yaml.safe_load(expectation.read_text(encoding="utf-8"))
    assert await check(empty.connected, empty.model) == []
