"""Runs all cases under coverage and prints as JSON what of graph/compiler none of them reaches.

Started by test_cases.py in a process of its own, because what is measured must be imported under the measurement;
reads where the database is from standard input.
"""

import asyncio
import functools
import importlib
import json
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import coverage

EXCLUDED = (
    "if TYPE_CHECKING:",
    "def __repr__",
    # Expected failures are errors of the tree; exceptions of the language guard against defects of the compiler itself.
    r"raise (ValueError|TypeError|KeyError)\(",
    r"case (_|\w+\(\)):\n\s+raise \w+\(",
)
# Every case has a body that must be reached; that the last one of a closed set does not fit is impossible.
PARTIAL = (r"^\s*case .*:$",)
TOGETHER = 4
ROOT = Path(__file__).parents[2]


async def _run(settings: dict[str, Any]) -> None:
    # Imported here, so that the measurement sees the modules from their first line on.
    client, cases = importlib.import_module("graph.client"), importlib.import_module("tests.cases.case")
    demo_module = importlib.import_module("tests.oracle.demo")
    readable_module = importlib.import_module("tests.cases.readable")
    database = await client.Database.connect(client.DatabaseSettings(**settings))
    demo = await demo_module.loaded(database)
    readable = readable_module.Readable(demo)
    request_module = importlib.import_module("resolvers.executor.request")
    show = importlib.import_module("graph.compiler.show")
    executor = importlib.import_module("resolvers.executor.execute").Executor(demo.schema, demo.model)
    waiting = [cases.Case.read(path) for path in sorted(cases.FOLDER.rglob("*.graphql"))]

    async def some() -> None:
        while waiting:
            case = waiting.pop()
            request, viewer = case.request(readable), case.viewer(demo)
            await cases.run(demo, request, viewer, case.limits())
            if "error" not in case.options:
                show.show_plan(executor.prepare(request, viewer).compiled.plan)

    # What payloads show is compiled too, and what their writers may change; no mutation runs, because nothing is
    # written here.
    rights = importlib.import_module("graph.mutations.rights").Rights(demo.model)
    one_of_each = {thing.type.name: thing.id for thing in demo.world.things.values()}.values()
    viewers = set()
    for path in sorted((ROOT / "tests" / "mutations" / "cases").glob("*.graphql")):
        mutations = importlib.import_module("tests.mutations.test_cases")
        text = mutations.read(path)
        for name in mutations.operations(text):
            prepared = executor.prepare(request_module.Request(text, None, name), mutations.LOCAL)
            for step in prepared.kept.steps:
                step.payload.bind(prepared.binding)
            viewers.add(mutations.viewer_of(text, name))
    for viewer in viewers:
        guard = rights.guard(viewer.audience, viewer.organisations or (), viewer.party)
        if guard is not None:
            await database.read_together(functools.partial(guard.kept, ids=one_of_each))

    several: list[Coroutine[Any, Any, None]] = [some() for _ in range(TOGETHER)]
    await asyncio.gather(*several)
    await database.close()


def main() -> None:
    measured = coverage.Coverage(branch=True, source_pkgs=["graph.compiler"], data_file=None, config_file=False)
    for pattern in EXCLUDED:
        measured.exclude(pattern)
    for pattern in PARTIAL:
        measured.exclude(pattern, which="partial")
    measured.start()
    asyncio.run(_run(json.load(sys.stdin)))
    measured.stop()
    missing: list[str] = []
    for file in sorted(measured.get_data().measured_files()):
        _, _, _, lines, _ = measured.analysis2(file)
        taken = measured.branch_stats(file)
        partly = [line for line, (ways, used) in taken.items() if used < ways and line not in lines]
        source = Path(file).read_text(encoding="utf-8").splitlines()
        for line in sorted({*lines, *partly}):
            what = "one way of" if line in partly else "line"
            missing.append(f"{Path(file).relative_to(Path.cwd())}:{line} {what}: {source[line - 1].strip()}")
    sys.stdout.write(json.dumps(missing))


if __name__ == "__main__":
    main()
