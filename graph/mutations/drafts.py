"""An input becomes changes for the writer: what is made together becomes one group, each node before what refers to it.

```python
draft = Draft(model, limit=500)
draft.take(mutations(model)["createOrganisation"], {"name": "Phở Thìn", "units": [{"node": {...}, "since": ...}]})
draft.changes   # [Put("Organisation", "_:0", ...), Put("OrgUnit", "_:1", ...), Relate("PartOf", "_:1", "_:0", ...)]
draft.paths     # [(), ("units", "0", "node", "createOrgUnit"), ("units", "0")]
```

Inputs are as GraphQL coerces them: enum members by value or name, custom scalars in their stored form.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graph.model.elements import NodeType, Property, Reference, RelationshipType
from graph.model.model import Model
from graph.model.values import now_text
from graph.mutations.limits import TooManyChangesError
from graph.mutations.shapes import Links, Mutation, Parts, nested
from graph.writer import Amend, Change, Delete, End, Move, Put, Relate
from graph.writer.forms import form

Path = tuple[str, ...]
Given = Mapping[str, Any]


class Draft:
    """The changes of one mutation in the order in which they are taken, and for each its path in the input."""

    def __init__(self, model: Model, limit: int) -> None:
        self.changes: list[Change] = []
        self.paths: list[Path] = []
        self._model = model
        self._limit = limit

    def take(self, mutation: Mutation, given: Given) -> int:
        """Adds what the input means, and gives the place of the change that the mutation is named for.

        Raises TooManyChangesError.
        """
        if isinstance(mutation.type, NodeType):
            return self._node(mutation, mutation.type, given)
        return self._relationship(mutation.verb, mutation.type, given)

    def _node(self, mutation: Mutation, type: NodeType, given: Given) -> int:
        version = given.get("expectedVersion")
        if mutation.verb == "create":
            return self._new(type, given, ())[1]
        name = name_of(given["by"])
        match mutation.verb:
            case "update":
                values, references = client_values(type, given), self._references(type, given, ())
                return self._add(Put(type.name, name, values, references, version, "present"), ())
            case "move":
                to = str(getattr(given["to"], "name", given["to"]))
                return self._add(Move(type.name, name, to, given.get("at"), given.get("reason"), version), ())
            case "end":
                until = given.get("until") or now_text()
                return self._add(End(type.name, name, until, version, self._successor(mutation, given)), ())
            case _:
                return self._add(Delete(type.name, name, version), ())

    def _successor(self, mutation: Mutation, given: Given) -> str | None:
        if mutation.successor is None or given.get("reassignTo") is None:
            return None
        return self._reference(self._model.type(mutation.successor), given["reassignTo"], ("reassignTo",))

    def _relationship(self, verb: str, type: RelationshipType, given: Given) -> int:
        version, values = given.get("expectedVersion"), client_values(type, given)
        match verb:
            case "create":
                source = self._reference(self._model.type(type.source), given["source"], ("source",))
                target = self._reference(self._model.type(type.target), given["target"], ("target",))
                return self._add(Relate(type.name, source, target, values, expect="absent"), ())
            case "update":
                return self._add(Amend(type.name, given["id"], values, version), ())
            case _:
                return self._add(End(type.name, given["id"], given.get("until") or now_text(), version), ())

    def _new(self, type: NodeType, given: Given, path: Path, back: Mapping[str, str] | None = None) -> tuple[str, int]:
        """A new node with all that comes with it; `back` names the references that are clear from where it stands."""
        references = {**(back or {}), **self._references(type, given, path)}
        name = given.get("externalKey") or f"_:{len(self.changes)}"
        place = self._add(Put(type.name, name, client_values(type, given), references, expect="absent"), path)
        for item in nested(self._model, type):
            for index, part in enumerate(given.get(item.field.name) or ()):
                below = (*path, item.field.name, str(index))
                if isinstance(item, Parts):
                    self._new(item.type, part, below, {item.reference.name: name})
                else:
                    self._link(item, name, part, below)
        return name, place

    def _link(self, item: Links, name: str, given: Given, path: Path) -> None:
        far = self._reference(item.far, given["node"], (*path, "node"))
        source, target = (far, name) if item.field.step.direction == "in" else (name, far)
        self._add(Relate(item.type.name, source, target, client_values(item.type, given), expect="absent"), path)

    def _references(self, type: NodeType, given: Given, path: Path) -> dict[str, str | None]:
        return {
            item.name: self._held(item, given[item.name], (*path, item.name))
            for item in form(type).references.values()
            if item.name in given
        }

    def _held(self, item: Reference, given: Given | None, path: Path) -> str | None:
        return None if given is None else self._reference(self._model.type(item.target), given, path)

    def _reference(self, target: NodeType, given: Given, path: Path) -> str:
        """The name of a node that is there, or of one that is made for this reference."""
        [(key, value)] = given.items()
        for type in self._model.concrete(target.name):
            if key == f"create{type.name}":
                return self._new(type, value, (*path, key))[0]
        return str(value)

    def _add(self, change: Change, path: Path) -> int:
        if len(self.changes) >= self._limit:
            raise TooManyChangesError(actual=self._limit + 1, limit=self._limit)
        self.changes.append(change)
        self.paths.append(path)
        return len(self.changes) - 1


def client_values(type: NodeType | RelationshipType, given: Given) -> dict[str, Any]:
    """The stored values that an input gives, as the writer takes them."""
    return {name: _client_form(item, given[name]) for name, item in form(type).writable.items() if name in given}


def name_of(given: Given) -> str:
    """The id or external key of a `NodeBy`."""
    [value] = given.values()
    return str(value)


def _client_form(item: Property, value: Any) -> Any:
    """The value as clients send it: what the writer takes. Coercion has encoded custom scalars already."""
    if value is None:
        return None
    if item.scalar.choices is not None:
        return getattr(value, "name", value)
    return item.scalar.given(value)
