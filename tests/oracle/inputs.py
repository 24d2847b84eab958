"""Random values of input types, written as literals and as variables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    get_named_type,
    is_non_null_type,
)

from tests.oracle.world import World, exact

RELATIONS = 3
"""How deep a filter may follow relations."""


@dataclass(frozen=True)
class Pools:
    """Values that are in the world, by the name of their property, as clients write them."""

    values: Mapping[str, list[Any]]
    ids: list[str]
    keys: list[str]

    def __repr__(self) -> str:
        return f"values of {len(self.ids)} nodes"

    @classmethod
    def of(cls, world: World) -> Pools:
        values: dict[str, list[Any]] = {}
        owners = [*((t.type.properties, t.stored) for t in world.things.values())]
        declared = {r.type: r.properties for r in world.model.relationships.values()}
        owners += [(declared[link.type], link.stored) for link in world.links if link.type in declared]
        for properties, stored in owners:
            for item in properties:
                if item.name in stored:
                    value = stored[item.name]
                    decimal = item.scalar.name in ("Money", "Decimal")
                    values.setdefault(item.name, []).append(exact(value) if decimal else value)
        some = {name: sorted(set(found), key=str) for name, found in values.items()}
        ids = sorted(world.things)
        keys = sorted(world.external_keys().values())
        return cls(some, ids, keys)


@dataclass
class Inputs:
    """The values of one document, and the variables that it declares for them."""

    random: Random
    schema: GraphQLSchema
    pools: Pools
    types: list[str] = field(default_factory=list)
    variables: dict[str, Any] = field(default_factory=dict)

    def chance(self, percent: int) -> bool:
        """True in this many of a hundred cases."""
        return self.random.random() * 100 < percent

    def one(self, items: list[Any]) -> Any:
        return self.random.choice(items)

    def some(self, items: list[Any], most: int) -> list[Any]:
        return self.random.sample(items, self.random.randint(1, min(most, len(items))))

    def value(self, kind: GraphQLInputType, name: str, relations: int) -> Any:
        """A value of an input type, for a property of this name."""
        if isinstance(kind, GraphQLNonNull):
            return self.value(kind.of_type, name, relations)
        if isinstance(kind, GraphQLList):
            return [self.value(kind.of_type, name, relations) for _ in range(self.random.randint(0, 3))]
        if isinstance(kind, GraphQLEnumType):
            return _Name(self.one(list(kind.values)))
        if isinstance(kind, GraphQLInputObjectType):
            return self.input(kind, name, relations)
        return self.scalar(get_named_type(kind).name, name)

    def scalar(self, kind: str, name: str) -> Any:
        if kind == "Boolean":
            return self.chance(50)
        if kind == "ID" and name in ("id", "ids", "seller"):
            return self.one(self.pools.ids) if self.chance(95) else "org_00000000000000000000000000000000"
        if name == "externalKey":
            return self.one(self.pools.keys) if self.chance(95) else "demo:party:nobody"
        pool = self.pools.values.get(name)
        if kind == "DateTime" and (not pool or self.chance(20)):
            pool = self.pools.values["since"]
        if kind == "CurrencyCode" and not pool:
            pool = self.pools.values["currency"]
        if kind in ("Int", "Decimal") and not pool:
            return self.random.randint(0, 5) if kind == "Int" else "2.5"
        if not pool:
            pool = self.pools.values["name"]
        value = self.one(pool)
        if kind == "String" and self.chance(40):
            start = self.random.randint(0, max(len(value) - 1, 0))
            return value[start : start + self.random.randint(0, 4)]
        return value

    def input(self, kind: GraphQLInputObjectType, name: str, relations: int) -> dict[str, Any]:
        fields = kind.fields
        if kind.name == "NodeBy":
            chosen = self.one(list(fields))
            return {chosen: self.value(fields[chosen].type, chosen, 0)}
        if kind.name == "Period":
            first, last = sorted(self.one(self.pools.values["since"]) for _ in range(2))
            return {"from": first, **({"to": last} if self.chance(70) else {})}
        usable = [n for n, f in fields.items() if relations > 0 or not _goes_deeper(kind, n, get_named_type(f.type))]
        found: dict[str, Any] = {}
        for chosen in self.some(usable, 2):
            target = fields[chosen].type
            left = relations - _goes_deeper(kind, chosen, get_named_type(target))
            inner = chosen if chosen not in _TESTS else name
            if self.chance(4) and not is_non_null_type(target):
                found[chosen] = None
            else:
                found[chosen] = self.value(target, inner, left)
        return found

    def order(self, kind: Any) -> dict[str, Any]:
        chosen = self.one(list(kind.fields))
        target = get_named_type(kind.fields[chosen].type)
        if chosen == "node":
            return {"node": self.order(target)}
        if isinstance(target, GraphQLEnumType):
            return {chosen: _Name(self.one(["ASC", "DESC"]))}
        return {chosen: self.figure(target)}

    def figure(self, target: Any) -> dict[str, Any]:
        fields = target.fields
        by = self.one(list(get_named_type(fields["by"].type).values))
        found: dict[str, Any] = {"by": _Name(by)}
        if "currency" in fields:
            found["currency"] = self.one(["VND", "VND", "USD", "EUR"])
        if self.chance(30):
            found["filter"] = self.value(fields["filter"].type, "", 1)
        if self.chance(60):
            found["direction"] = _Name(self.one(["ASC", "DESC"]))
        return found

    # values as literals and variables

    def written(self, kind: GraphQLInputType, value: Any) -> str:
        """The value as a literal, as a variable, or as a literal with variables inside."""
        if self.chance(30):
            return self.variable(kind, value)
        kind = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        if value is None:
            return "null"
        if isinstance(kind, GraphQLList):
            return "[" + ", ".join(self.written(kind.of_type, item) for item in value) + "]"
        if isinstance(kind, GraphQLInputObjectType):
            return "{" + ", ".join(f"{n}: {self.written_in(kind, n, item)}" for n, item in value.items()) + "}"
        return value.name if isinstance(value, _Name) else json.dumps(value, ensure_ascii=False)

    def written_in(self, kind: GraphQLInputObjectType, name: str, value: Any) -> str:
        """One field of an input object; where a value is needed, its variable may not be null."""
        target = kind.fields[name].type
        needed = kind.is_one_of or (name == "currency" and "by" in kind.fields)
        return self.written(GraphQLNonNull(target) if needed and not is_non_null_type(target) else target, value)

    def variable(self, kind: GraphQLInputType, value: Any) -> str:
        name = f"v{len(self.types)}"
        plain = _plain(value)
        default = ""
        if self.chance(20) and not is_non_null_type(kind) and _is_simple(value):
            default = f" = {json.dumps(value, ensure_ascii=False)}"
        self.types.append(f"${name}: {kind}{default}")
        # Left out, a variable is its default, or as if its argument were not there.
        if not (default or (not is_non_null_type(kind) and self.chance(10))):
            self.variables[name] = plain
        return f"${name}"


_TESTS = {"eq", "in", "isNull", "lt", "lte", "gt", "gte", "contains", "startsWith", "some", "none", "all", "single"}
_TESTS |= {"and", "or", "not", "node"}


@dataclass(frozen=True)
class _Name:
    """A member of an enum."""

    name: str


def _plain(value: Any) -> Any:
    if isinstance(value, _Name):
        return value.name
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _is_simple(value: Any) -> bool:
    return isinstance(value, (str, int, bool))


def _goes_deeper(owner: GraphQLInputObjectType, name: str, target: Any) -> bool:
    """Whether this part of a filter follows a relation, or combines filters."""
    if name in ("and", "or", "not"):
        return True
    if "some" in owner.fields or name == "node" or not isinstance(target, GraphQLInputObjectType):
        return False
    return any(inner in target.fields for inner in ("some", "and"))


def values(random: Random, schema: GraphQLSchema, pools: Pools, kind: GraphQLInputType, name: str) -> Any:
    """A value of an input type as JSON, for a variable of this name."""
    document = Inputs(random, schema, pools)
    target = get_named_type(kind)
    if target.name.endswith("FigureOrder"):
        return _plain(document.figure(target))
    if target.name.endswith("Order"):
        return _plain([document.order(target) for _ in range(random.randint(0, 2))])
    return _plain(document.value(kind, name, RELATIONS))
