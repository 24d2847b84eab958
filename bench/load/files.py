"""The world of the generator as files that `customer-graph import` reads: a row and a key for each thing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import IO

import orjson

from graph.model.model import Model
from graph.writer.load import New, NewNode
from jobs.generator.contents import stages
from jobs.generator.world import World

MAPPING = "mapping.toml"


def write_files(model: Model, folder: Path, parties: int, seed: int) -> Path:
    """A JSON Lines file for each type, and the mapping of them all, whose path it returns.

    ```json
    {"id": "cus_…", "since": "2023-04-01T08:00:00Z", "lifecycle": "CURRENT", "party": "per_…", "seller": "org_…"}
    ```
    """
    columns: dict[str, dict[str, None]] = {}
    references: dict[str, dict[str, None]] = {}
    with ExitStack() as stack:
        files: dict[str, IO[bytes]] = {}
        for new in _things(World(model, parties, seed)):
            if new.type not in files:
                files[new.type] = stack.enter_context((folder / f"{new.type}.jsonl").open("wb"))
            columns.setdefault(new.type, {}).update(dict.fromkeys(new.values))
            row = {"id": new.id, **new.values}
            if isinstance(new, NewNode):
                references.setdefault(new.type, {}).update(dict.fromkeys(new.references))
                row.update(new.references)
            else:
                row.update(source=new.source, target=new.target)
            files[new.type].write(orjson.dumps(row) + b"\n")
    path = folder / MAPPING
    tables = [_table(model, type, list(named), list(references.get(type, ()))) for type, named in columns.items()]
    path.write_text("\n".join(['source = "bench"', *tables]), encoding="utf-8")
    return path


def _things(world: World) -> Iterator[New]:
    return chain.from_iterable(chain.from_iterable(things) for _, _, things in stages(world))


def _table(model: Model, type: str, columns: list[str], references: list[str]) -> str:
    """What the mapping says of one file:

    ```toml
    [[file]]
    path = "Customer.jsonl"
    [[file.node]]
    type = "Customer"
    key = "{id}"
    references = { party = "{party}", seller = "{seller}" }
    values = { since = "{since}", lifecycle = "{lifecycle}" }
    ```
    """
    lines = ["[[file]]", f'path = "{type}.jsonl"']
    if type in model.nodes:
        lines += ["[[file.node]]", f'type = "{type}"', 'key = "{id}"', f"references = {_each(references)}"]
    else:
        lines += ["[[file.relationship]]", f'type = "{type}"', 'source = "{source}"', 'target = "{target}"']
    return "\n".join([*lines, f"values = {_each(columns)}", ""])


def _each(names: list[str]) -> str:
    return "{ " + ", ".join(f'{name} = "{{{name}}}"' for name in names) + " }"
