"""Only the process reads the environment: everything else is given values."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("settings", "commands", "endpoint", "jobs", "schema", "resolvers", "access", "graph")
READERS = {"environ", "environb", "getenv", "getenvb"}


def modules() -> list[Path]:
    return sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))


def environment_reads(source: str) -> Iterator[int]:
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Attribute(value=ast.Name(id="os"), attr=name) if name in READERS:
                yield node.lineno
            case ast.ImportFrom(module="os", names=names) if READERS & {alias.name for alias in names}:
                yield node.lineno


@pytest.mark.parametrize(
    "source", ["import os\nos.environ['HOME']", "import os\nos.getenv('HOME')", "from os import environ as e"]
)
def test_the_search_finds_each_way_to_read_it(source: str) -> None:
    assert list(environment_reads(source))


@pytest.mark.parametrize("module", modules(), ids=lambda file: str(file.relative_to(ROOT)))
def test_no_package_reads_the_environment(module: Path) -> None:
    lines = list(environment_reads(module.read_text(encoding="utf-8")))
    assert not lines, f"{module.relative_to(ROOT)} reads the environment in lines {lines}; take a value instead"
