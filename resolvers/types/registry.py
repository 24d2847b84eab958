"""All GraphQL types of a schema by name, each made once and filled later, so that they can refer to one another."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any, NewType, Optional

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.schema.config import StrawberryConfig
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField
from strawberry.types.scalar import ScalarDefinition

from graph.model.model import Model
from graph.model.scalars import Choice, Scalar

Type = Any
"""A type as Strawberry takes it in annotations: a class it decorated, a scalar, `list[...]`, `X | None`."""

_BUILTIN: dict[str, type] = {"String": str, "Int": int, "Float": float, "Boolean": bool}


class Registry:
    """The types made so far. `once` makes a type under its name the first time it is asked for."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.types: dict[str, Type] = {}
        self.scalar_map: dict[object, ScalarDefinition] = {}
        self._waiting: list[Callable[[], None]] = []

    def once(self, name: str, make: Callable[[], Type], fill: Callable[[Type], None] | None = None) -> Type:
        """The type of this name. `fill` adds its fields when all that asked for types are done, so cycles end."""
        if name not in self.types:
            self.types[name] = made = make()
            if fill is not None:
                self._waiting.append(lambda: fill(made))
        return self.types[name]

    def finish(self) -> None:
        """Fills every type that waits, including those that filling brings up."""
        while self._waiting:
            self._waiting.pop(0)()

    def scalar(self, scalar: Scalar) -> Type:
        """The GraphQL scalar or enum of a kind of value; Money is an object and is made elsewhere."""
        if scalar.choices is not None:
            return self.choice(scalar.choices)
        if scalar.name == "ID":
            return strawberry.ID
        if scalar.builtin:
            return _BUILTIN[scalar.name]
        return self.once(scalar.name, lambda: self._custom(scalar))

    def _custom(self, scalar: Scalar) -> Type:
        made = NewType(scalar.name, str)  # type: ignore[misc]  # the name follows from the declaration
        self.scalar_map[made] = strawberry.scalar(
            name=scalar.name, description=scalar.description, serialize=lambda v: v, parse_value=scalar.encode
        )
        return made

    def choice(self, choices: type[Choice]) -> Type:
        """The enum of a closed set; the members' values are their descriptions."""

        def make() -> Type:
            members = {
                name: strawberry.enum_value(name, description=m.value) for name, m in choices.__members__.items()
            }
            return self._enum(choices.__name__, members, (choices.__doc__ or "").strip())

        return self.once(choices.__name__, make)

    def enum(self, name: str, members: dict[str, str], description: str) -> Type:
        """An enum of the protocol: member name to description."""
        values = {n: strawberry.enum_value(n, description=d) for n, d in members.items()}
        return self.once(name, lambda: self._enum(name, values, description))

    def _enum(self, name: str, members: dict[str, Any], description: str) -> Type:
        made: type[Enum] = Enum(name, members)  # type: ignore[misc]  # the names follow from the declaration
        return strawberry.enum(made, name=name, description=description)

    def output(self, name: str, description: str, fill: Callable[[Type], None], *, interface: bool = False) -> Type:
        """An object or interface type."""
        decorate = strawberry.interface if interface else strawberry.type

        def make() -> Type:
            return decorate(type(name, (), {}), name=name, description=description)

        return self.once(name, make, fill)

    def input(self, name: str, description: str, fill: Callable[[Type], None], *, one_of: bool = False) -> Type:
        """An input type; with `one_of` exactly one of its fields must be given."""

        def make() -> Type:
            return strawberry.input(type(name, (), {}), name=name, description=description, one_of=one_of)

        return self.once(name, make, fill)

    def config(self) -> StrawberryConfig:
        """The configuration that knows the scalars."""
        return StrawberryConfig(auto_camel_case=False, scalar_map=self.scalar_map)


def set_fields(made: Type, fields: Iterable[StrawberryField], interfaces: Iterable[Type] = ()) -> None:
    """Gives a made type its fields and interfaces."""
    definition = made.__strawberry_definition__
    definition.fields = list(fields)
    definition.interfaces = [i.__strawberry_definition__ for i in interfaces]


def field(
    name: str,
    annotation: Type,
    description: str,
    arguments: Iterable[StrawberryArgument] = (),
    deprecated: str | None = None,
) -> StrawberryField:
    """A field of an output type; `deprecated` is the reason of `@deprecated`."""
    made = StrawberryField(
        python_name=name,
        graphql_name=name,
        type_annotation=StrawberryAnnotation(annotation),
        description=description,
        deprecation_reason=deprecated,
    )
    made.arguments = list(arguments)
    return made


def input_field(
    name: str,
    annotation: Type,
    description: str,
    default: object = dataclasses.MISSING,
    deprecated: str | None = None,
) -> StrawberryField:
    """A field of an input type; optional ones have no default, so that absent and null can be told apart. What must be
    given cannot be deprecated."""
    return StrawberryField(
        python_name=name,
        graphql_name=name,
        type_annotation=StrawberryAnnotation(annotation),
        description=description,
        default=strawberry.UNSET if _optional(annotation) else default,
        deprecation_reason=deprecated if _optional(annotation) else None,
    )


def argument(name: str, annotation: Type, description: str) -> StrawberryArgument:
    """An argument of a field."""
    return StrawberryArgument(
        python_name=name, graphql_name=name, type_annotation=StrawberryAnnotation(annotation), description=description
    )


def optional(annotation: Type) -> Type:
    """The nullable form of a type."""
    return Optional[annotation]  # noqa: UP045  # `|` does not work on NewTypes and Strawberry enums


def many(annotation: Type) -> Type:
    """The list form of a type."""
    return list[annotation]


def _optional(annotation: Type) -> bool:
    return type(None) in getattr(annotation, "__args__", ())
