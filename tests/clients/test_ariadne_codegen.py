"""ariadne-codegen makes a typed Python client of the schema, and what it makes works over HTTP and a socket."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.clients.conftest import ROOT, facts, output
from tests.clients.shop import Ids

HERE = Path(__file__).parent
LOCK = HERE / "ariadne" / "requirements.lock"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the program, the client that was made for it, and the environment of both."""
    folder = tmp_path_factory.mktemp("ariadne")
    environment(folder / ".venv")
    for source in (ROOT / "schema.graphql", HERE / "operations.graphql", *(HERE / "ariadne").glob("[ap]*")):
        shutil.copy(source, folder)
    output(folder, folder / ".venv/bin/ariadne-codegen", "--config", "ariadne-codegen.toml")
    return folder


def environment(folder: Path) -> None:
    """Its packages, with their hashes, by uv, or by pip with its own configuration where uv cannot reach an index."""
    python = folder / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    wanted: list[str | Path] = ["--quiet", "--require-hashes", "--requirement", LOCK]
    uv: list[str | Path] = ["uv", "pip", "install", "--python", python]
    if subprocess.run([sys.executable, "-m", *uv, *wanted], check=False).returncode:
        output(folder, sys.executable, "-m", "pip", "--python", python, "install", *wanted)


def test_the_made_client_is_typed(made: Path) -> None:
    # The base class that it copies has mistakes of its own for the case that websockets is missing.
    files = [path for path in (made / "shop_client").glob("*.py") if path.name != "async_base_client.py"]
    strict = ["mypy", "--strict", "--follow-imports=silent", "--config-file", "", "--cache-dir", ".mypy"]
    output(made, sys.executable, "-m", *strict, "--python-executable", ".venv/bin/python", *files, "program.py")


def test_the_made_client_pages_renames_and_listens(made: Path, service: str, shop: Ids) -> None:
    arguments = (f"{service}/graphql", shop["seller"], shop["buyer:1"])
    said = output(made, made / ".venv/bin/python", "program.py", *arguments)
    assert facts([json.loads(line) for line in said.splitlines()]) == {
        "customers": [
            "Khách Một, called Một, CURRENT since 2024-01-01",
            "Khách Hai, called Hai, CURRENT since 2024-01-02",
            "Khách Ba, called Ba, CURRENT since 2024-01-03",
            "Khách Bốn, called Bốn, CURRENT since 2024-01-04",
            "Công ty Năm, a BUSINESS, CURRENT since 2024-01-05",
        ],
        "renamed": ["Tên Khác", []],
        "refused": [None, ["MISSING_VALUE"]],
        "told": ["UPDATED", "Tên Khác"],
    }
