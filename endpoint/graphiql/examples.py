"""The example queries that GraphiQL opens with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Example:
    """A query to start from. `title` is the first line of its leading comment, or the name of its file."""

    title: str
    query: str


def load_examples(folder: Path) -> tuple[Example, ...]:
    """The `.graphql` files of the folder, in the order of their names; none where there is no such folder."""
    return tuple(_example(file) for file in sorted(folder.glob("*.graphql")))


def _example(file: Path) -> Example:
    query = file.read_text(encoding="utf-8")
    first_line = query.lstrip().partition("\n")[0]
    title = first_line.strip("# \t\r") if first_line.startswith("#") else ""
    return Example(title or file.stem, query)
