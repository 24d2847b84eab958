"""The schema that clients get follows from the declarations and says what everything in it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    is_introspection_type,
    is_specified_scalar_type,
    print_schema,
    validate_schema,
)

from resolvers.types.query import build_schema, core_schema
from schema.declarations import model

FILE = Path(__file__).parents[2] / "schema.graphql"


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return core_schema(build_schema(model()))


def test_committed_schema_is_what_the_declarations_say(schema: GraphQLSchema) -> None:
    committed = FILE.read_text(encoding="utf-8")
    assert committed.strip() == print_schema(schema).strip(), "the declarations have changed: run make schema"


def test_schema_is_valid(schema: GraphQLSchema) -> None:
    assert validate_schema(schema) == []


def described(kind: GraphQLNamedType) -> Iterator[tuple[str, str | None]]:
    """Everything of a type that has a description."""
    yield kind.name, kind.description
    if isinstance(kind, GraphQLEnumType):
        for name, value in kind.values.items():
            yield f"{kind.name}.{name}", value.description
    if isinstance(kind, GraphQLInputObjectType):
        for name, part in kind.fields.items():
            yield f"{kind.name}.{name}", part.description
    if isinstance(kind, (GraphQLObjectType, GraphQLInterfaceType)):
        for name, field in kind.fields.items():
            yield f"{kind.name}.{name}", field.description
            for argument, found in field.args.items():
                yield f"{kind.name}.{name}({argument})", found.description


def test_everything_has_a_description(schema: GraphQLSchema) -> None:
    kinds = [k for k in schema.type_map.values() if not (is_introspection_type(k) or is_specified_scalar_type(k))]
    assert [name for kind in kinds for name, text in described(kind) if not (text or "").strip()] == []


def test_descriptions_are_sentences(schema: GraphQLSchema) -> None:
    kinds = [k for k in schema.type_map.values() if not (is_introspection_type(k) or is_specified_scalar_type(k))]
    texts = [(name, text or "") for kind in kinds for name, text in described(kind)]
    assert [name for name, text in texts if not (text[:1].isupper() or text[:1] in "`0123456789")] == []
    assert [name for name, text in texts if not text.rstrip().endswith((".", "`."))] == []
