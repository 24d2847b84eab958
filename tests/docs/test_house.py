"""The drawings in the README are true to the code."""

import re
import tomllib

from tests.docs.page import ROOT, sections

BLOCKS = [block for section in sections("README.md") for block in section.blocks]
[HOUSE] = [block.text for block in BLOCKS if block.language == "mermaid"]
[WAY] = [block.text for block in BLOCKS if block.language == "text"]
LABELS: dict[str, str] = dict(re.findall(r'(\w+)\[\(?"([^"]+)"\)?\]', HOUSE))


def imports(package: str) -> set[str]:
    """The packages of the house that a package, or server.py, imports."""
    modules = [ROOT / "server.py"] if package == "server" else (ROOT / package).rglob("*.py")
    pattern = re.compile(r"^\s*(?:from|import) (\w+)", re.MULTILINE)
    return {name for module in modules for name in pattern.findall(module.read_text(encoding="utf-8"))} - {package}


def name(node: str) -> str:
    """The package that a node of the drawing stands for: the first word of its label."""
    return LABELS[node].partition(":")[0].lower()


def test_every_package_of_the_import_rules_is_drawn() -> None:
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    assert {name(node) for node in LABELS} == {*rules["root_packages"], "server", "neo4j"}


def test_every_arrow_is_an_import() -> None:
    arrows = re.findall(r"(\w+) --> (\w+)", HOUSE)
    assert arrows
    assert [(a, b) for a, b in arrows if name(b) not in imports(name(a))] == []


def test_the_stations_of_a_request_are_there() -> None:
    stations = re.findall(r"│ +(\S+)", WAY)
    assert stations
    assert [station for station in stations if not (ROOT / station).exists()] == []
