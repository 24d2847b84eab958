"""A mapping file, read and held against the declarations before any row is."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.errors import CustomerGraphError, InputError
from graph.model.elements import NodeType, Reference, RelationshipType
from graph.model.model import Model
from graph.writer import Change, Put, Relate
from graph.writer.forms import refusal
from jobs.importer.templates import Row, Template, TransformError, Value, transformed


class MappingError(InputError):
    """A mapping contradicts itself or the declarations."""

    code = "BAD_MAPPING"
    text = "The mapping {path}, {where}: {reason}."
    hint = "Mend the mapping; docs/import.md describes it."


@dataclass(frozen=True, slots=True)
class NodeRecord:
    """A node made of a row. What the fields named in `lenient` refuse is left out."""

    type: NodeType
    when: Template | None
    key: Template
    values: dict[str, Value]
    lenient: tuple[str, ...]
    references: dict[str, Template]


@dataclass(frozen=True, slots=True)
class RelationshipRecord:
    """A relationship made of a row; otherwise as a node."""

    type: RelationshipType
    when: Template | None
    source: Template
    target: Template
    values: dict[str, Value]
    lenient: tuple[str, ...]
    match: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileMapping:
    """What the rows of one file become. `rows` stand in the mapping itself where `path` is None."""

    path: str | None
    null: str | None
    rows: tuple[Row, ...]
    records: tuple[NodeRecord | RelationshipRecord, ...]
    columns: frozenset[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """The changes that a row asks for, and why each value that is not in them was left out."""

    changes: tuple[Change, ...]
    left_out: tuple[CustomerGraphError, ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """A source and its files, in order."""

    source: str
    files: tuple[FileMapping, ...]

    def asked(self, file: FileMapping, row: Row) -> Asked:
        """What a row asks for. Raises TransformError, or what the writer would raise."""
        changes: list[Change] = []
        left_out: list[CustomerGraphError] = []
        for record in file.records:
            if record.when is not None and record.when.text(row) in (None, ""):
                continue
            values = {name: value(row) for name, value in record.values.items()}
            for name in record.lenient:
                if refused := refusal(record.type, values, name):
                    values[name] = None
                    left_out.append(refused)
            changes.append(self._change(record, row, values))
        return Asked(tuple(changes), tuple(left_out))

    def _change(self, record: NodeRecord | RelationshipRecord, row: Row, values: dict[str, Any]) -> Change:
        if isinstance(record, NodeRecord):
            references = {n: self._key(t, row) for n, t in record.references.items()}
            return Put(record.type.name, self._needed(record.key, row), values, references)
        ends = self._needed(record.source, row), self._needed(record.target, row)
        return Relate(record.type.name, *ends, values, record.match)

    def _key(self, template: Template, row: Row) -> str | None:
        text = template.whole(row)
        return None if text is None else f"{self.source}:{text}"

    def _needed(self, template: Template, row: Row) -> str:
        key = self._key(template, row)
        if key is None:
            missing = ", ".join(c for c in template.columns if row.get(c) is None)
            raise TransformError(value=missing, reason="is empty, but part of a key")
        return key


def read_mapping(path: Path, model: Model) -> Mapping:
    """The mapping in the file; MappingError names the place that is wrong."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise MappingError(path=path.name, where="the file", reason=str(error)) from None
    return _Reader(path.name, model, content).mapping()


