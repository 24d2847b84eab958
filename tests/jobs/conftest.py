import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio

from graph.client import Database
from graph.migrations import upgrade
from jobs.importer import ImportReport, import_folder
from schema.declarations import model
from tests.support.data import NOT_BESIDE
from tests.support.desk import Desk, clear

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"


@dataclass(frozen=True, slots=True)
class Importer:
    """Imports under a source of its own in place of the mapping's, so that nothing else is touched."""

    desk: Desk
    folder: Path

    async def run(
        self, mapping: str, data: Path | None = None, *, dry_run: bool = False, again: bool = False
    ) -> ImportReport:
        """What the import of the folder (or of `data`) did; `again` reads the mended rejects file."""
        path = self.folder / "mapping.toml"
        path.write_text(re.sub("source = .*", f'source = "{self.desk.source}"', mapping, count=1), encoding="utf-8")
        return await import_folder(
            self.desk.database,
            self.desk.model,
            path,
            data or self.folder,
            rejects=self.rejects,
            mended=self.rejects if again else None,
            dry_run=dry_run,
            by=self.desk.source,
        )

    @property
    def rejects(self) -> Path:
        """Where rows go that were not taken."""
        return self.folder / "rejects.csv"

    def write(self, name: str, *lines: str) -> None:
        """Puts a file into the folder."""
        (self.folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


@pytest.fixture
def northwind() -> Path:
    return _folder("northwind")


@pytest.fixture
def northwind_raw() -> Path:
    return _folder("northwind-raw")


def _folder(name: str) -> Path:
    if not (DATA / name).is_dir():
        pytest.skip(f"the data set {name} {NOT_BESIDE}")
    return DATA / name


@pytest_asyncio.fixture(loop_scope="session")
async def importer(database: Database, tmp_path: Path) -> AsyncIterator[Importer]:
    await upgrade(database, model())
    source = f"test{uuid4().hex}"
    yield Importer(Desk(database, model(), source), tmp_path)
    await clear(database, source)


@pytest_asyncio.fixture(loop_scope="session")
async def empty(database: Database) -> AsyncIterator[Database]:
    """The run's database with nothing in it but constraints and indexes; other tests find it prepared again."""
    await upgrade(database, model())
    await wipe(database)
    yield database
    await wipe(database)
    await upgrade(database, model())


async def wipe(database: Database) -> None:
    """Nothing is left of what the database held."""
    await database.run_implicit("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 2000 ROWS")
