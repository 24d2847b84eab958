"""Every branch of graph/compiler is reached by a case."""

import asyncio
import dataclasses
import json
import sys
from pathlib import Path

from tests.oracle.demo import Demo

ROOT = Path(__file__).parents[3]


async def test_cases_reach_every_branch_of_the_compiler(demo: Demo) -> None:
    settings = demo.database.settings
    given = {f.name: getattr(settings, f.name) for f in dataclasses.fields(settings)}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.graph.compiler.run_cases",
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate(json.dumps(given).encode())
    assert process.returncode == 0
    missing = json.loads(output.splitlines()[-1])
    assert missing == [], "\n".join(["no case reaches:", *missing])
