"""Introspection runs in graphql-core: it asks the schema and no database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    execute_sync,
)

from graph.compiler.inputs import Guards, Variables
from resolvers.executor.collect import Collector
from resolvers.executor.documents import Document


def introspects(node: FieldNode) -> bool:
    """Whether a root field asks for the schema."""
    return node.name.value in ("__schema", "__type")


def introspect(
    schema: GraphQLSchema,
    document: Document,
    operation: OperationDefinitionNode,
    variables: Variables,
    given: Mapping[str, Any],
) -> ExecutionResult:
    """What the root fields of an operation that ask for the schema are answered with; the others are left out.

    `variables` are coerced, `given` are as the request has them.
    """
    root = schema.get_root_type(OperationType.QUERY)
    collector = Collector(schema, document.fragments, Guards(variables))
    nodes = collector.roots(operation, root) if root else {}
    asked = OperationDefinitionNode(
        operation=OperationType.QUERY,
        name=operation.name,
        variable_definitions=operation.variable_definitions,
        selection_set=SelectionSetNode(
            selections=tuple(node for found in nodes.values() if introspects(found[0]) for node in found)
        ),
    )
    whole = DocumentNode(definitions=(asked, *document.fragments.values()))
    return execute_sync(schema, whole, variable_values=dict(given))
