"""Random operations that fit the schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_non_null_type,
)

from resolvers.procedures.known import PROCEDURES
from tests.oracle.inputs import RELATIONS, Inputs, Pools

DEPTH = 4
_APART = {"Query": {"search", "__schema", "__type", *PROCEDURES["Query"]}, "Viewer": {*PROCEDURES["Viewer"]}}
"""What is more than one statement, or no part of the graph: it has tests of its own."""


@dataclass(frozen=True)
class Operation:
    """A document and the variables of one request."""

    text: str
    variables: Mapping[str, Any]


@dataclass
class _Document(Inputs):
    """What has been written of a document so far."""

    fragments: list[str] = field(default_factory=list)
    keys: int = 0

    def key(self) -> str:
        self.keys += 1
        return f"k{self.keys}"

    # selections

    def selection(self, kind: Any, depth: int) -> str:
        """A selection set on a composite type."""
        parts = [self.part(kind, depth) for _ in range(self.random.randint(1, 3))]
        if self.chance(20):
            parts.append(self.aliased("__typename"))
        if is_abstract_type(kind):
            possible = list(self.schema.get_possible_types(kind))
            parts.extend(self.fragment(member, depth) for member in self.some(possible, 2))
            if not isinstance(kind, GraphQLInterfaceType):
                parts = parts[-3:]
        elif isinstance(kind, GraphQLObjectType) and kind.interfaces and self.chance(15):
            parts.append(self.fragment(self.one(list(kind.interfaces)), depth))
        return "{ " + " ".join(parts) + " }"

    def part(self, kind: Any, depth: int) -> str:
        """One field of the type; on a union, where there is none, its name."""
        fields: dict[str, GraphQLField] = getattr(kind, "fields", {})
        usable = [name for name, f in fields.items() if depth > 0 or is_leaf_type(get_named_type(f.type))]
        usable = [name for name in usable if name not in _APART.get(kind.name, ())]
        if not usable:
            return self.aliased("__typename")
        # Fields that lead somewhere are fewer and matter more.
        deep = [name for name in usable if not is_leaf_type(get_named_type(fields[name].type))]
        name = self.one(deep if deep and self.chance(60) else usable)
        return self.field(name, fields[name], depth)

    def field(self, name: str, found: GraphQLField, depth: int) -> str:
        text = self.aliased(name) + self.arguments(found, depth) + self.directive()
        target = get_named_type(found.type)
        return text if is_leaf_type(target) else f"{text} {self.selection(target, self.below(target, depth))}"

    def below(self, target: Any, depth: int) -> int:
        """Edges, page info and figures do not count as depth."""
        return depth if target.name.endswith(("Edge", "PageInfo", "Figures", "Aggregate", "Money")) else depth - 1

    def aliased(self, name: str) -> str:
        return f"{self.key()}: {name}"

    def fragment(self, kind: Any, depth: int) -> str:
        body = self.selection(kind, min(depth, 1)) if kind.name != "Node" else "{ id }"
        if self.chance(30):
            name = f"F{len(self.fragments)}"
            self.fragments.append("")
            self.fragments[int(name[1:])] = f"fragment {name} on {kind.name} {body}"
            return f"...{name}{self.directive()}"
        return f"... on {kind.name}{self.directive()} {body}"

    def directive(self) -> str:
        if not self.chance(8):
            return ""
        wanted = self.chance(50)
        value = self.written(GraphQLNonNull(GraphQLBoolean), wanted)
        return f" @{'include' if self.chance(50) else 'skip'}(if: {value})"

    # arguments

    def arguments(self, found: GraphQLField, depth: int) -> str:
        parts = []
        backward = self.chance(25)
        period = self.chance(30)
        for name, argument in found.args.items():
            skipped = {"first": backward, "last": not backward, "asOf": period, "during": not period}.get(name, False)
            wanted = is_non_null_type(argument.type) or {"asOf": 8, "during": 6, "first": 80}.get(name, 35)
            if name in ("after", "before") or skipped or not (wanted is True or self.chance(int(wanted))):
                continue
            value = self.argument(name, argument, depth)
            parts.append(f"{name}: {self.written(argument.type, value)}")
        return f"({', '.join(parts)})" if parts else ""

    def argument(self, name: str, argument: GraphQLArgument, depth: int) -> Any:
        if not is_non_null_type(argument.type) and self.chance(5):
            return None
        if name in ("first", "last"):
            return self.random.randint(0, 6 if depth < DEPTH else 12)
        if name == "orderBy":
            return [self.order(get_named_type(argument.type)) for _ in range(self.random.randint(0, 2))]
        return self.value(argument.type, name, RELATIONS)


def operation(random: Random, schema: GraphQLSchema, pools: Pools) -> Operation:
    """A query with one or two roots."""
    document = _Document(random, schema, pools)
    query = schema.query_type
    if query is None:
        raise TypeError("no query type")
    roots = [name for name in query.fields if name != "search" and name not in PROCEDURES["Query"]]
    names = [document.one(roots) for _ in range(random.randint(1, 2))]
    parts = [document.field(name, query.fields[name], DEPTH) for name in names]
    head = f"query ({', '.join(document.types)})" if document.types else "query"
    return Operation("\n".join([f"{head} {{ {' '.join(parts)} }}", *document.fragments]), document.variables)
