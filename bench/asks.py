"""What a workload is: how each variant is asked, and how its answer becomes the lists that are compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

Reduce = Callable[[Any], Any]
GRAPHQL = "/graphql"


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: path, and for GraphQL the operation and its variables; `reduce` makes lists of its answer."""

    path: str
    reduce: Reduce
    query: str = ""
    variables: Callable[[str], dict[str, Any]] = lambda _: {}

    def body(self, subject: str) -> bytes | None:
        """The body to POST; None for a GET."""
        return orjson.dumps({"query": self.query, "variables": self.variables(subject)}) if self.query else None

    def url(self, subject: str) -> str:
        """The path, with the id or the text that is asked about where it names one."""
        return self.path.format(subject)


@dataclass(frozen=True, slots=True)
class Workload:
    """One thing to ask. `requests` are sent over `connections` for one sample; `subject` is what they ask about: one of
    the names of `bench.data.Subjects`. Only the variants in `asks` take part."""

    name: str
    title: str
    connections: int
    requests: int
    asks: Mapping[str, Ask]
    subject: str = "persons"


def by_id(subject: str) -> dict[str, Any]:
    """The variables of an operation that takes an id."""
    return {"id": subject}


def instant(text: str) -> str:
    """Instants are written in several ways: `.000Z`, `+00:00`, nine digits."""
    return text.replace("Z", "+00:00").replace(".000000000", "").replace(".000+", "+")


def plain(value: Any) -> Any:
    """Positional lists: only the instants are made alike."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    return instant(value) if isinstance(value, str) and value[4:5] == "-" and value[10:11] == "T" else value