class _Reader:
    def __init__(self, path: str, model: Model, content: dict[str, Any]) -> None:
        self.path = path
        self.model = model
        self.content = content
        self.lookups: dict[str, Any] = content.get("lookups", {})
        self.columns: set[str] = set()

    def mapping(self) -> Mapping:
        source = self.content.get("source")
        if not isinstance(source, str) or not source or ":" in source:
            raise self._error("source", "needs a name without colons")
        self._known(self.content, {"source", "null", "lookups", "file"}, "top level")
        files = self.content.get("file", [])
        return Mapping(source, tuple(self._file(f"file {n}", f) for n, f in enumerate(files, 1)))

    def _file(self, where: str, item: dict[str, Any]) -> FileMapping:
        path = item.get("path")
        where = f"{where} ({path})" if path else where
        self._known(item, {"path", "null", "rows", "node", "relationship"}, where)
        if (path is None) == ("rows" not in item):
            raise self._error(where, "needs either path or rows")
        self.columns = set()
        nodes = (self._node(f"{where}, node {n}", r) for n, r in enumerate(item.get("node", []), 1))
        relationships = (
            self._relationship(f"{where}, relationship {n}", r) for n, r in enumerate(item.get("relationship", []), 1)
        )
        records: tuple[NodeRecord | RelationshipRecord, ...] = (*nodes, *relationships)
        null = item.get("null", self.content.get("null"))
        return FileMapping(path, null, tuple(item.get("rows", ())), records, frozenset(self.columns))

    def _node(self, where: str, item: dict[str, Any]) -> NodeRecord:
        self._known(item, {"type", "key", "when", "values", "references"}, where)
        type = self.model.made.get(item.get("type", ""))
        if type is None:
            raise self._error(where, f"{item.get('type')!r} is not a node type")
        references = {n: self._template(f"{where}, {n}", t) for n, t in item.get("references", {}).items()}
        for name in references:
            if not isinstance(type.fields.get(name), Reference):
                raise self._error(where, f"{type.name} has no reference {name!r}")
        return NodeRecord(
            type,
            self._when(where, item),
            self._template(f"{where}, key", item.get("key")),
            self._values(where, type, item),
            self._lenient(where, type, item),
            references,
        )

    def _relationship(self, where: str, item: dict[str, Any]) -> RelationshipRecord:
        self._known(item, {"type", "source", "target", "when", "values", "match"}, where)
        type = self.model.relationships.get(item.get("type", ""))
        if type is None:
            raise self._error(where, f"{item.get('type')!r} is not a relationship type")
        return RelationshipRecord(
            type,
            self._when(where, item),
            self._template(f"{where}, source", item.get("source")),
            self._template(f"{where}, target", item.get("target")),
            self._values(where, type, item),
            self._lenient(where, type, item),
            tuple(item.get("match", ("since",))),
        )

    def _values(self, where: str, owner: NodeType | RelationshipType, item: dict[str, Any]) -> dict[str, Value]:
        known = {p.name for p in owner.properties if not p.derived and not p.hidden}
        found: dict[str, Value] = {}
        for name, value in item.get("values", {}).items():
            if name not in known:
                raise self._error(where, f"{owner.name} has no value {name!r} that can be written")
            found[name] = self._value(f"{where}, {name}", value)
        return found

    def _lenient(self, where: str, owner: NodeType | RelationshipType, item: dict[str, Any]) -> tuple[str, ...]:
        """The values that may be left out; only what may be missing can be."""
        values = item.get("values", {}).items()
        found = tuple(name for name, value in values if isinstance(value, dict) and value.get("lenient"))
        for missing in (p.name for p in owner.properties if p.name in found and not p.nullable):
            raise self._error(f"{where}, {missing}", f"{owner.name} needs it, so it cannot be left out")
        return found

    def _value(self, where: str, value: Any) -> Value:
        if isinstance(value, dict):
            options = {n: o for n, o in value.items() if n != "lenient"}
            template = self._template(where, options.pop("value", None))
            try:
                return transformed(template, options, self.lookups)
            except KeyError as error:
                raise self._error(where, f"{error.args[0]!r} is neither a transform nor a lookup") from None
        if isinstance(value, str):
            return self._template(where, value).text
        return lambda _: value

    def _template(self, where: str, text: Any) -> Template:
        if not isinstance(text, str) or not text:
            raise self._error(where, "needs a template")
        try:
            template = Template(text)
        except ValueError as error:
            raise self._error(where, str(error)) from None
        self.columns.update(template.columns)
        return template

    def _when(self, where: str, item: dict[str, Any]) -> Template | None:
        return self._template(f"{where}, when", item["when"]) if "when" in item else None

    def _known(self, item: dict[str, Any], names: set[str], where: str) -> None:
        for name in item.keys() - names:
            raise self._error(where, f"{name!r} has no meaning here")

    def _error(self, where: str, reason: str) -> MappingError:
        return MappingError(path=self.path, where=where, reason=reason)
